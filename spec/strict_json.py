"""JSON as RFC 8259 means it: what Python's own reader lets through is refused here.

Both sides need the same judgement: the mock of what a caller sends, the suite of what an implementation answers.
"""

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

MAX_DEPTH = 200  # levels of nesting; far above any notification, far below any recursion limit

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class MalformedJsonError(ValueError):
    """The bytes are not JSON; the text says why, without repeating them."""


def loads(data: bytes) -> Any:
    """Read JSON from UTF-8 bytes; raise MalformedJsonError for all that RFC 8259 forbids or leaves undefined.

    Refused besides bad syntax: NaN and Infinity, duplicate keys, lone surrogates, invalid UTF-8, a byte order mark,
    nesting deeper than MAX_DEPTH, integers of thousands of digits.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedJsonError(f"not UTF-8 at byte {error.start}") from None
    if is_too_deep(data):
        raise MalformedJsonError(f"nested deeper than {MAX_DEPTH} levels")
    try:
        value = _decode(text)
    except MalformedJsonError:
        raise
    except json.JSONDecodeError as error:
        if not text.strip(" \t\r\n"):
            raise MalformedJsonError("empty") from None
        raise MalformedJsonError(f"{error.msg.removesuffix(' at')} at character {error.pos}") from None
    except (ValueError, RecursionError):  # integers of thousands of digits; nesting on an exhausted stack
        raise MalformedJsonError("a number is too large") from None
    if b"\\" in data and "\\u" in text and _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise MalformedJsonError("a lone surrogate")
    return value


def is_too_deep(data: bytes) -> bool:
    """Whether JSON text is nested deeper than MAX_DEPTH, which whatever walks through it may not survive."""
    return len(data) > MAX_DEPTH and _brackets(data) > MAX_DEPTH and depth(data) > MAX_DEPTH


def shallow(text: str) -> str:
    """JSON text with null in the place of whatever is nested deeper than MAX_DEPTH; syntax is not checked."""
    kept: list[str] = []
    level = start = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "[{":
            level += 1
            if level == MAX_DEPTH + 1:
                kept += [text[start : token.start()], "null"]
        elif token[0] in "]}":
            level -= 1
            if level == MAX_DEPTH:
                start = token.end()
    return "".join([*kept, text[start:]]) if level <= MAX_DEPTH else text


def _brackets(data: bytes) -> int:
    """How many opening brackets there are, but MAX_DEPTH + 1 at most of each; `find` is far faster than `count`."""
    found = 0
    for bracket in (b"[", b"{"):
        place = data.find(bracket)
        for _ in range(MAX_DEPTH + 1):
            if place < 0:
                break
            found += 1
            place = data.find(bracket, place + 1)
    return found


def depth(data: bytes) -> int:
    """The deepest level of nesting in JSON text, brackets inside strings not counted; syntax is not checked."""
    level = deepest = 0
    for byte in _STRING.sub(b"", data).translate(None, _NO_BRACKETS):
        if byte in b"[{":
            level += 1
            deepest = max(deepest, level)
        elif byte in b"]}":
            level -= 1
    return deepest


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedJsonError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise MalformedJsonError("a key stands twice in one object")
    return result


_DECODER = json.JSONDecoder(
    parse_constant=_refuse_constant, object_pairs_hook=_unique
)  # made once: it costs half a read
_SCAN: Callable[[str, int], tuple[Any, int]] = _DECODER.scan_once  # type: ignore[attr-defined]


def _decode(text: str) -> Any:
    """Read JSON text; where nothing stands around the value, as is usual, the decoder's core does it alone."""
    try:
        value, end = _SCAN(text, 0)
    except StopIteration:  # there is no value; `decode` says so better
        end = -1
    return value if end == len(text) else _DECODER.decode(text)
