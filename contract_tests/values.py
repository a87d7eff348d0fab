"""The values that are tried in a field: legal ones that real systems trip over, and ones of the wrong type.

None of them knows a field: what is legal and what is wrong is asked of the document's schema (D15, D16, D17).
"""

import secrets
import string
from collections.abc import Iterator
from typing import Any

from spec import Field, Operation

#: label -> text that any string field must take, unless its schema says otherwise (OK-6)
LEGAL: dict[str, str] = {
    "one-character": "x",
    "zero": "0",
    "word-null": "null",
    "digits": "00123456789012345678901234567890",
    "superscript-digits": "²³",  # digits to some tests, and no number to what they lead to
    "quote": "O'Brien",
    "double-quote-backslash": 'say "hi" / back\\\\slash \\',
    "sql": "x'; SELECT 1; -- \" OR '1'='1",
    "markup": "<b>&amp;</b><script>alert(1)</script>",
    "template": "${7*7}{{7*7}}%s%n#{x}",
    "percent": "100%25+%00&a=b;c",
    "replacement": "a$&b$$c$'d$`e$1",  # what some languages put something else for, in the text that replaces another
    "broken-percent": "50% of %zz %E9",
    "brackets": "a(b[c{d<e*f+?",
    "path": "../../a/b.c",
    "prototype-name": "__proto__",
    "constructor-name": "constructor",
    "inner-spaces": "two words  and three",
    "space": " ",
    "outer-spaces": " x ",
    "punctuation": string.punctuation,
    "line-breaks": "one\ntwo\r\nthree\tfour",
    "latin": "Zoë Müller-Ångström ñ",
    "other-scripts": "Ωμέγα Ж 漢字 かな한국 עִבְרִית عربى",
    "emoji": "🎰👩‍👩‍👧🇲🇨",
    "combining": "e\u0301\u00a0\u200b\u200d\u202eright-to-left",
    "two-byte-characters": "é" * 200,  # whatever is cut at an odd number of bytes splits one of these,
    "two-byte-characters-shifted": "x" + "é" * 200,  # and at an even number, one of these
    "like-a-uuid": "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",  # by its length and its dashes only
    "dots-and-dashes": "aB3_x-9.eyJ0.Zm9v-YmFy_QQ",  # as in a JWT
    "letters-and-a-mark": "abcdefgh" * 5 + "!",  # where a careless pattern tries every way to match the letters
    "long-300": "a1B2" * 75,
    "long-3000": "a1B2" * 750,
    "long-4000": "abcdefgh" * 500 + "!",  # the same, for patterns whose ways are fewer
    "long-in-another-script": "漢字かな" * 750,  # three thousand characters, and three times as many bytes
}

#: label -> a value of each JSON type, those that loose languages take for a string or for nothing among them
OF_EACH_TYPE: dict[str, Any] = {
    "null": None,
    "empty": "",
    "number": 123456,
    "zero": 0,
    "negative": -1,
    "fraction": 1.5,
    "large-number": 12345678901234567890,  # beyond 64 bits with a sign: a type of its own in some languages
    "true": True,
    "false": False,
    "array": ["x"],
    "empty-array": [],
    "object": {"value": "x"},
    "empty-object": {},
}


def legal(field: Field) -> Iterator[tuple[str, str]]:
    """The legal values of a string field, those that its schema forbids left out."""
    if field.is_string:
        for label, value in LEGAL.items():
            if field.schema.is_valid(value):
                yield label, value


def wrong(operation: Operation, field: Field) -> Iterator[tuple[str, Any]]:
    """The values that the field's schema refuses: every other type, and empty where that is forbidden."""
    for label, value in OF_EACH_TYPE.items():
        body = {**operation.example, field.name: value}
        if any(violation.field == field.name for violation in operation.schema.violations(body)):
            yield label, value


def of_the_same_text(value: Any, usual: Any) -> Any:
    """A value of the same wrong type that becomes the usual one where types are converted: a number, a list of it."""
    if isinstance(usual, str) and usual.isascii() and usual.isdigit() and value == OF_EACH_TYPE["number"]:
        return int(usual)
    return marked(value, usual) if isinstance(usual, str) else value


def converted(value: Any) -> dict[str, str]:
    """Label -> what a value of a wrong type becomes where some languages convert it to text."""
    if value is None:
        return {"null": "null", "none": "None", "undefined": "undefined"}
    if isinstance(value, bool):
        return {"small": str(value).lower(), "capital": str(value)}
    if isinstance(value, int | float):
        return {"text": str(value)}
    return dict.fromkeys(("text",), "".join(texts(value))) if any(texts(value)) else {}


def marked(value: Any, mark: str) -> Any:
    """A value of the same type with `mark` for the texts in it, so that it is known again in an answer."""
    if isinstance(value, list):
        return [marked(item, mark) for item in value]
    if isinstance(value, dict):
        return {name: marked(item, mark) for name, item in value.items()}
    return mark if isinstance(value, str) and value else value


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, names aside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts(item)


def lookalike(text: str) -> str:
    """A value that is surely unknown, but looks the same: each letter or digit replaced by any other of its kind."""
    hexadecimal = set(text) <= set("0123456789abcdef") and not text.isdigit()
    return "".join(_like(character, hexadecimal) for character in text)


def _like(character: str, hexadecimal: bool) -> str:
    kinds = ("123456789", "abcdef" if hexadecimal else string.ascii_lowercase, string.ascii_uppercase)
    kind = next((kind for kind in kinds if character in kind or (character == "0" and kind[0] == "1")), character)
    return secrets.choice(kind)


def nearly(text: str) -> dict[str, str]:
    """Plain ASCII values that one may take for this one: cut, trimmed, compared without case, or read as a number.

    Every field gets the same labels, since fields that fail alike are shown together.
    """
    others = {
        "with-more-behind": text + "x",
        "with-a-space-behind": text + " ",
        "with-a-line-behind": text + "\n9",
        "written-otherwise": "0" + text if text.isdigit() else text.swapcase(),
    }
    return {label: value for label, value in others.items() if value != text}


def other_plain(value: Any) -> str:
    """Another plain ASCII value than this one, of the same length and look."""
    text = str(value) or "x"
    last = text[-1]
    return text[:-1] + ("1" if last != "1" else "2")
