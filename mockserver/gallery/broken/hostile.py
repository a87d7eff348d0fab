"""ROB-1: hostile bodies that end in the operator's own error, in a dropped connection or in a hang."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Dropped, Refused
from spec import strict_json

room = Room()

_SURROGATE = re.compile(r"(?<!\\)(?:\\\\)*\\u[dD](?:[89abAB]..(?!\\u[dD][c-fC-F])|[c-fC-F]..)")
_PAIRED = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..")


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _has_duplicates(body: bytes) -> bool:
    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise KeyError
        return dict(pairs)

    try:
        json.loads(body, object_pairs_hook=look)
    except KeyError:
        return True
    except (ValueError, RecursionError):
        return False
    return False


_HAZARDS: dict[str, tuple[Callable[[bytes], bool], str]] = {
    "deep-nesting": (lambda body: strict_json.depth(body) > 400, "Deep nesting exhausts the stack"),
    "nesting-of-a-hundred": (
        lambda body: 64 < strict_json.depth(body) < 2000,
        "Nesting of a hundred levels passes the reader and exhausts what walks through it",
    ),
    "nesting-of-hundreds": (
        lambda body: 500 < strict_json.depth(body) < 1100,
        "Nesting of hundreds of levels passes the reader and exhausts what walks through it",
    ),
    "huge-integer": (lambda body: bool(re.search(rb"[\[:,\s]-?\d{400,}", body)), "An integer of thousands of digits"),
    "huge-exponent": (
        lambda body: bool(re.search(rb"[\[:,\s]-?\d+(\.\d+)?[eE]\+?\d{3,}", body)),
        "A number with a huge exponent",
    ),
    "exponent-of-no-32-bits": (
        lambda body: bool(re.search(rb"[\[:,\s]-?\d+[eE][+-]?\d{11,}", body)),
        "A number whose exponent does not fit 32 bits",
    ),
    "duplicate-keys": (_has_duplicates, "A key that stands twice in an object"),
    "invalid-utf-8": (lambda body: not _is_utf8(body), "A body that is not UTF-8"),
    "nul": (lambda body: b"\0" in body or b"\\u0000" in body, "NUL in a value"),
    "control-character": (
        lambda body: bool(re.search(rb"\\u00(?:0[1-8bcef]|1.)", body)),
        "A control character in a value, which the XML behind it cannot hold,",
    ),
    "no-character": (lambda body: b"\\uffff" in body, "A code point that is no character"),
    "wrong-escape": (
        lambda body: bool(re.search(rb"\\u(?![0-9A-Fa-f]{4})", body)),
        "An escape that is none",
    ),
    "key-of-a-database": (lambda body: b'"$' in body, "A key that begins with a dollar sign"),
    "surrogate-in-a-name": (lambda body: b'\\ud800":' in body, "A lone surrogate in a field's name"),
    "lone-surrogate": (
        lambda body: bool(_SURROGATE.search(_PAIRED.sub("", body.decode("latin-1")))),
        "A lone surrogate in a value",
    ),
}

_OUTCOMES = {
    "crashes-on": ("ends in the operator's own error", tuple(_HAZARDS)),
    "drops": (
        "kills the worker, so that the connection is dropped",
        ("deep-nesting", "huge-integer", "nul", "invalid-utf-8"),
    ),
    "hangs-on": ("is never answered", ("deep-nesting", "huge-exponent", "lone-surrogate")),
}


class Hazard(Operator):
    """Comes to grief over a kind of body."""

    def __init__(self, *where: Any, test: Callable[[bytes], bool], outcome: str) -> None:
        super().__init__(*where)
        self.test, self.outcome = test, outcome

    def parse(self, call: Call) -> Any:
        if self.test(call.body):
            if self.outcome == "drops":
                raise Dropped
            if self.outcome == "hangs-on":
                self.hang()
            raise RuntimeError
        return super().parse(call)


@room.listed
def hazards() -> Iterator[Entry]:
    """Each kind of hostile body, with each end that is met."""
    for outcome, (what, names) in _OUTCOMES.items():
        for name in names:
            test, summary = _HAZARDS[name]
            summary = f"{summary} and {what}." if "exhausts" in summary else f"{summary} {what}."
            make = partial(Hazard, test=test, outcome=outcome)
            also = ("ERR-5", "OK-6") if outcome == "crashes-on" else ("OK-6",)
            yield Entry(f"{outcome}-{name}", "broken", summary, make, "ROB-1", also)


@room.broken("ROB-1", "ERR-5")
class CatchesDecodeErrorsOnly(Operator):
    """Only the JSON reader's own exception is caught, not what it raises on depth, huge integers and bad bytes."""

    def parse(self, call: Call) -> Any:
        try:
            return json.loads(call.body.decode())
        except json.JSONDecodeError:
            raise Refused("malformed-json") from None


@room.broken("ROB-1", "ERR-5")
class StoresAsUtf8(Operator):
    """Values are encoded as UTF-8 for the database, which fails on a lone surrogate."""

    def parse(self, call: Call) -> Any:
        data = super().parse(call) if not self.lone(call.body) else json.loads(call.body)
        json.dumps(data, ensure_ascii=False).encode()
        return data

    def lone(self, body: bytes) -> bool:
        return _is_utf8(body) and bool(_SURROGATE.search(_PAIRED.sub("", body.decode())))


@room.broken("ROB-1", "ERR-5")
class OwnMembersHidden(Operator):
    """A field named like a method of every object hides that method, which is then called."""

    def act(self, call: Call) -> None:
        if {"hasOwnProperty", "toString"} & set(call.data):
            raise TypeError
