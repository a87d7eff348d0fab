"""The request hash in the variants that the contract leaves open; all show only where a secret is given."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call
from spec import Partner, compute_hash

room = Room()


class KnobTurned(Operator):
    """Computes the hash with other knobs of the scheme."""

    def __init__(self, *where: Any, knobs: dict[str, Any]) -> None:
        super().__init__(*where)
        self.knobs = knobs

    def computed_hash(self, call: Call, values: dict[str, Any]) -> str:
        declared = call.operation.request_hash
        if declared is None:
            return ""
        scheme = replace(self.partner.scheme or declared.scheme, **self.knobs)
        return compute_hash(call.operation, Partner(self.partner.values, self.partner.secret, scheme), values).lower()


@room.listed
def knobs() -> Iterator[Entry]:
    """The knobs on which plain notifications agree."""
    for name, turned, summary in (
        ("hash-form-encoded", {"escape": "form"}, "Values are form-encoded before they are hashed."),
        ("hash-of-listed-fields", {"fields": "listed"}, "Only listed fields are hashed."),
        ("hash-with-empties", {"empties": "keep"}, "Empty fields are hashed too."),
        ("hash-form-encoded-listed", {"escape": "form", "fields": "listed"}, "Listed fields are hashed, form-encoded."),
    ):
        make = partial(KnobTurned, knobs=turned)
        yield Entry(name, "conforming", summary, make, needs_secret=True, needs=("hash",))


@room.conforming(needs_secret=True)
class HashInUpperCase(Operator):
    """Hashes are compared in upper case."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        return given.upper() == self.computed_hash(call, call.data).upper()


@room.conforming(needs_secret=True)
class HashWithoutLineEnds(Operator):
    """Line feeds are taken out of values before they are hashed."""

    def computed_hash(self, call: Call, values: dict[str, Any]) -> str:
        texts = {name: value for name, value in values.items() if isinstance(value, str)}
        return super().computed_hash(call, {name: text.replace("\n", "") for name, text in texts.items()})
