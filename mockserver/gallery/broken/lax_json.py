"""VAL-4: readers that take more than JSON."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import ast
import contextlib
import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
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


class Respells(Lax):
    """Puts what the strict reader refuses into good JSON first."""

    def __init__(self, *where: Any, pattern: str, to: str) -> None:
        super().__init__(*where)
        self.pattern, self.to = pattern, to

    def read(self, text: str) -> Any:
        return json.loads(re.sub(self.pattern, self.to, text))


#: name -> what is found, what is put in its place, and the sentence about it
_SPELLINGS: dict[str, tuple[str, str, str]] = {
    "comments": (r"/\*(?s:.*?)\*/|//[^\n]*|^\s*#[^\n]*", "", "The reader skips comments, which JSON does not have."),
    "unquoted-keys": (
        r"([{,]\s*)([A-Za-z_]\w*)\s*:",
        r'\1"\2":',
        "The reader takes keys without quotes, as in the source of a script.",
    ),
    "bare-words": (
        r":\s*([A-Za-z]\w*)\s*([,}])",
        r':"\1"\2',
        "The reader takes a value without quotes for a text, as long as it is one word.",
    ),
    "a-single-quoted-value": (
        r":\s*'([^'\"]*)'",
        r':"\1"',
        "The reader takes single quotes around a value, as one of an older library does.",
    ),
    "equals-signs": (r'"\s*=\s*"', '":"', "The reader takes an equals sign for a colon."),
    "a-semicolon-behind": (
        r";\s*$",
        "",
        "The reader takes a semicolon behind the object, as behind a statement.",
    ),
    "unusual-space": (
        r"(?<=[:,{])\s+",
        "",
        "The reader skips every character that its language takes for white space.",
    ),
    "last-comma": (r",\s*}", "}", "The reader takes a comma behind the last field."),
    "missing-commas": (
        r'"\s*\n\s*"',
        '", "',
        "Commas between lines are put in where they are missing, since the page's own example has none.",
    ),
}


@room.listed
def lenient_spellings() -> Iterator[Entry]:
    """Readers that take one more way to write than JSON has."""
    for name, (pattern, to, summary) in _SPELLINGS.items():
        yield Entry(f"accepts-{name}", "broken", summary, partial(Respells, pattern=pattern, to=to), "VAL-4")


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
