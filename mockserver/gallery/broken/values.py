"""OK-6: values that the page allows and operators stumble over; and a field that is not listed."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused
from mockserver.gallery.words import fields
from spec import Contract

room = Room()


Test = Callable[[str], bool]


_FATAL: dict[str, tuple[Test, str]] = {
    "quote": (lambda value: "'" in value, "Values are written into SQL as they are: a quote is a syntax error."),
    "double-quote": (lambda value: '"' in value, "Values are written into a query by hand: a double quote ends it."),
    "backslash": (lambda value: "\\" in value, "A value with a backslash is taken for an escape, which fails."),
    "backslash-at-the-end": (
        lambda value: value.endswith("\\"),
        "Quotes are escaped and backslashes are not: one at the end takes the closing quote with it.",
    ),
    "percent-sign": (lambda value: "%" in value, "Values are used as a format: a percent sign fails."),
    "dollar-ampersand": (
        lambda value: "$&" in value or "$$" in value,
        "Values replace placeholders in a text, where dollar signs in them mean something: it fails.",
    ),
    "angle-bracket": (lambda value: "<" in value, "Values are written into XML as they are: a bracket fails."),
    "emoji": (
        lambda value: max(value, default="") > "\uffff",
        "The column holds three bytes a character: an emoji fails.",
    ),
    "other-scripts": (lambda value: max(value, default="") > "\u00ff", "The log is Latin-1: other scripts fail."),
    "accents": (lambda value: not value.isascii(), "Values are encoded as ASCII: an accent fails."),
    "line-feed": (lambda value: "\n" in value, "The log has one line each: a line feed fails."),
    "long-digits": (
        lambda value: value.isascii() and value.isdigit() and len(value) > 19,
        "Values of digits are read as numbers of 64 bits: a longer one overflows.",
    ),
    "superscript-digits": (
        lambda value: value.isdigit() and not value.isdecimal(),
        "What a test for digits lets pass is read as a number: some digits are none.",
    ),
    "value-over-8-kib": (
        lambda value: len(value.encode("utf-8", "replace")) > 8192,
        "The buffer holds 8 KiB: a long value in a script of three bytes a character fails.",
    ),
    "very-long-value": (lambda value: len(value) > 2000, "The buffer holds 2000 characters: a longer value fails."),
    "long-value": (
        lambda value: len(value) > 255,
        "The column holds 255 characters: a longer value is a database error.",
    ),
}


_UNWANTED: dict[str, tuple[Test, str]] = {
    "long": (lambda value: len(value) > 255, "over 255 characters"),
    "longer-than-1000": (lambda value: len(value) > 1000, "over 1000 characters"),
    "zero": (lambda value: value == "0", "that are the text 0, as false in the language"),
    "null-word": (lambda value: value.lower() in ("null", "none", "undefined"), "that are the text null, as missing"),
    "one-character": (lambda value: len(value) == 1, "of one character, as too short"),
    "markup": (lambda value: "<" in value, "with markup, as an attack"),
    "quoted": (lambda value: "'" in value or '"' in value, "with a quote, as an attack"),
    "non-ascii": (lambda value: not value.isascii(), "that are not ASCII"),
    "non-hexadecimal": (lambda value: not re.fullmatch("[0-9a-fA-F]*", value), "that are not hexadecimal digits"),
    "non-alphanumeric": (lambda value: not re.fullmatch("[0-9a-zA-Z_-]*", value), "with other than letters and digits"),
    "spaced": (lambda value: " " in value, "with a space"),
}


class FatalValue(Operator):
    """Fails on a value of any field but the hash."""

    def __init__(self, *where: Any, test: Test) -> None:
        super().__init__(*where)
        self.test = test

    def act(self, call: Call) -> None:
        declared = call.operation.request_hash
        for name in call.operation.by_name:
            value = call.data.get(name)
            if isinstance(value, str) and not (declared and name == declared.field) and self.test(value):
                raise RuntimeError


class UnwantedValue(Operator):
    """Refuses a value of one field."""

    def __init__(self, *where: Any, test: Test, field: str) -> None:
        super().__init__(*where)
        self.test, self.field = test, field

    def act(self, call: Call) -> None:
        value = call.data.get(self.field)
        if isinstance(value, str) and value and self.test(value):
            raise Refused("invalid-value", self.field)


@room.listed
def fatal_values() -> Iterator[Entry]:
    """Values that end in the operator's own error."""
    for name, (test, summary) in _FATAL.items():
        yield Entry(f"crashes-on-{name}", "broken", summary, partial(FatalValue, test=test), "OK-6", ("ERR-5", "ROB-1"))


@room.generated
def unwanted_values(contract: Contract) -> Iterator[Entry]:
    """Values of an optional field that are refused for a known session."""
    for field in (item for item in fields(contract).values() if not item.required):
        for name, (test, what) in _UNWANTED.items():
            summary = f"Values of {field.name} {what} are refused."
            make = partial(UnwantedValue, test=test, field=field.name)
            yield Entry(f"refuses-{name}-{field.name}", "broken", summary, make, "OK-6", ("OK-5",))


@room.broken("OK-6", "OK-1", "OK-5", "ROB-1")
class EscapedSlashRefused(Operator):
    """The reader of JSON is one's own and knows no escaped slash, which some languages write unless told otherwise."""

    def parse(self, call: Call) -> Any:
        if b"\\/" in call.body:
            raise Refused("malformed-json")
        return super().parse(call)


@room.broken("ERR-5", "ROB-1", "OK-7")
class UnknownFieldCrashes(Operator):
    """Every field is written into a column of its name: one that is not listed is a database error."""

    def act(self, call: Call) -> None:
        if set(call.data) - set(call.operation.by_name):
            raise LookupError


@room.broken("ERR-5", "ROB-1", "OK-7")
class UnknownNullCrashes(Operator):
    """Every value is trimmed before anything is looked at: a field that is not listed and null has no such method."""

    def act(self, call: Call) -> None:
        if any(value is None for name, value in call.data.items() if name not in call.operation.by_name):
            raise AttributeError


@room.broken("OK-7")
class UnknownEmptyRefused(Operator):
    """All values are tested alike for being there: a field that is not listed and null, false or 0 is refused."""

    def validate(self, call: Call) -> None:
        super().validate(call)
        for name, value in call.data.items():
            if name not in call.operation.by_name and not value:
                raise Refused("empty-field", name)


@room.broken("OK-6", "ROB-1", "ERR-5")
class PatternTriesEveryWay(Operator):
    """A limit on the length comes first, then a careless pattern: forty letters and a mark are never answered."""

    def act(self, call: Call) -> None:
        values = (value for value in call.data.values() if isinstance(value, str) and len(value) < 200)
        if any(re.fullmatch(r"[a-z]{30,}\W", value) for value in values):
            self.hang()
