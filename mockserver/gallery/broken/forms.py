"""VAL-5: form-encoded and multipart bodies that are accepted."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import json
from email.message import Message
from email.parser import BytesParser
from typing import Any
from urllib.parse import parse_qsl

from mockserver.gallery.base import Operator
from mockserver.gallery.broken.bodies import Swallows
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call

room = Room()

_ALL = (
    "VAL-1",
    "VAL-2",
    "VAL-3",
    "VAL-4",
    "VAL-6",
    "SIG-1",
    "ROB-1",
    "OK-6",
    "OK-7",
)  # who cannot read JSON breaks these too


class OtherForm(Operator):
    """Reads bodies of another media type too."""

    other = ""

    def check_media_type(self, call: Call) -> None:
        if call.media_type != self.other:
            super().check_media_type(call)

    def parse(self, call: Call) -> Any:
        return self.read(call) if call.media_type == self.other else super().parse(call)

    def read(self, call: Call) -> Any:
        return None


@room.broken("VAL-5")
class AcceptsForm(OtherForm):
    """A form-encoded body is read like a JSON one, as with a framework's merged parameters."""

    other = "application/x-www-form-urlencoded"

    def read(self, call: Call) -> Any:
        return dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))


@room.broken("VAL-5", "OK-1", *_ALL)
class ReadsFormsOnly(AcceptsForm):
    """Every body is read as form-encoded, so that JSON is refused for what it seems to lack."""

    def check_media_type(self, call: Call) -> None:
        pass

    def parse(self, call: Call) -> Any:
        return self.read(call)


@room.broken("OK-1", *_ALL)
class ReadsFormsCalledJson(ReadsFormsOnly):
    """The media type must be JSON's, but the body is read as form-encoded."""

    def check_media_type(self, call: Call) -> None:
        Operator.check_media_type(self, call)


@room.broken("VAL-5")
class AcceptsFormWithCharset(AcceptsForm):
    """A form-encoded body is read once its media type has a charset, since only the bare type is refused."""

    def check_media_type(self, call: Call) -> None:
        if "charset" in str(call.headers.get("Content-Type", "")):
            super().check_media_type(call)
        else:
            Operator.check_media_type(self, call)


@room.broken("VAL-5", "OK-1", "VAL-1", "VAL-2", "VAL-3", "VAL-4", "VAL-6")
class ReadsFormsAlone(AcceptsForm):
    """The body is read as a form whatever it is, so that a notification in JSON has no fields."""

    def check_media_type(self, call: Call) -> None:
        pass

    def parse(self, call: Call) -> Any:
        return self.read(call)


@room.broken("VAL-5")
class AcceptsMultipart(OtherForm):
    """A multipart body is read like a JSON one."""

    other = "multipart/form-data"

    def read(self, call: Call) -> Any:
        head = f"Content-Type: {call.headers['Content-Type']}\r\n\r\n".encode()
        parts = BytesParser().parsebytes(head + call.body).get_payload()
        found = parts if isinstance(parts, list) else []
        return {_name(part): str(part.get_payload()).strip() for part in found if isinstance(part, Message)}


@room.broken("VAL-5")
class AcceptsJsonInAPart(AcceptsMultipart):
    """A multipart body's part is read as JSON where it is declared so."""

    def read(self, call: Call) -> Any:
        head = f"Content-Type: {call.headers['Content-Type']}\r\n\r\n".encode()
        message = BytesParser().parsebytes(head + call.body)
        texts = [str(part.get_payload()) for part in message.walk() if part.get_content_type() == "application/json"]
        try:
            return json.loads(texts[0]) if texts else None
        except ValueError:
            return None


@room.broken("VAL-6")
class AcceptsJsonInAnyName(Operator):
    """Of the media type only the word JSON is looked for, so that another type that has it passes."""

    def check_media_type(self, call: Call) -> None:
        if "json" not in call.media_type:
            super().check_media_type(call)


@room.broken("VAL-5")
class IgnoresForm(Swallows):
    """A form-encoded body is answered with the success without being read, since no JSON was found to check."""

    faults = ("media-type",)

    def swallows(self, call: Call) -> bool:
        return call.media_type == AcceptsForm.other


def _name(part: Message) -> str:
    return str(part.get_param("name", header="content-disposition"))
