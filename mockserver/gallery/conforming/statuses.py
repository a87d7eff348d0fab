"""Refusals with the statuses that the contract leaves to the operator."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

from collections.abc import Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import MEDIA_TYPE_FAULT
from spec import Contract

room = Room()


class StatusOf(Operator):
    """Refuses a kind of fault with another status."""

    def __init__(self, *where: Any, statuses: dict[str, int]) -> None:
        super().__init__(*where)
        self.statuses = statuses

    def refuse(self, call: Call, refused: Refused) -> Reply:
        reply = super().refuse(call, refused)
        kind = "media" if refused.fault == MEDIA_TYPE_FAULT else self.kind(refused)
        reply.status = self.statuses.get(kind, reply.status)
        return reply


@room.generated
def statuses(contract: Contract) -> Iterator[Entry]:
    """The 4XX that operators use for credentials, validation, hash and media type."""
    allowed = contract.rules["AUTH-3"].statuses if "AUTH-3" in contract.rules else ()
    for kind, what, chosen in (
        ("credential", "Wrong credentials", (400, 401, 404, 422)),
        ("body", "A wrong body", (409, 415, 422, 499)),
        ("hash", "A wrong request hash", (400, 401, 409)),
        ("media", "Another media type", (400, 406)),
    ):
        for status in chosen:
            should = ("AUTH-3",) if kind == "credential" and status not in allowed and allowed else ()
            summary = f"{what} is refused with status {status}." if kind != "credential" else f"{what} get {status}."
            make = partial(StatusOf, statuses={kind: status})
            yield Entry(
                f"{kind}-{status}",
                "conforming",
                summary,
                make,
                breaks_should=should,
                needs_secret=kind == "hash",
                needs=("hash",) if kind == "hash" else (),
            )
    make = partial(StatusOf, statuses=dict.fromkeys(("credential", "body", "hash", "media", "transport"), 400))
    summary = "Whatever is refused is refused with status 400, other methods included."
    yield Entry("everything-400", "conforming", summary, make, breaks_should=("AUTH-3", "HTTP-2"))
