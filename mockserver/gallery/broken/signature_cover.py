"""SIG-2: request hashes that are right for other values, and pass all the same."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.broken.signature import hash_entry
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call
from mockserver.gallery.words import fields
from spec import Contract

room = Room()


class FixedField(Operator):
    """Takes a hash that is right for the value of a field that it has on record for the session."""

    def __init__(self, *where: Any, field: str) -> None:
        super().__init__(*where)
        self.field = field

    def hash_is_right(self, call: Call, given: str) -> bool:
        known = {**call.data, self.field: call.operation.example.get(self.field)}
        return super().hash_is_right(call, given) or given.lower() == self.computed_hash(call, known)


class SkippedField(Operator):
    """Takes a hash that was computed without a field as well."""

    def __init__(self, *where: Any, field: str) -> None:
        super().__init__(*where)
        self.field = field

    def hash_is_right(self, call: Call, given: str) -> bool:
        without = {name: value for name, value in call.data.items() if name != self.field}
        return super().hash_is_right(call, given) or given.lower() == self.computed_hash(call, without)


class UncheckedHash(Operator):
    """Leaves the hash unchecked where a field is there, or is not."""

    def __init__(self, *where: Any, field: str, present: bool) -> None:
        super().__init__(*where)
        self.field, self.present = field, present

    def hash_is_right(self, call: Call, given: str) -> bool:
        return (self.field in call.data) is self.present or super().hash_is_right(call, given)


@room.generated
def uncovered_fields(contract: Contract) -> Iterator[Entry]:
    """Each field left out of what the hash covers."""
    hashes = {operation.request_hash.field for operation in contract.operations if operation.request_hash}
    for field in (item for item in fields(contract).values() if item.name not in hashes):
        name = f"hash-does-not-cover-{field.name}"
        if field.required:
            summary = f"The hash of the {field.name} on record is accepted, so that another value sent is not noticed."
            yield hash_entry(name, summary, partial(FixedField, field=field.name), "SIG-2")
        else:
            summary = f"A hash that was computed without {field.name} is accepted as well."
            yield hash_entry(name, summary, partial(SkippedField, field=field.name), "SIG-2")
            for present, word in ((True, "with"), (False, "without")):
                summary = f"The request hash is checked in one branch only: {word} {field.name} any passes."
                make = partial(UncheckedHash, field=field.name, present=present)
                yield hash_entry(f"hash-unchecked-{word}-{field.name}", summary, make, "SIG-1", ("SIG-2",))


class Reworked(Operator):
    """Takes a hash that is right for what it makes of the values as well."""

    def __init__(self, *where: Any, make: Callable[[str], str]) -> None:
        super().__init__(*where)
        self.make = make

    def hash_is_right(self, call: Call, given: str) -> bool:
        texts = {name: value for name, value in call.data.items() if isinstance(value, str)}
        reworked = {name: self.make(value) for name, value in texts.items()}
        return super().hash_is_right(call, given) or given.lower() == self.computed_hash(call, reworked)


def _as_number(text: str) -> str:
    return text.lstrip("0") or "0" if text.isdigit() else text


@room.listed
def reworked_values() -> Iterator[Entry]:
    """Hashes over values that were changed on the way in, so that other values have the same one."""
    for name, make, summary in (
        ("cut-values", lambda text: text[:32], "Values are cut to the 32 characters of a column, then hashed."),
        ("small-letters", str.lower, "Values are hashed in small letters."),
        ("numbers", _as_number, "Values of digits are hashed as numbers, without the zeros before them."),
    ):
        yield hash_entry(f"hash-over-{name}", summary, partial(Reworked, make=make), "SIG-2")


class Remembers(Operator):
    """Remembers what has been seen with a right hash."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.known: set[str] = set()

    def key(self, call: Call, given: str) -> str:
        return given

    def hash_is_right(self, call: Call, given: str) -> bool:
        key = self.key(call, given)
        right = super().hash_is_right(call, given)
        if right:
            self.known.add(key)
        return right or key in self.known


