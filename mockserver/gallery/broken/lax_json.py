"""VAL-4: readers that take more than JSON."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import ast
import contextlib
import json
import re
from typing import Any
from urllib.parse import parse_qsl

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused
from spec import strict_json

room = Room()


class Lax(Operator):
    """Tries something else where the strict reader refuses the body."""

    def parse(self, call: Call) -> Any:
        try:
            return super().parse(call)
        except Refused:
            with contextlib.suppress(ValueError, SyntaxError, RecursionError, MemoryError):
                if (
                    not _is_json(call.body)
                    and strict_json.depth(call.body) < 100
                    and (data := self.read(call.body.decode())) is not None
                ):
                    return strict_json.loads(json.dumps(data).encode())
            raise

    def read(self, text: str) -> Any:
        return None


@room.broken("VAL-4")
class AcceptsTrailingText(Lax):
    """The reader stops after the first JSON value, so that whatever follows is accepted."""

    def read(self, text: str) -> Any:
        return json.JSONDecoder().raw_decode(text.lstrip())[0]


@room.broken("VAL-4")
class AcceptsJsonLines(Lax):
    """The body is read by lines, each an event of its own, and the first is taken."""

    def read(self, text: str) -> Any:
        return json.loads(text.splitlines()[0])


@room.broken("VAL-4")
class AcceptsTruncatedJson(Lax):
    """A lenient reader closes what is left open, so that half a body is accepted."""

    def read(self, text: str) -> Any:
        for end in ('"}', "}", "]}"):
            with contextlib.suppress(ValueError):
                return json.loads(text + end)
        return None


@room.broken("VAL-4")
class AcceptsSingleQuotes(Lax):
    """The body is read as a literal of the language, so that single quotes are accepted."""

    def read(self, text: str) -> Any:
        return ast.literal_eval(text) if "'" in text else None


@room.broken("VAL-4")
class AcceptsComments(Lax):
    """The reader skips comments, which JSON does not have."""

    def read(self, text: str) -> Any:
        return json.loads(re.sub(r"/\*.*?\*/|//[^\n]*|^\s*#[^\n]*", "", text, flags=re.DOTALL))


@room.broken("VAL-4")
class AcceptsUnquotedKeys(Lax):
    """The reader takes keys without quotes, as in the source of a script."""

    def read(self, text: str) -> Any:
        return json.loads(re.sub(r"([{,]\s*)([A-Za-z_]\w*)\s*:", r'\1"\2":', text))


@room.broken("VAL-4")
class AcceptsBareWords(Lax):
    """The reader takes a value without quotes for a text, as long as it is one word."""

    def read(self, text: str) -> Any:
        return json.loads(re.sub(r":\s*([A-Za-z]\w*)\s*([,}])", r':"\1"\2', text))


@room.broken("VAL-4")
class AcceptsASingleQuotedValue(Lax):
    """The reader takes single quotes around a value, as one of an older library does."""

    def read(self, text: str) -> Any:
        return json.loads(re.sub(r":\s*'([^'\"]*)'", r':"\1"', text))


@room.broken("VAL-4")
class AcceptsEqualsSigns(Lax):
    """The reader takes an equals sign for a colon."""

    def read(self, text: str) -> Any:
        return json.loads(re.sub(r'"\s*=\s*"', '":"', text))


@room.broken("VAL-4")
class AcceptsASemicolonBehind(Lax):
    """The reader takes a semicolon behind the object, as at the end of a statement."""

    def read(self, text: str) -> Any:
        return json.loads(text.rstrip().removesuffix(";"))


@room.broken("VAL-4")
class AcceptsUnusualSpace(Lax):
    """The reader skips every character that its language takes for white space."""

    def read(self, text: str) -> Any:
        return json.loads(re.sub(r"(?<=[:,{])\s+", "", text))


@room.broken("VAL-4")
class AcceptsLastComma(Lax):
    """The reader takes a comma behind the last field."""

    def read(self, text: str) -> Any:
        return json.loads(re.sub(r",\s*}", "}", text))


@room.broken("VAL-4")
class AcceptsMissingCommas(Lax):
    """Commas between lines are put in where they are missing, since the page's own example has none."""

    def read(self, text: str) -> Any:
        return json.loads(re.sub(r'"\s*\n\s*"', '", "', text))


@room.broken("VAL-4")
class AcceptsLeadingText(Lax):
    """The object is looked for in the body, so that whatever stands before it is accepted."""

    def read(self, text: str) -> Any:
        return json.loads(text[text.index("{") :])


@room.broken("VAL-4")
class AcceptsQuotedJson(Operator):
    """A JSON string is read as JSON once more, so that a notification in quotes is accepted."""

    def parse(self, call: Call) -> Any:
        data = super().parse(call)
        with contextlib.suppress(ValueError):
            return json.loads(data) if isinstance(data, str) else data
        return data


@room.broken("VAL-4", "VAL-5")
class AcceptsFormAsJson(Lax):
    """What is not JSON is read as a form, whatever the media type says."""

    def read(self, text: str) -> Any:
        return dict(parse_qsl(text)) or None


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
