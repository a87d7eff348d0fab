"""ROB-2: notifications that are answered rightly alone, and wrongly when they come at the same time."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused, Reply

room = Room()

WORK = 0.012  # seconds that a request takes, so that two can overlap


@room.broken("ROB-2", "ROB-3")
class SharedRequest(Operator):
    """The request in work is held in a global variable, which the next one overwrites."""

    current: Call

    def decide(self, call: Call) -> Reply:
        self.current = call
        self.pause(WORK)
        return super().decide(self.current)


@room.broken("ROB-2", "ROB-3")
class SharedAnswer(Operator):
    """The answer is held in a global variable before it is sent, so that callers get each other's."""

    current: Reply

    def decide(self, call: Call) -> Reply:
        self.current = super().decide(call)
        self.pause(WORK)
        return self.current


@room.broken("ROB-2", "ROB-3")
class SharedFields(Operator):
    """The fields are held in a singleton between validation and use, so that one caller's faults become another's."""

    current: Any

    def read_body(self, call: Call) -> None:
        super().read_body(call)
        self.current = call.data
        self.pause(WORK)

    def validate(self, call: Call) -> None:
        call.data = self.current
        super().validate(call)


@room.broken("ROB-2", "ROB-3", "SIG-1", needs_secret=True)
class SharedBeforeTheHash(Operator):
    """The fields are held in a global variable while the secret is fetched: another notification's hash is checked."""

    current: Any

    def verify_hash(self, call: Call) -> None:
        self.current = call.data
        self.pause(WORK)
        call.data = self.current
        super().verify_hash(call)


@room.broken("ROB-2", "ROB-3")
class SharedIds(Operator):
    """The ids are held in a singleton while the session is closed, and another session's are not this player's."""

    current: Any

    def act(self, call: Call) -> None:
        self.current = ids = [call.data.get(field.name) for field in call.operation.required]
        carrier = call.operation.request_hash
        self.pause(WORK)
        mixed = {
            field.name
            for field, mine, now in zip(call.operation.required, ids, self.current, strict=True)
            if mine != now
        }
        if mixed - {carrier.field if carrier else ""}:
            raise Refused("invalid-value")


@room.broken("ROB-2", "ROB-3", needs=("partner-token",))
class SharedVerdict(Operator):
    """Whether the caller is authorised is held in a global flag, which a parallel request sets anew."""

    refused: Refused | None = None

    def authorise(self, call: Call) -> None:
        try:
            super().authorise(call)
            self.refused = None
        except Refused as refused:
            self.refused = refused
        self.pause(WORK)
        if self.refused:
            raise Refused(self.refused.fault)


@room.broken("ROB-2", "ROB-3")
class AnotherCallersIds(Operator):
    """The success names the session from a global variable, which is by then another caller's."""

    session: Any = ""

    def accept(self, call: Call) -> Reply:
        names = [item.name for item in call.operation.required if item.session_id]
        self.session = [call.data[name] for name in names]
        self.pause(WORK)
        reply = super().accept(call)
        return reply.rewrite({**reply.json, "session": self.session})


@room.broken("ROB-2", "ROB-3")
class MixesUpSessions(Operator):
    """The session in work is held in a global variable; where it changes meanwhile, the update finds no row."""

    session: Any = ""

    def act(self, call: Call) -> None:
        session = [call.data[item.name] for item in call.operation.required if item.session_id]
        self.session = session
        self.pause(WORK)
        if self.session != session:
            raise KeyError


class Crowd(Operator):
    """Counts the requests in work."""

    most = 4

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.inside = 0

    def decide(self, call: Call) -> Reply:
        with self.lock:
            self.inside += 1
            crowded = self.inside > self.most
        try:
            self.pause(WORK)
            return self.crowded(call) if crowded else super().decide(call)
        finally:
            with self.lock:
                self.inside -= 1

    def crowded(self, call: Call) -> Reply:
        return self.refuse(call, Refused("system-error"))


@room.broken("ROB-2", "ERR-5", "ROB-3")
class FailsBeyondFourAtOnce(Crowd):
    """The pool has four connections: a fifth request at the same time ends in the operator's own error."""


@room.broken("ROB-2", "ERR-5", "ROB-3")
class UnavailableWhenBusy(Crowd):
    """A global lock guards the work, and a request that finds it taken is sent away."""

    most = 1

    def crowded(self, call: Call) -> Reply:
        return self.refuse(call, Refused("unavailable"))


@room.broken("ROB-2", "ROB-3")
class TooManyAtThree(Crowd):
    """A third request at the same time is refused as one too many, and not asked to come later."""

    most = 2

    def crowded(self, call: Call) -> Reply:
        reply = self.refuse(call, Refused("too-many-requests"))
        reply.headers.pop("Retry-After", None)
        return reply


@room.broken("ROB-2", "ERR-5", "ROB-3")
class RacingCounter(Operator):
    """The next number is read and written without a lock, and a number used twice is the operator's own error."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.next = 0
        self.used: set[int] = set()

    def act(self, call: Call) -> None:
        number = self.next
        self.pause(WORK)
        self.next = number + 1
        if number in self.used:
            raise KeyError
        self.used.add(number)


@room.broken("ROB-2", "ERR-5", "ROB-3")
class DeadlockOnSameSession(Operator):
    """Two notifications for one session at the same time end in a deadlock that the database resolves by an error."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.rows: set[str] = set()

    def act(self, call: Call) -> None:
        row = str([call.data.get(field.name) for field in call.operation.required if field.session_id])
        with self.lock:
            taken = row in self.rows
            self.rows.add(row)
        self.pause(WORK)
        if taken:
            raise TimeoutError
        self.rows.discard(row)