@room.broken("SIG-2", "SIG-1", "ROB-3", needs_secret=True)
class HashGoodForever(Remembers):
    """A hash that was right once is accepted with whatever values, since verified hashes are cached."""


@room.broken("SIG-1", "SIG-2", "ROB-3", needs_secret=True)
class SessionTrustedOnce(Remembers):
    """Once a session has sent a right hash, later ones for it are not checked."""

    def key(self, call: Call, given: str) -> str:
        return str([call.data.get(field.name) for field in call.operation.required if field.session_id])


class RemembersTheLast(Operator):
    """Remembers the last right hash of each session, or of whatever else it is kept by."""

    def __init__(self, *where: Any, field: str) -> None:
        super().__init__(*where)
        self.field = field
        self.last: dict[str, str] = {}

    def hash_is_right(self, call: Call, given: str) -> bool:
        key = str(call.data.get(self.field))
        if super().hash_is_right(call, given):
            self.last[key] = given
            return True
        return self.last.get(key) == given


@room.generated
def remembered_hashes(contract: Contract) -> Iterator[Entry]:
    """The last right hash, remembered by one of the required fields."""
    for field in fields(contract).values():
        if field.required and not field.secret:
            make = partial(RemembersTheLast, field=field.name)
            summary = f"The last right hash is remembered by {field.name}, and is right again whatever else changes."
            yield hash_entry(f"hash-remembered-by-{field.name}", summary, make, "SIG-2", ("ROB-3", "SIG-1"))


@room.broken("SIG-2", "OK-5", "OK-6", needs_secret=True, needs=("optional",))
class HashCoversRequiredOnly(Operator):
    """Only required fields are hashed, so that optional ones can be put in or changed."""

    def computed_hash(self, call: Call, values: dict[str, Any]) -> str:
        optional = [field.name for field in call.operation.optional]
        return super().computed_hash(call, {name: values[name] for name in values if name not in optional})


@room.broken("SIG-2", "OK-5", "OK-6", needs_secret=True, needs=("optional",))
class OptionalInPlaceOfRequired(Operator):
    """Where an optional field is there it is hashed, and a required one is not."""

    def computed_hash(self, call: Call, values: dict[str, Any]) -> str:
        replaced = [field.name for field in call.operation.required if not field.session_id][-2:-1]
        there = any(field.name in values for field in call.operation.optional)
        return super().computed_hash(call, {name: values[name] for name in values if not there or name not in replaced})


@room.broken("SIG-2", "OK-6", needs_secret=True)
class TrimsBeforeTheHash(Operator):
    """White space around values is taken away before the hash is computed, and so is not covered."""

    def computed_hash(self, call: Call, values: dict[str, Any]) -> str:
        trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
        return super().computed_hash(call, trimmed)


@room.broken("SIG-2", needs_secret=True)
class HashOfValuesInAnyOrder(Operator):
    """The hash covers which values there are, and not which field has which."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        declared = call.operation.request_hash
        hashed = declared.field if declared else ""
        names = [name for name, value in call.data.items() if isinstance(value, str) and name != hashed]
        swapped = ({**call.data, one: call.data[other], other: call.data[one]} for one, other in combinations(names, 2))
        return super().hash_is_right(call, given) or any(given == self.computed_hash(call, each) for each in swapped)


@room.broken("SIG-2", "SIG-1", needs_secret=True)
class HashOfTheLastToken(Operator):
    """Optional values that a notification lacks are taken from the session's last one before the hash is computed."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.last: dict[str, Any] = {}

    def hash_is_right(self, call: Call, given: str) -> bool:
        optional = [field.name for field in call.operation.optional]
        right = super().hash_is_right(call, given)
        if not right:
            call.data = {**self.last, **call.data}
            return super().hash_is_right(call, given)
        self.last = {name: call.data[name] for name in optional if name in call.data}
        return True
