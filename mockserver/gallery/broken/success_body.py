"""OK-2 and OK-3: the body of a success."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call

room = Room()


_ERRORS: dict[str, Any] = {
    "text-zero": "0",
    "false": False,
    "null": None,
    "one": 1,
    "fraction": 0.0,
    "empty-text": "",
    "empty-object": {},
    "empty-list": [],
}


_TEXTS: dict[str, Any] = {"empty": "", "null": None, "number": 0, "boolean": True, "list": ["OK"], "object": {}}


class SuccessValue(Operator):
    """Puts another value under a key of the success."""

    def __init__(self, *where: Any, what: str, value: Any) -> None:
        super().__init__(*where)
        self.key = getattr(self.words, what)
        self.value = value

    def success(self, call: Call, body: Any) -> Any:
        return {**body, self.key: self.value}


@room.listed
def values() -> Iterator[Entry]:
    """Another value than the integer 0, another than a text."""
    for what, rule, table in (("error", "OK-2", _ERRORS), ("text", "OK-3", _TEXTS)):
        for name, value in table.items():
            summary = f"The success's {what} is {json.dumps(value)}."
            make = partial(SuccessValue, what=what, value=value)
            yield Entry(f"success-{what}-{name}", "broken", summary, make, rule)


@room.broken("OK-2")
class SuccessWithoutError(Operator):
    """The success lacks the key that says that there is no error."""

    def success(self, call: Call, body: Any) -> Any:
        del body[self.words.error]
        return body


@room.broken("OK-2")
class SuccessWithPluralError(Operator):
    """The success's key is written in the plural."""

    def success(self, call: Call, body: Any) -> Any:
        return {self.words.error + "s": body.pop(self.words.error), **body}


@room.broken("OK-2", "OK-3")
class SuccessInsideData(Operator):
    """The success stands under a key of the house's own envelope."""

    def success(self, call: Call, body: Any) -> Any:
        return {"status": "ok", "data": body}


@room.broken("OK-2", "OK-3")
class SuccessInCapitals(Operator):
    """The serialiser of the framework writes keys with a capital letter."""

    def success(self, call: Call, body: Any) -> Any:
        return {key.capitalize(): value for key, value in body.items()}


@room.broken("OK-3")
class SuccessWithoutText(Operator):
    """The success says nothing besides that there is no error."""

    def success(self, call: Call, body: Any) -> Any:
        del body[self.words.text]
        return body


@room.broken("OK-3")
class SuccessTextMisspelt(Operator):
    """The key of the success's text lacks a letter."""

    def success(self, call: Call, body: Any) -> Any:
        text = self.words.text
        return {**{key: body[key] for key in body if key != text}, text[:2] + text[3:]: body[text]}


@room.broken("OK-3")
class SuccessTextUnderMessage(Operator):
    """The success's text stands under the key that a failure uses for its message."""

    def success(self, call: Call, body: Any) -> Any:
        text = body.pop(self.words.text)
        return {**body, self.words.message: text}


@room.broken("OK-2", "OK-3", "OK-7")
class SuccessOverlaid(Operator):
    """Fields that are not listed are copied into the success, over its own."""

    def success(self, call: Call, body: Any) -> Any:
        return {**body, **{name: call.data[name] for name in call.data if name not in call.operation.by_name}}
