"""OK-6, sessions: ids that are not on record, not of the usual look, or repeated in the answer."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import fields
from spec import Contract

room = Room()

Test = Callable[[str], bool]


class Echo(Operator):
    """Repeats the session's id in the text of the success, written by hand."""

    encoding = "utf-8"
    cut = 4096

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        name = next((field.name for field in call.operation.fields if field.session_id), call.operation.fields[0].name)
        mark = "@@"
        reply.rewrite({**reply.json, self.words.text: f"Closed {mark}"})
        echoed = self.escape(str(call.data.get(name))).encode(self.encoding, "replace")[: self.cut]
        reply.body = reply.body.replace(mark.encode(), echoed)
        return reply

    def escape(self, value: str) -> str:
        return re.sub(r'["\\\x00-\x1f\ud800-\udfff]', "?", value)


class FatalId(Operator):
    """Fails on a value of one required field."""

    def __init__(self, *where: Any, test: Test, field: str) -> None:
        super().__init__(*where)
        self.test, self.field = test, field

    def act(self, call: Call) -> None:
        if self.test(str(call.data.get(self.field, ""))):
            raise LookupError


@room.generated
def fatal_ids(contract: Contract) -> Iterator[Entry]:
    """Ids that are not known, or not of the usual look, and end in the operator's own error."""
    hashes = {operation.request_hash.field for operation in contract.operations if operation.request_hash}
    for field in (item for item in fields(contract).values() if item.required and item.name not in hashes):
        known = str(field.example)
        tests: dict[str, tuple[Test, str]] = {"unknown": (known.__ne__, "that is not on record")}
        if known.isdigit():
            tests["non-numeric"] = (lambda value: not value.isdigit(), "that is no number, as it is converted")
        elif re.fullmatch("[0-9a-f]{32}", known):
            tests["non-uuid"] = (lambda value: not re.fullmatch("[0-9a-fA-F]{32}", value), "that is no UUID")
        for name, (test, what) in tests.items():
            summary = f"A {field.name} {what}, ends in the operator's own error."
            make = partial(FatalId, test=test, field=field.name)
            yield Entry(f"crashes-on-{name}-{field.name}", "broken", summary, make, "OK-6", ("ERR-5", "ROB-1"))


class UnknownSession(Operator):
    """Refuses sessions other than the known one, in a way that is not the contract's."""

    def decide(self, call: Call) -> Reply:
        reply = super().decide(call)
        names = [field.name for field in call.operation.required if field.session_id]
        if reply.status == 200 and any(call.data.get(name) != call.operation.example[name] for name in names):
            return self.unknown(call)
        return reply

    def unknown(self, call: Call) -> Reply:
        return Reply(404, b"<h1>Session not found</h1>", {"Content-Type": "text/html"})


@room.broken("ERR-2", "OK-6")
class PageOnUnknownSession(UnknownSession):
    """A session that is not known is answered with a page of the framework."""


@room.broken("ERR-1", "OK-2", "OK-3", "OK-6")
class UnknownSessionRefusedWith200(UnknownSession):
    """A session that is not known is refused with the right body, but status 200."""

    def unknown(self, call: Call) -> Reply:
        reply = self.refuse(call, Refused("invalid-value"))
        reply.status = 200
        return reply


@room.broken("ERR-1", "OK-6")
class UnknownSessionRedirected(UnknownSession):
    """A session that is not known is redirected to the lobby."""

    def unknown(self, call: Call) -> Reply:
        return Reply(302, b"", {"Location": "/lobby"})


@room.broken("OK-2", "OK-6")
class EchoUnescaped(Echo):
    """The success repeats the session's id without escaping, so that a quote in it breaks the JSON."""

    def escape(self, value: str) -> str:
        return re.sub(r"[\x00-\x1f\ud800-\udfff]", "?", value)


@room.broken("OK-2", "OK-6")
class EchoInLatin1(Echo):
    """The success repeats the session's id in Latin-1, which is not UTF-8 where a letter has an accent."""

    encoding = "latin-1"


@room.broken("OK-2", "OK-6")
class EchoCutInBytes(Echo):
    """The success repeats the first 33 bytes of the session's id, also where that splits a character."""

    cut = 33


@room.broken("OK-1", "ROB-3")
class ConnectionOfOneSession(Operator):
    """A connection belongs to the session of its first notification; those of others are refused over it."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.owner: dict[int, Any] = {}

    def act(self, call: Call) -> None:
        session = [call.data.get(field.name) for field in call.operation.required if field.session_id]
        if self.owner.setdefault(call.connection, session) != session:
            raise Refused("invalid-value")
        super().act(call)
