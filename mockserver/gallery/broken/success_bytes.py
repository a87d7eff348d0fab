"""OK-2: successes that are not one JSON object, down to their bytes."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Reply

room = Room()


_BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "inside-a-list": (lambda body: b"[" + body + b"]", "The success's object is the only element of a list."),
    "quoted-twice": (lambda body: json.dumps(body.decode()).encode(), "The success is JSON text inside a JSON string."),
    "sent-twice": (lambda body: body + body, "The success's object is written twice, since two layers write it."),
    "with-a-comment": (lambda body: body + b"\n<!-- 0.013 s -->", "The page's footer is appended to the success."),
    "with-a-warning": (
        lambda body: b"<br />\n<b>Notice</b>:  Undefined index in <b>callback</b> on line <b>12</b><br />\n" + body,
        "A notice of the interpreter stands before the success.",
    ),
    "with-a-guard": (lambda body: b")]}',\n" + body, "A guard against script inclusion stands before the success."),
    "as-a-script": (
        lambda body: b"callback(" + body + b");",
        "The success is wrapped in a function call, as for JSONP.",
    ),
    "in-single-quotes": (
        lambda body: repr(json.loads(body)).encode(),
        "The success is a dictionary printed by the language, in single quotes.",
    ),
    "with-a-comma-too-many": (
        lambda body: body.replace(b"}", b",}"),
        "The success is written by hand, with a last comma.",
    ),
    "with-nan": (
        lambda body: body.replace(b"}", b', "took": NaN}'),
        "The success has a field more, whose value is NaN and so not JSON.",
    ),
    "with-a-raw-line-feed": (
        lambda body: body.replace(b'"}', b'\n"}'),
        "The success is written by hand, with a line feed inside a string.",
    ),
    "in-utf-16": (lambda body: body.decode().encode("utf-16"), "The success is encoded in UTF-16."),
    "cut-short": (lambda body: body[:-1], "The success lacks its last byte, since its length is counted wrongly."),
}


class SuccessBytes(Operator):
    """Spoils the bytes of the success."""

    def __init__(self, *where: Any, spoil: Callable[[bytes], bytes]) -> None:
        super().__init__(*where)
        self.spoil = spoil

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        reply.body = self.spoil(reply.body)
        return reply


@room.listed
def bytes_around() -> Iterator[Entry]:
    """A body that is not one JSON object."""
    for name, (spoil, summary) in _BYTES.items():
        yield Entry(f"success-{name}", "broken", summary, partial(SuccessBytes, spoil=spoil), "OK-2")


@room.broken("OK-2")
class SuccessInLatin1(Operator):
    """The success is encoded in Latin-1, though its media type says UTF-8."""

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        reply.body = json.dumps({**reply.json, self.words.text: "Sesión cerrada"}, ensure_ascii=False).encode("latin-1")
        reply.headers["Content-Type"] += "; charset=utf-8"
        return reply


@room.broken("OK-1", "OK-2")
class SuccessNeverComplete(Operator):
    """The length of the success is counted before compression, so that the caller waits for bytes that never come."""

    close_each = True

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        reply.declared_length = len(reply.body) + 20
        return reply


@room.broken("OK-2", "OK-3")
class SuccessLengthInCharacters(Operator):
    """The length of the success is counted in characters and not in bytes, so that its end is cut off."""

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        reply.rewrite({**reply.json, self.words.text: "Сессия закрыта"}, raw=True)
        reply.declared_length = len(reply.body.decode())
        return reply


@room.broken("OK-4", "OK-1")
class PlainTextUnlessAsked(Operator):
    """The success is plain text for who sends no Accept: what negotiates the media type takes the first it knows."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        if reply.status < 300 and "Accept" not in call.headers:
            reply.headers["Content-Type"] = "text/plain"
        return reply
