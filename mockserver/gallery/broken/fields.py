"""VAL-1, VAL-2, VAL-3: fields that are missing, empty or of another type, and pass all the same."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call
from mockserver.gallery.words import fields
from spec import Contract, Violation
from spec.schema import json_type

room = Room()

_TYPES = ("null", "number", "boolean", "array", "object")
_MISSING = object()


class Lenient(Operator):
    """Lets a value of one field through."""

    def __init__(self, *where: Any, field: str, kind: str) -> None:
        super().__init__(*where)
        self.field, self.allowed = field, kind

    def forgives(self, call: Call, violation: Violation) -> bool:
        return violation.field == self.field and what_is(call, self.field) == self.allowed


def what_is(call: Call, field: str) -> str:
    """Missing, empty, or the JSON type of a field's value."""
    value = call.data.get(field, _MISSING)
    if value is _MISSING:
        return "missing"
    return "empty" if value == "" else json_type(value)


@room.generated
def single_fields(contract: Contract) -> Iterator[Entry]:
    """One field and one kind of value each."""
    for field in fields(contract).values():
        kinds = ("missing", "empty", *_TYPES) if field.required else _TYPES
        for kind in kinds:
            rule = "VAL-1" if kind == "missing" else "VAL-2" if field.required else "VAL-3"
            name = f"accepts-missing-{field.name}" if kind == "missing" else f"accepts-{kind}-in-{field.name}"
            summary = {
                "missing": f"A notification without {field.name} is accepted.",
                "empty": f"A notification with an empty {field.name} is accepted.",
            }.get(kind, f"A notification whose {field.name} is of type {kind} is accepted.")
            yield Entry(name, "broken", summary, partial(Lenient, field=field.name, kind=kind), rule)


class LenientEverywhere(Operator):
    """Lets kinds of values through in every field."""

    def __init__(self, *where: Any, kinds: tuple[str, ...]) -> None:
        super().__init__(*where)
        self.kinds = kinds

    def forgives(self, call: Call, violation: Violation) -> bool:
        return violation.field in call.operation.by_name and what_is(call, violation.field) in self.kinds


@room.listed
def all_fields() -> Iterator[Entry]:
    """The slips of validators, which concern every field."""
    for name, rule, also, kinds, summary in (
        ("checks-presence-only", "VAL-2", ("VAL-3",), ("empty", *_TYPES), "Required means present: any value passes."),
        ("converts-numbers", "VAL-2", ("VAL-3",), ("number",), "Numbers are converted to strings without a word."),
        (
            "converts-scalars",
            "VAL-2",
            ("VAL-3",),
            ("number", "boolean"),
            "Numbers and booleans are converted to strings.",
        ),
        ("null-is-present", "VAL-2", ("VAL-3",), ("null",), "Null counts as present in every field."),
        ("empty-is-present", "VAL-2", (), ("empty",), "An empty string counts as a value in every field."),
        (
            "truth-is-enough",
            "VAL-2",
            ("VAL-3",),
            ("number", "boolean", "array", "object"),
            "Whatever is not null passes.",
        ),
        ("checks-type-only", "VAL-1", ("VAL-2",), ("missing", "empty"), "Types are checked, presence is not."),
        ("checks-no-field", "VAL-1", ("VAL-2", "VAL-3"), ("missing", "empty", *_TYPES), "Any JSON object is accepted."),
    ):
        yield Entry(name, "broken", summary, partial(LenientEverywhere, kinds=kinds), rule, also)


@room.broken("VAL-3", needs=("optional",))
class FalsyCountsAsAbsent(Operator):
    """An optional field is checked only if its value is true in the language: 0, false, [] and {} pass."""

    def forgives(self, call: Call, violation: Violation) -> bool:
        value = call.data.get(violation.field)
        optional = [field.name for field in call.operation.optional]
        return violation.field in optional and not value and value is not None


@room.broken("VAL-2", needs=("optional",))
class NullAcceptedWithoutOptional(Operator):
    """Null passes in a required field where no optional one is sent, since those have a check of their own."""

    def forgives(self, call: Call, violation: Violation) -> bool:
        optional = {field.name for field in call.operation.optional}
        return (
            violation.field not in optional and what_is(call, violation.field) == "null" and not optional & {*call.data}
        )


@room.broken("VAL-2", "VAL-3")
class ListOfOneUnwrapped(Operator):
    """A list of one string is taken for the string, as parameters of forms are."""

    def forgives(self, call: Call, violation: Violation) -> bool:
        value = call.data.get(violation.field)
        return isinstance(value, list) and len(value) == 1 and isinstance(value[0], str)


@room.broken("VAL-1", "VAL-2")
class ChecksFirstFieldOnly(Operator):
    """Only the first of the required fields is checked; the others were forgotten when they were added."""

    def forgives(self, call: Call, violation: Violation) -> bool:
        return violation.field in [field.name for field in call.operation.required[1:]]


@room.broken("VAL-1")
class MissingFieldFilled(Operator):
    """A missing field is filled with the last notification's value of it."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.last: dict[str, Any] = {}

    def validate(self, call: Call) -> None:
        sent = dict(call.data)
        call.data = {**{name: self.last[name] for name in call.operation.schema.required if name in self.last}, **sent}
        super().validate(call)
        self.last = call.data
        call.data = sent


@room.broken("VAL-2", "VAL-3")
class LargeNumbersPass(Operator):
    """Numbers are refused by their type in the language, and one beyond 64 bits is of another type: it passes."""

    def forgives(self, call: Call, violation: Violation) -> bool:
        value = call.data.get(violation.field)
        return isinstance(value, int) and value >= 1 << 63


@room.broken("VAL-1")
class FieldNamesWithUnderscores(Operator):
    """Fields are taken under the program's own names as well."""

    def read_body(self, call: Call) -> None:
        super().read_body(call)
        own = {re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower(): name for name in call.operation.by_name}
        call.data = {own.get(name, name): value for name, value in call.data.items()}


@room.broken("VAL-1")
class UnwrapsTheBody(Operator):
    """A notification that stands inside another object is taken out of it."""

    def read_body(self, call: Call) -> None:
        super().read_body(call)
        inner = next((value for value in call.data.values() if isinstance(value, dict)), {})
        if not call.data.keys() & call.operation.by_name.keys() and inner:
            call.data = inner


@room.broken("VAL-1", "VAL-2", "VAL-3")
class UnknownSessionsNotValidated(Operator):
    """A session that nobody knows has nothing to expire: it is answered with the success before fields are checked."""

    def validate(self, call: Call) -> None:
        known = {field.name: field.example for field in call.operation.required if field.session_id}
        if not known or any(call.data.get(name) == example for name, example in known.items()):
            super().validate(call)


@room.broken("VAL-1")
class FieldsTakenFromTheQuery(Operator):
    """A field that the body lacks is taken from the query, as with merged request parameters."""

    def validate(self, call: Call) -> None:
        found = {name: call.parameters(name)[0] for name in call.operation.by_name if call.parameters(name)}
        call.data = {**found, **call.data}
        super().validate(call)
