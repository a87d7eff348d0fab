"""One request on its way to its answer: what arrived, which checks failed, what was chosen and why.

The pipeline hands one Exchange from stage to stage (route, read, check, choose, answer); the journal keeps
it afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mockserver.answers import Prepared
    from mockserver.behaviours import Act
    from mockserver.faults import Plan
    from spec import Partner

KEY = "luckymonaco.exchange"  # where the ASGI scope carries it


class Failure(NamedTuple):
    """A check that failed: which fault that is, and why, in words that repeat nothing a caller sent."""

    check: str
    fault: str
    reason: str


class Exchange:
    """One request, filled in stage by stage. Slots and no frozen copy, since one is made for every request."""

    __slots__ = (
        "_first",
        "act",
        "allow",
        "answer",
        "body",
        "body_size",
        "chosen_by",
        "client",
        "failures",
        "hash_note",
        "headers",
        "method",
        "number",
        "own_page",
        "partner",
        "path",
        "plan",
        "query",
        "seconds",
        "sent",
        "size",
        "started",
        "unread",
        "value",
        "why",
    )

    def __init__(self, scope: dict[str, Any], started: float) -> None:
        self.started = started
        self.seconds = 0.0
        self.client: tuple[str, int] | None = scope.get("client")
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.headers: list[tuple[bytes, bytes]] = scope["headers"]
        self._first = dict(self.headers)
        self.body = b""
        self.unread = False  # whether the caller is still sending a body that nobody will read
        self.value: Any = None  # the body as JSON, once it could be read
        self.plan: Plan | None = None  # of the operation that was routed to
        self.partner: Partner | None = None
        self.failures: list[Failure] = []
        self.allow = b""  # the methods of the path, when the method is wrong
        self.hash_note = ""  # why the request hash was not checked
        self.answer: Prepared | None = None
        self.act: Act | None = None  # what was done to the caller, beside or instead of answering
        self.chosen_by = ""
        self.why = ""
        self.sent = False
        self.own_page = False  # whether it asked for something of the mock's own, which is not journalled
        self.number = 0  # the next three are the journal's
        self.size = 0
        self.body_size = 0

    def fail(self, check: str, fault: str, reason: str) -> None:
        """Note a failed check. Stages run in a fixed order, so the first failure noted decides the answer."""
        self.failures.append(Failure(check, fault, reason))

    def header(self, name: bytes) -> list[bytes]:
        """Every value of a header; its name in lower case."""
        if name not in self._first:
            return []
        if len(self._first) == len(self.headers):
            return [self._first[name]]
        return [value for key, value in self.headers if key == name]
