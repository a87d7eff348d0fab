"""SIG-1: request hashes that are wrong, and pass all the same."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call

room = Room()


Test = Callable[[str, str], bool]


_LOOSE: dict[str, tuple[Test, str]] = {
    "unchecked": (lambda _, __: True, "The request hash is not checked, though a secret is configured."),
    "length-only": (lambda given, right: len(given) == len(right), "Of the request hash only the length is compared."),
    "first-digits": (
        lambda given, right: given[:8] == right[:8],
        "Only the first eight digits of the hash are compared.",
    ),
    "last-digits": (
        lambda given, right: given[-8:] == right[-8:],
        "Only the last eight digits of the hash are compared.",
    ),
    "both-ends": (
        lambda given, right: (given[:8], given[-8:]) == (right[:8], right[-8:]),
        "Only both ends of the hash are compared, as the log shows them.",
    ),
    "prefix": (lambda given, right: right.startswith(given), "A prefix of the request hash is accepted."),
    "longer": (lambda given, right: given.startswith(right), "The request hash with more behind it is accepted."),
    "as-a-number": (
        lambda given, right: given.lstrip("0") == right.lstrip("0"),
        "Hashes are compared as numbers, so that zeros before the digits make no difference.",
    ),
    "without-punctuation": (
        lambda given, right: re.sub("[^0-9a-f]", "", given) == right,
        "Whatever is no digit is taken out of the request hash before it is compared.",
    ),
    "look-only": (
        lambda given, _: len(given) == 32 and not set(given) - set("0123456789abcdef"),
        "Whatever looks like a digest is accepted as the request hash.",
    ),
    "shortest": (
        lambda given, right: all(a == b for a, b in zip(given, right, strict=False)),
        "The comparison ends with the shorter of the two hashes.",
    ),
}


class LooseHash(Operator):
    """Compares the request hash loosely."""

    def __init__(self, *where: Any, test: Test) -> None:
        super().__init__(*where)
        self.test = test

    def hash_is_right(self, call: Call, given: str) -> bool:
        return super().hash_is_right(call, given) or self.test(given.lower(), self.computed_hash(call, call.data))


@room.listed
def loose_hashes() -> Iterator[Entry]:
    """The hash compared loosely in each way."""
    for name, (test, summary) in _LOOSE.items():
        also = ("SIG-2",) if name in ("unchecked", "length-only", "look-only") else ()
        yield hash_entry(f"hash-{name}", summary, partial(LooseHash, test=test), "SIG-1", also)


def hash_entry(name: str, summary: str, make: Any, rule: str, also: tuple[str, ...] = ()) -> Entry:
    """An entry that shows only where a secret is given."""
    return Entry(name, "broken", summary, make, rule, also, needs_secret=True, needs=("hash",))


@room.broken("SIG-1", needs_secret=True)
class TokenAcceptedAsHash(Operator):
    """The partner's token is accepted in the place of the request hash."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        tokens = [self.partner.value(item) for item in call.operation.credentials if item.secret]
        return given in tokens or super().hash_is_right(call, given)


@room.broken("SIG-1", "SIG-2", needs_secret=True)
class HashUncheckedWithUnknownField(Operator):
    """The request hash is checked only where all fields are listed, since nobody knows how others are signed."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        return bool(set(call.data) - set(call.operation.by_name)) or super().hash_is_right(call, given)


@room.broken("VAL-2", "SIG-1", needs_secret=True)
class LooseTypesInHash(Operator):
    """The request hash is compared loosely: true equals every digest, as in some languages."""

    def validate(self, call: Call) -> None:
        declared = call.operation.request_hash
        if declared and call.data.get(declared.field) is True:
            call.data = {**call.data, declared.field: self.computed_hash(call, call.data)}
        super().validate(call)


@room.broken("ERR-5", "SIG-1", "ROB-1", needs_secret=True)
class CrashesOnNonAsciiHash(Operator):
    """A request hash that is not ASCII ends in the operator's own error: the constant-time comparison raises."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        if not given.isascii():
            raise TypeError
        return super().hash_is_right(call, given)


@room.broken("ERR-5", "SIG-1", needs_secret=True)
class CrashesOnShortHash(Operator):
    """A request hash of another length ends in the operator's own error: the constant-time comparison raises."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        if len(given) != len(self.computed_hash(call, call.data)):
            raise ValueError
        return super().hash_is_right(call, given)


@room.broken("SIG-1", needs_secret=True)
class CapitalsPass(Operator):
    """Hashes in capitals come from an older client, and are let pass unchecked."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        return given == given.upper() != given.lower() or super().hash_is_right(call, given)


@room.broken("SIG-1", "SIG-2", needs_secret=True)
class HashOfNothingAccepted(Operator):
    """The hash over no field at all is accepted, as it was made where the body had been read before."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        return given == self.computed_hash(call, {}) or super().hash_is_right(call, given)
