"""OK-7, OK-8, OK-1: fields that are not listed, notifications that come again, or are written in another way."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.conforming.sessions import RepeatRefused
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused, Reply

room = Room()


@room.broken("OK-7", "OK-1", "ERR-5", "ROB-1")
class CrashesOnUnknownField(Operator):
    """A field that is not listed ends in the operator's own error, as with a strict deserialiser."""

    def validate(self, call: Call) -> None:
        super().validate(call)
        if set(call.data) - set(call.operation.by_name):
            raise TypeError


@room.broken("OK-6", "OK-1")
class EscapesRefused(Operator):
    """The body is taken apart by hand, and escapes other than of quotes are malformed."""

    def parse(self, call: Call) -> Any:
        if b"\\u" in call.body:
            raise Refused("malformed-json")
        return super().parse(call)


@room.broken("OK-1", "OK-5", "OK-6")
class FieldOrderDemanded(Operator):
    """The body is taken apart by position: fields in another order than the page's are refused."""

    def validate(self, call: Call) -> None:
        super().validate(call)
        order = [name for name in call.data if name in call.operation.by_name]
        if order != [name for name in call.operation.by_name if name in call.data]:
            raise Refused("missing-field")


class Repeats(Operator):
    """Remembers every notification, and answers the second of a kind otherwise."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.seen: set[bytes] = set()

    def accept(self, call: Call) -> Reply:
        with self.lock:
            again = call.body in self.seen
            self.seen.add(call.body)
        reply = super().accept(call)
        return self.again(call, reply) if again else reply

    def again(self, call: Call, reply: Reply) -> Reply:
        raise RuntimeError


@room.broken("OK-8", "ERR-5", "ROB-3", "OK-1")
class CrashesOnRepeat(Repeats):
    """The same notification a second time violates a unique key: the operator's own error."""

    def accept(self, call: Call) -> Reply:
        try:
            return super().accept(call)
        except RuntimeError as error:
            return self.crash(call, error)


@room.broken("OK-8", "ERR-1", "ROB-3", "OK-1", "OK-2")
class RepeatRefusedWith200(Repeats):
    """The same notification a second time is refused with the right body, but status 200."""

    def again(self, call: Call, reply: Reply) -> Reply:
        reply = self.refuse(call, Refused("invalid-value"))
        reply.status = 200
        return reply


@room.broken("OK-8", "ERR-2", "ROB-3", "OK-1")
class RepeatAnsweredWithPage(Repeats):
    """The same notification a second time is refused with a page and not with the envelope."""

    def again(self, call: Call, reply: Reply) -> Reply:
        return Reply(409, b"<h1>Conflict</h1>", {"Content-Type": "text/html"})


@room.broken("OK-1", "OK-5", "OK-6", "OK-7", "OK-8", "ROB-2", "ROB-3")
class SessionEndsOnce(RepeatRefused):
    """A session that was told of is over: every other notification for it is refused with 409, whatever it holds."""

    def told(self, call: Call) -> bytes:
        return str([call.data[field.name] for field in call.operation.required if field.session_id]).encode()
