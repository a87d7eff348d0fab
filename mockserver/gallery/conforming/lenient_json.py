"""JSON read by other readers than the strict one, where the page leaves it open."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

import codecs
import json
import re
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused
from spec import strict_json

room = Room()


_LONE = re.compile("[\ud800-\udfff]")


class LooseJson(Operator):
    """Reads JSON with the language's own reader."""

    def parse(self, call: Call) -> Any:
        try:
            strict_json.loads(call.body)
        except strict_json.MalformedJsonError:
            if strict_json.depth(call.body) > strict_json.MAX_DEPTH:
                raise Refused("malformed-json") from None
        try:
            return self.load(call.body)
        except ValueError:
            raise Refused("malformed-json") from None

    def load(self, body: bytes) -> Any:
        return json.loads(body.decode())


@room.conforming()
class LastKeyWins(LooseJson):
    """Of a key that stands twice the last is taken; NaN and lone surrogates are let through."""

    def validate(self, call: Call) -> None:
        sent = call.data
        call.data = _clean(sent)
        super().validate(call)
        call.data = sent


@room.conforming()
class TellsTheIds(LastKeyWins):
    """The success repeats the ids in the characters in which they came, lone surrogates among them."""

    def success(self, call: Call, body: Any) -> Any:
        ids = [str(call.data[item.name]) for item in call.operation.required if not item.secret]
        return {**body, self.words.text: f"{body[self.words.text]}: {' '.join(ids)}"}


@room.conforming()
class FieldNamesInAnyCase(Operator):
    """The reader finds fields without regard to the case of their names, as that of ASP.NET does."""

    def read_body(self, call: Call) -> None:
        super().read_body(call)
        own = {name.lower(): name for name in call.operation.by_name}
        call.data = {own.get(name.lower(), name): value for name, value in call.data.items()}


@room.conforming()
class FirstKeyWins(LooseJson):
    """Of a key that stands twice the first is taken."""

    def load(self, body: bytes) -> Any:
        return _clean(json.loads(body.decode(), object_pairs_hook=lambda pairs: dict(reversed(pairs))))


@room.conforming()
class ByteOrderMarkAccepted(LooseJson):
    """A byte order mark before the body is skipped."""

    def load(self, body: bytes) -> Any:
        return _clean(json.loads(body.removeprefix(codecs.BOM_UTF8).decode()))


@room.conforming()
class InvalidUtf8Replaced(LooseJson):
    """Bytes that are not UTF-8 are replaced, and the notification is accepted."""

    def load(self, body: bytes) -> Any:
        return _clean(json.loads(body.decode("utf-8", "replace")))


def _clean(value: Any) -> Any:
    """The same JSON with lone surrogates replaced and without numbers that JSON does not have."""
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, str):
        return _LONE.sub("?", value)
    return 0.5 if isinstance(value, float) else value


@room.conforming()
class NulRefused(Operator):
    """A value with NUL is refused, since the database cannot hold it."""

    def act(self, call: Call) -> None:
        for name, value in call.data.items():
            if isinstance(value, str) and "\0" in value:
                raise Refused("invalid-value", name)


@room.conforming()
class DeepNestingRefusedAsTooLarge(Operator):
    """More than 16 levels of nesting are refused as too large."""

    def parse(self, call: Call) -> Any:
        if strict_json.depth(call.body) > 16:
            raise Refused("too-large")
        return super().parse(call)
