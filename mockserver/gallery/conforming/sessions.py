"""Sessions that are not known, and notifications that come again."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import json
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused, Reply

room = Room()


class KnownSessions(Operator):
    """Knows the session of the document's own example alone."""

    fault = "invalid-value"

    def act(self, call: Call) -> None:
        declared = call.operation.request_hash
        for name, value in call.operation.example.items():
            if call.data.get(name) != value and not (declared and name == declared.field):
                raise Refused(self.fault, name)


@room.conforming()
class UnknownSessionsRefused(KnownSessions):
    """A session that is not known is refused as invalid."""


@room.conforming()
class UnknownSessionsNotFound(KnownSessions):
    """A session that is not known is refused with 404 and a generic code."""

    fault = "path"


@room.conforming("OK-8")
class RepeatRefused(Operator):
    """Exactly the same body a second time is refused with 409, also from an earlier run."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.seen: set[bytes] = set()

    def told(self, call: Call) -> bytes:
        """What makes two notifications the same."""
        return call.body

    def act(self, call: Call) -> None:
        told = self.told(call)
        with self.lock:
            again = told in self.seen
            self.seen.add(told)
        if again:
            raise FileExistsError

    def crash(self, call: Call, error: Exception) -> Reply:
        reply = self.refuse(call, Refused("invalid-value"))
        reply.status = 409
        return reply


@room.conforming("OK-8")
class SameValuesRefused(RepeatRefused):
    """The same values a second time are refused with 409, however they are written."""

    def told(self, call: Call) -> bytes:
        return json.dumps([call.data.get(name) for name in call.operation.by_name]).encode()


@room.conforming()
class FirstFieldKnown(Operator):
    """The first field must be known, the others are taken as they come."""

    def act(self, call: Call) -> None:
        name = next(iter(call.operation.example))
        if call.data.get(name) != call.operation.example[name]:
            raise Refused("invalid-value", name)


@room.conforming()
class SessionsLookedAt(Operator):
    """What does not look like an id of its own is no known session; nothing else is looked up."""

    def act(self, call: Call) -> None:
        for name, usual in call.operation.example.items():
            given = call.data.get(name)
            if call.operation.by_name[name].required and _shape(given) != _shape(usual):
                raise Refused("path", name)


def _shape(value: object) -> list[bool]:
    """Where its text has letters or digits, and where something else."""
    return [char.isalnum() for char in str(value)]
