"""ROB-3: like requests that are answered differently from one time to the next."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Dropped, Refused, Reply
from spec import Violation

room = Room()


@room.broken("ROB-3", "OK-1", "ERR-5")
class OneInTenFails(Operator):
    """Every tenth request ends in the operator's own error."""

    def decide(self, call: Call) -> Reply:
        return self.refuse(call, Refused("system-error")) if call.number % 10 == 0 else super().decide(call)


@room.broken("ROB-3", "OK-1", "ERR-5")
class OneInTwentyFiveFails(Operator):
    """Every twenty-fifth request ends in the operator's own error."""

    def decide(self, call: Call) -> Reply:
        return self.refuse(call, Refused("system-error")) if call.number % 25 == 0 else super().decide(call)


@room.broken("ROB-3", "OK-1")
class OneInSevenRefused(Operator):
    """Every seventh valid notification is refused."""

    count = 0

    def act(self, call: Call) -> None:
        with self.lock:
            self.count += 1
            if self.count % 7 == 0:
                raise Refused("invalid-value")


@room.broken("ROB-3", "OK-1", "ROB-1")
class OneInTwelveDropped(Operator):
    """Every twelfth connection is dropped without an answer."""

    each = 12

    def decide(self, call: Call) -> Reply:
        if call.number % self.each == 0:
            raise Dropped
        return super().decide(call)


@room.broken("ROB-3", "OK-1", "ROB-1")
class OneInSixtyDropped(OneInTwelveDropped):
    """Every sixtieth connection is dropped without an answer: seldom enough that what is sent again succeeds."""

    each = 60


@room.broken("ROB-3", "ROB-2", "OK-1")
class RefusesAfterRefusal(Operator):
    """After a refusal the next valid notification is refused too, since the list of errors is not emptied."""

    left_over = False

    def decide(self, call: Call) -> Reply:
        reply = super().decide(call)
        with self.lock:
            spoilt = self.left_over and reply.status < 300
            self.left_over = reply.status >= 400
        return self.refuse(call, Refused("invalid-value")) if spoilt else reply


@room.broken("ROB-3", "OK-1", "ERR-5")
class DiesAfterForty(Operator):
    """A connection leaks with every request: after forty each one ends in the operator's own error."""

    def decide(self, call: Call) -> Reply:
        return self.refuse(call, Refused("system-error")) if call.number > 40 else super().decide(call)


@room.broken("ROB-3", "VAL-1", "VAL-2", "VAL-3")
class EverySecondUnchecked(Operator):
    """One of two replicas is of an older version, which does not check the fields."""

    def forgives(self, call: Call, violation: Violation) -> bool:
        return call.number % 2 == 0 and violation.field in call.operation.by_name


@room.broken("ROB-3", "OK-1", "OK-2", "OK-4")
class OneInNineEmpty(Operator):
    """Every ninth success has no body."""

    def accept(self, call: Call) -> Reply:
        return Reply(200) if call.number % 9 == 0 else super().accept(call)


@room.broken("ROB-3", "ERR-2")
class EveryThirdRefusalIsPage(Operator):
    """One of three replicas has the framework's own pages for refusals."""

    count = 0

    def refuse(self, call: Call, refused: Refused) -> Reply:
        reply = super().refuse(call, refused)
        with self.lock:
            self.count += 1
            if self.count % 3 == 0:
                return Reply(reply.status, b"<h1>Bad Request</h1>", {"Content-Type": "text/html"})
        return reply


@room.broken("ROB-3", "AUTH-1", "AUTH-2", needs=("partner-token",))
class EveryFourthUnauthorised(Operator):
    """One of four replicas does not check credentials."""

    def authorise(self, call: Call) -> None:
        if call.number % 4:
            super().authorise(call)


@room.broken("ROB-3", "AUTH-1", "AUTH-2", needs=("partner-token",))
class LoginRemembered(Operator):
    """After a right login one request without is let through, since the login is remembered."""

    trusted = False

    def authorise(self, call: Call) -> None:
        try:
            super().authorise(call)
            self.trusted = True
        except Refused:
            if not self.trusted:
                raise
            self.trusted = False
