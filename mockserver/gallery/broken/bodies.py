"""VAL-4: bodies that are not one JSON object, and are accepted since nobody looks at what the reader says.

OK-1 where a good one is not read to its end.
"""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused, Reply

room = Room()


class Swallows(Operator):
    """Accepts what it could not read, since the exception is caught and forgotten."""

    faults = ("malformed-json",)

    def refuse(self, call: Call, refused: Refused) -> Reply:
        if refused.fault in self.faults and self.swallows(call):
            return self.accept(call)
        return super().refuse(call, refused)

    def swallows(self, call: Call) -> bool:
        return True


@room.broken("VAL-4")
class AcceptsMalformedJson(Swallows):
    """An exception of the JSON reader is caught, logged and answered with the success."""

    def swallows(self, call: Call) -> bool:
        return bool(call.body.strip())


@room.broken("VAL-4")
class AcceptsEmptyBody(Swallows):
    """An empty body is taken for a ping and answered with the success."""

    def swallows(self, call: Call) -> bool:
        return not call.body.strip()


@room.broken("VAL-4")
class AcceptsAnyJson(Swallows):
    """Only an object is looked into: any other JSON is answered with the success."""

    faults = ("not-an-object",)


@room.broken("VAL-4")
class AcceptsNull(Swallows):
    """The body null is answered with the success."""

    faults = ("not-an-object",)

    def swallows(self, call: Call) -> bool:
        return call.data is None


@room.broken("VAL-4")
class AcceptsScalars(Swallows):
    """A JSON string or number as the body is answered with the success."""

    faults = ("not-an-object",)

    def swallows(self, call: Call) -> bool:
        return isinstance(call.data, str | int | float)


@room.broken("VAL-4")
class AcceptsFalse(Swallows):
    """The body false is taken for no body at all, and answered with the success."""

    faults = ("not-an-object",)

    def swallows(self, call: Call) -> bool:
        return call.data is False


@room.broken("VAL-4")
class AcceptsEmptyText(Swallows):
    """An empty JSON string is taken for no body at all, and answered with the success."""

    faults = ("not-an-object",)

    def swallows(self, call: Call) -> bool:
        return bool(call.data == "")


@room.broken("VAL-4")
class AcceptsList(Operator):
    """A list is taken for a batch, of which the first notification is read."""

    def parse(self, call: Call) -> Any:
        data = super().parse(call)
        return data[0] if isinstance(data, list) and data else data


@room.broken("VAL-4")
class AcceptsEmptyList(Swallows):
    """An empty list is taken for a batch without notifications, and answered with the success."""

    faults = ("not-an-object",)

    def swallows(self, call: Call) -> bool:
        return isinstance(call.data, list) and not call.data


@room.broken("OK-1", "ROB-3")
class KeepsMalformedBody(Operator):
    """What could not be read stays in the connection's buffer, and spoils the next body that comes over it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left: dict[int, bytes] = {}

    def parse(self, call: Call) -> Any:
        left = self.left.pop(call.connection, b"")
        call.body = left + call.body
        try:
            return super().parse(call)
        except Refused:
            if not left:
                self.left[call.connection] = call.body
            raise


@room.broken("OK-1")
class ReadsBodyOnce(Operator):
    """The body is read from the socket once: what arrives in a later piece is never seen."""

    reads_once = True


@room.broken("OK-1", "VAL-4")
class ReadsFirstLine(Operator):
    """Only the first line of the body that is not empty is read: JSON over several lines is refused."""

    def parse(self, call: Call) -> Any:
        call.body = next((line for line in call.body.splitlines() if line.strip()), b"")
        return super().parse(call)
