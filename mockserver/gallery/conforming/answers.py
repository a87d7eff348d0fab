"""Successes of many kinds: other texts, more fields, other ways of writing the same JSON."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import codecs
import json
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused, Reply

room = Room()


@room.conforming()
class OtherText(Operator):
    """The success says something else."""

    def success(self, call: Call, body: Any) -> Any:
        return {**body, self.words.text: "OK"}


@room.conforming()
class LongText(Operator):
    """The success says it in five thousand characters, with line feeds, quotes and markup."""

    def success(self, call: Call, body: Any) -> Any:
        return {**body, self.words.text: 'The session\'s <b>end</b> was "noted".\n' * 130}


@room.conforming()
class TextEscaped(Operator):
    """The success is in another language, with escapes for what is not ASCII."""

    def success(self, call: Call, body: Any) -> Any:
        return {**body, self.words.text: "Сессия закрыта 🎰"}


@room.conforming()
class TextInUtf8(TextEscaped):
    """The success is in another language, in UTF-8."""

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        return reply.rewrite(reply.json, raw=True)


@room.conforming()
class MoreFields(Operator):
    """Every answer has more fields than the contract lists."""

    def success(self, call: Call, body: Any) -> Any:
        return {"requestId": "a81c", **body, "data": {"closed": True, "at": [2026, 1, 31]}, "next": None}

    def failure(self, call: Call, refused: Refused, body: Any) -> Any:
        self.words.inside(body)["field"] = refused.field
        return {**body, "requestId": "a81d", "retry": False}


@room.conforming()
class PrettyPrinted(Operator):
    """Every answer is indented, and ends in a line feed."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        if reply.body:
            reply.rewrite(reply.json, indent=4)
            reply.body = b"\r\n " + reply.body + b"\r\n\t\n"
        return reply


@room.conforming()
class ByteOrderMarkSent(Operator):
    """A byte order mark stands before every answer, since a source file was saved with one; the page leaves it open."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.body = codecs.BOM_UTF8 + reply.body
        return reply


@room.conforming()
class OtherOrder(Operator):
    """The keys of every object come in the opposite order."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        def turn(value: Any) -> Any:
            return {key: turn(value[key]) for key in reversed(value)} if isinstance(value, dict) else value

        return reply.rewrite(turn(reply.json)) if reply.body else reply


@room.conforming()
class EverythingEscaped(Operator):
    """Keys and texts are written in escapes throughout."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        def escaped(value: Any) -> str:
            if isinstance(value, dict):
                return "{" + ",".join(f"{escaped(key)}:{escaped(value[key])}" for key in value) + "}"
            if isinstance(value, str):
                return '"' + "".join(f"\\u{ord(letter):04X}" for letter in value) + '"'
            return json.dumps(value)

        reply.body = escaped(reply.json).encode() if reply.body else b""
        return reply


@room.conforming()
class SaysItIsARepeat(Operator):
    """The same notification a second time succeeds too, with another text."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.seen: set[bytes] = set()

    def success(self, call: Call, body: Any) -> Any:
        again = call.body in self.seen
        self.seen.add(call.body)
        return {**body, self.words.text: "Already closed" if again else "Closed"}


@room.conforming()
class NamesTheSession(Operator):
    """The success names the session that was closed, written as JSON should be."""

    def success(self, call: Call, body: Any) -> Any:
        ids = [call.data.get(field.name) for field in call.operation.required if field.session_id]
        return {**body, self.words.text: f"Closed {ids}"}


@room.conforming()
class RepeatsTheIds(Operator):
    """The words of every answer to a readable notification repeat its ids just as they came."""

    def success(self, call: Call, body: Any) -> Any:
        return {**body, self.words.text: f"Closed {self._ids(call)}"}

    def failure(self, call: Call, refused: Refused, body: Any) -> Any:
        if isinstance(call.data, dict):
            self.words.inside(body)[self.words.message] += f" {self._ids(call)}"
        return body

    def _ids(self, call: Call) -> str:
        ids = (call.data.get(field.name) for field in call.operation.required if not field.secret)
        return "/".join(value for value in ids if isinstance(value, str))
