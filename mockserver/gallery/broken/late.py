"""TIME-1: answers that are late, all or some."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Reply

room = Room()

LIMIT = 0.35  # seconds: the limit under which the late ones are convicted
LATE = 0.6  # seconds that they take


class Late(Operator):
    """Takes too long over some requests."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        if self.is_late(call, reply):
            self.pause(LATE)
        return reply

    def is_late(self, call: Call, reply: Reply) -> bool:
        return True


@room.broken("TIME-1", max_response_time=LIMIT)
class AlwaysLate(Late):
    """Every answer takes too long, since the work is done before it."""


@room.broken("TIME-1", max_response_time=LIMIT)
class LateRefusals(Late):
    """Refusals take too long, since each is reported to a slow service first."""

    def is_late(self, call: Call, reply: Reply) -> bool:
        return reply.status >= 400


@room.broken("TIME-1", max_response_time=LIMIT)
class LateEveryFifth(Late):
    """Every fifth answer takes too long."""

    def is_late(self, call: Call, reply: Reply) -> bool:
        return call.number % 5 == 0


@room.broken("TIME-1", max_response_time=LIMIT, needs=("optional",))
class LateWithOptionalField(Late):
    """With an optional field the answer takes too long, since it is looked up first."""

    def is_late(self, call: Call, reply: Reply) -> bool:
        return isinstance(call.data, dict) and any(field.name in call.data for field in call.operation.optional)


@room.broken("TIME-1", max_response_time=LIMIT, needs=("partner-token",))
class LateOnWrongCredentials(Late):
    """Wrong credentials are answered after too long, to slow down guessing."""

    def is_late(self, call: Call, reply: Reply) -> bool:
        return call.data is None and reply.status in (401, 403)
