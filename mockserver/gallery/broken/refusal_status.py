"""ERR-1 and ERR-5: refusals with the status of a success, of a redirect, or of the operator's own error."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from collections.abc import Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.broken.refusing import Refusing
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import reachable_faults, rules_of
from spec import Contract

room = Room()


class RefusalStatus(Refusing):
    """Sends refusals with another status."""

    def __init__(self, *where: Any, status: int, faults: tuple[str, ...] = ()) -> None:
        super().__init__(*where, faults=faults)
        self.status = status

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        reply.status = self.status
        return reply


@room.generated
def accepted_statuses(contract: Contract) -> Iterator[Entry]:
    """A failure's body with the status of a success."""
    for status in (200, 201, 202, 304):
        make = partial(RefusalStatus, status=status)
        also = ("ERR-2",) if status == 304 else ()
        yield Entry(f"refusals-{status}", "broken", f"Every refusal is sent with status {status}.", make, "ERR-1", also)
    for fault, secret in reachable_faults(contract):
        make = partial(RefusalStatus, status=200, faults=(fault,))
        summary = f"The refusal of the fault {fault} is sent with status 200, the others are right."
        yield Entry(
            f"{fault}-refused-with-200", "broken", summary, make, "ERR-1", rules_of(contract, fault), (), secret
        )


@room.broken("ERR-1", "ERR-2", "AUTH-1", "AUTH-2", needs=("partner-token",))
class RedirectsToLogin(Operator):
    """Wrong credentials are redirected to the login page, as the framework's middleware does."""

    def refuse(self, call: Call, refused: Refused) -> Reply:
        if self.kind(refused) == "credential":
            return Reply(302, b"", {"Location": "/login"})
        return super().refuse(call, refused)


@room.broken("ERR-1", "ERR-2", "VAL-1", "VAL-2", "VAL-3", "VAL-4")
class RedirectsBack(Operator):
    """A body that is refused is redirected back with a flash message, as a form would be."""

    def refuse(self, call: Call, refused: Refused) -> Reply:
        if self.kind(refused) == "body":
            return Reply(302, b"", {"Location": "/"})
        return super().refuse(call, refused)
