"""Answers that are chosen by name: what a name means, and the lists of them that are worked off one by one.

A name is that of a canned answer, an error code, a status, or a behaviour such as `reset` or `delay-2000`. The success
by its name means "as usual": a list that ends in success does not make the mock accept what it would refuse.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mockserver import behaviours
from mockserver.answers import Answers, Prepared
from mockserver.behaviours import Act

MOST_SESSIONS = 10_000  # per-session lists are the users' own, but a mock that stands for weeks must not grow


@dataclass(frozen=True, slots=True)
class Step:
    """What one name stands for: a canned answer, or a behaviour around the answer that would have been given."""

    answer: Prepared | None = None
    act: Act | None = None


def find(name: str, answers: Answers) -> Step | None:
    """What a name stands for; None if for nothing."""
    answer = answers.by_name.get(name) or answers.for_code(name) or answers.for_status(name)
    if answer is not None:
        return Step(answer=answer)
    act = behaviours.parse(name)
    return Step(act=act) if act else None


def names(answers: Answers) -> tuple[str, ...]:
    """Every name there is; a behaviour that takes a time is shown with one."""
    acts = (str(Act(name, entry.default)) for name, entry in behaviours.BEHAVIOURS.items())
    return (*answers.names, *acts)


class Script:
    """The answers that are to come: a list for everybody that may cycle, and lists for single sessions."""

    def __init__(self, sequence: Sequence[str] = (), *, cycle: bool = False) -> None:
        self._cycle = cycle
        self._sequence = deque(sequence)
        self._next: deque[str] = deque()
        self._sessions: OrderedDict[str, deque[str]] = OrderedDict()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is to come: the usual case, which costs nothing."""
        return not (self._sequence or self._next or self._sessions)

    def take(self, session: str | None) -> str | None:
        """The name of the answer for this request, which is thereby used up; None for "as usual"."""
        own = self._sessions.get(session) if session is not None and self._sessions else None
        if own:
            name = own.popleft()
            if not own and session is not None:
                del self._sessions[session]
            return name
        if self._next:
            return self._next.popleft()
        if not self._sequence:
            return None
        if self._cycle:
            self._sequence.rotate(-1)
            return self._sequence[-1]
        return self._sequence.popleft()

    def put(self, names: Iterable[str], session: str | None = None) -> None:
        """Set the answers for the next requests, of everybody or of one session; an empty list takes them back."""
        if session is None:
            self._next = deque(names)
            return
        self._sessions.pop(session, None)
        listed = deque(names)
        if listed:
            self._sessions[session] = listed
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)

    def pending(self) -> dict[str, object]:
        """What is to come, as the control API shows it."""
        return {
            "next": list(self._next),
            "sequence": list(self._sequence),
            "cycle": self._cycle,
            "sessions": {session: list(listed) for session, listed in self._sessions.items()},
        }

    def clear(self) -> None:
        """Take back what was set through the control API; the sequence of the command line stays."""
        self._next.clear()
        self._sessions.clear()
