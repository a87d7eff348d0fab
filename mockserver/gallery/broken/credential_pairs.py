"""AUTH-1 and AUTH-2: pairs of credentials that are accepted though they are no partner's."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused

room = Room()


@room.broken("AUTH-2", "AUTH-1", needs=("partner-id", "partner-token"))
class EitherCredentialIsEnough(Operator):
    """One right credential is enough, whatever the other is."""

    def authorise(self, call: Call) -> None:
        fault = ""
        for credential in call.operation.credentials:
            if super().is_right(credential, self.given(call, credential), self.partner.value(credential)):
                return
            fault = fault or credential.fault
        raise Refused(fault)


@room.broken("AUTH-2", "AUTH-1", needs=("partner-id", "partner-token"))
class NoCredentialsAccepted(Operator):
    """A request without any credential is taken for one from inside the house, and accepted."""

    def authorise(self, call: Call) -> None:
        if any(self.given(call, credential) is not None for credential in call.operation.credentials):
            super().authorise(call)


@room.broken("AUTH-2", "AUTH-1", needs=("partner-id", "partner-token"))
class ComparedInOnePiece(Operator):
    """All credentials are put together and compared at once, wherever one ends and the other begins."""

    def authorise(self, call: Call) -> None:
        given = [(item, self.given(call, item)) for item in call.operation.credentials]
        if "".join(value or "" for _, value in given) != "".join(self.partner.value(item) for item, _ in given):
            super().authorise(call)


class WayIn(Operator):
    """Lets pairs of partner and token through of which neither is right."""

    def __init__(self, *where: Any, test: Callable[[str | None, str | None], bool]) -> None:
        super().__init__(*where)
        self.test = test

    def authorise(self, call: Call) -> None:
        given = {item: self.given(call, item) for item in call.operation.credentials}
        by_role = {item.role: value for item, value in given.items()}
        right = any(self.is_right(item, value, self.partner.value(item)) for item, value in given.items())
        if right or not self.test(by_role.get("partner-id"), by_role.get("partner-token")):
            super().authorise(call)


_WAYS_IN: dict[str, tuple[Callable[[str | None, str | None], bool], str]] = {
    "unknown-partner-without-token": (
        lambda partner, token: bool(partner) and token is None,
        "The token is compared with the one on file for the partner: for an unknown one that is nothing, as is none.",
    ),
    "unknown-partner-with-empty-token": (
        lambda partner, token: bool(partner) and token == "",
        "The token on file for an unknown partner is the empty one by default, so that an empty one is right.",
    ),
    "inherited-partner": (
        lambda partner, token: partner in ("constructor", "toString", "__proto__") and not token,
        "Partners are looked up in an object that has members of its own: one called constructor is found there.",
    ),
    "both-credentials-empty": (
        lambda partner, token: partner == "" and token == "",
        "Empty credentials are taken for those of a test, and accepted together.",
    ),
    "both-credentials-wrong": (
        lambda partner, token: bool(partner and token),
        "A request is refused where one credential is right and one is wrong: two wrong ones agree.",
    ),
}


@room.listed
def ways_in() -> Iterator[Entry]:
    """Pairs of credentials that are accepted though each of the two would be refused beside a right one."""
    for name, (test, summary) in _WAYS_IN.items():
        make = partial(WayIn, test=test)
        needs = ("partner-id", "partner-token")
        yield Entry(f"{name}-accepted", "broken", summary, make, "AUTH-2", ("AUTH-1",), needs=needs)
