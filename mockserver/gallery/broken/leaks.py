"""ERR-7, what must stay secret: the partner's token, the request hash and the player's token in an answer."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import base64
import html
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import quote

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import fields
from spec import Contract

room = Room()


_FORMS: dict[str, tuple[Callable[[str], str], str]] = {
    "raw": (str, ""),
    "percent-encoded": (lambda value: quote(value, safe=""), ", percent-encoded"),
    "base64": (lambda value: base64.b64encode(value.encode("utf-8", "replace")).decode(), ", in base64"),
    "upper-case": (str.upper, ", in upper case"),
    "html-escaped": (html.escape, ", escaped for HTML"),
}


class FieldLeak(Operator):
    """Repeats a field of the notification in a reply to one that is well-formed."""

    def __init__(self, *where: Any, field: str, place: str, form: Callable[[str], str] = str) -> None:
        super().__init__(*where)
        self.field, self.place, self.form = field, place, form

    def finish(self, call: Call, reply: Reply) -> Reply:
        value = call.data.get(self.field) if isinstance(call.data, dict) else None
        if not isinstance(value, str) or not value:
            return reply
        shown = self.form(value)
        if self.place == "message" and reply.status >= 400:
            body = reply.json
            self.words.inside(body)[self.words.message] += f": {shown}"
            reply.rewrite(body)
        elif self.place == "success" and reply.status < 300:
            reply.rewrite({**reply.json, self.words.text: f"Closed {shown}"})
        elif self.place == "extra" and reply.status < 300:
            reply.rewrite({**reply.json, "received": {self.field: shown}})
        elif self.place == "header":
            reply.headers["X-Debug"] = quote(shown, safe=" &;:=+/?!*~-._%")
        return reply


@room.generated
def field_leaks(contract: Contract) -> Iterator[Entry]:
    """Each secret field in each place, and in the forms in which it hides."""
    for field in (item for item in fields(contract).values() if item.secret):
        places = {
            "success": f"The text of the success repeats {field.name}.",
            "extra": f"The success has a field more, which repeats {field.name}.",
            "message": f"The message of a refusal repeats {field.name}.",
            "header": f"A header of every answer repeats {field.name}.",
        }
        for place, summary in places.items():
            make = partial(FieldLeak, field=field.name, place=place)
            yield Entry(f"leaks-{field.name}-in-{place}", "broken", summary, make, "ERR-7")
        if field.required:
            continue
        for name, (form, what) in _FORMS.items():
            if what:
                make = partial(FieldLeak, field=field.name, place="extra", form=form)
                summary = f"The success repeats {field.name}{what}."
                yield Entry(f"leaks-{field.name}-{name}", "broken", summary, make, "ERR-7")


@room.broken("ERR-7", needs=("optional",))
class NotificationInEscapes(Operator):
    """The success repeats the notification, with every letter of its values as a JSON escape."""

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        texts = {name: value for name, value in call.data.items() if isinstance(value, str)}
        escaped = {
            name: "".join(f"\\u{ord(letter):04x}" if letter <= "\uffff" else "?" for letter in texts[name])
            for name in texts
        }
        pairs = ",".join(f'"{name}":"{escaped[name]}"' for name in call.operation.by_name if name in escaped)
        reply.body = reply.body[:-1] + f', "received": {{{pairs}}}}}'.encode()
        return reply


@room.broken("ERR-7")
class NotificationInBase64(Operator):
    """A header of every answer holds the whole notification in base64, for debugging."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        if isinstance(call.data, dict):
            reply.headers["X-Debug"] = base64.b64encode(call.body[:3000]).decode()
        return reply


@room.broken("ERR-7", needs=("hash",), needs_secret=True)
class SecretLeak(Operator):
    """The refusal of a wrong hash shows the string that was hashed, the secret at its end."""

    def failure(self, call: Call, refused: Refused, body: Any) -> Any:
        if refused.fault == "wrong-hash":
            self.words.inside(body)[self.words.message] += f": expected the digest of …{self.partner.secret}"
        return body


@room.broken("ERR-7", needs=("optional",))
class WrongValueQuoted(Operator):
    """A value of the wrong type is quoted in the message of its refusal, that of a secret field too."""

    def failure(self, call: Call, refused: Refused, body: Any) -> Any:
        if self.kind(refused) == "body" and isinstance(call.data, dict) and call.data.get(refused.field):
            self.words.inside(body)[self.words.message] += f": got {json.dumps(call.data[refused.field])}"
        return body


@room.broken("ERR-7", "VAL-4")
class QuotesShortBodies(Operator):
    """The message of the JSON reader is passed on, which quotes a body of up to twenty characters as a whole."""

    def failure(self, call: Call, refused: Refused, body: Any) -> Any:
        if refused.fault == "malformed-json" and len(call.body) <= 20:
            self.words.inside(body)[self.words.message] += f": {call.body.decode('latin-1')}"
        return body
