"""What the control API reads and sets: in this process's memory here, shared by many in redis_state.py."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from mockserver.exchange import Exchange
    from mockserver.journal import Journal
    from mockserver.script import Script
    from mockserver.view import View


Take = Callable[[str | None], Awaitable[str | None]]


_OF_DETAIL = frozenset(
    ("query", "headers", "body", "bodyBytes", "bodyCut", "answerBody", "checks", "hash", "curl", "curlNotes", "started")
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One request of the journal; what costs time is worked out when it is asked for."""

    number: int
    started: float
    summary: Mapping[str, Any]
    detail: Callable[[], Mapping[str, Any]]
    fields: Callable[[], Mapping[str, Any]]

    @classmethod
    def of_exchange(cls, exchange: Exchange, view: View) -> Entry:
        """An entry of this process's own journal."""
        return cls(
            exchange.number,
            exchange.started,
            view.summary(exchange),
            lambda: view.detail(exchange),
            lambda: view.fields(exchange),
        )

    @classmethod
    def of_mapping(cls, detail: Mapping[str, Any]) -> Entry:
        """An entry that was written out elsewhere: its secret fields are fingerprints by now."""
        summary = {name: value for name, value in detail.items() if name not in _OF_DETAIL}
        return cls(detail["number"], detail["started"], summary, lambda: detail, lambda: _object(detail["body"]))


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


class State(Protocol):
    """The journal and the answers to come."""

    journal: Journal
    view: View

    @property
    def take(self) -> Take | None:
        """Takes the name of the next answer, where that means waiting; None where it does not."""

    def record(self, exchange: Exchange) -> None:
        """Take note of an exchange."""

    async def entries(self) -> tuple[Sequence[Entry], int]:
        """The requests kept, newest first, and how many there have been."""

    async def clear(self) -> int:
        """Forget the requests; how many that were."""

    async def put(self, names: Sequence[str], session: str | None) -> None:
        """Set the answers to come."""

    async def take_back(self) -> None:
        """Take back what was set."""

    async def pending(self) -> Mapping[str, Any]:
        """What is to come."""

    def health(self) -> Mapping[str, Any]:
        """What /healthz says of it."""

    async def start(self) -> None:
        """Begin; called in the server's loop."""

    async def stop(self) -> None:
        """End."""


class LocalState:
    """Everything in this process's memory."""

    view: View
    take: Take | None = None

    def __init__(self, journal: Journal, lists: Script) -> None:
        self.journal = journal
        self.lists = lists
        self.record = journal.record

    async def entries(self) -> tuple[Sequence[Entry], int]:
        """The requests kept, newest first, and how many there have been."""
        return [Entry.of_exchange(exchange, self.view) for exchange in self.journal.newest_first()], self.journal.total

    async def clear(self) -> int:
        """Forget the requests; how many that were."""
        return self.journal.clear()

    async def put(self, names: Sequence[str], session: str | None) -> None:
        """Set the answers to come."""
        self.lists.put(names, session)

    async def take_back(self) -> None:
        """Take back what was set."""
        self.lists.clear()

    async def pending(self) -> Mapping[str, Any]:
        """What is to come."""
        return self.lists.pending()

    def health(self) -> Mapping[str, Any]:
        """What /healthz says of it."""
        return {"state": "memory"}

    async def start(self) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Nothing to end."""
