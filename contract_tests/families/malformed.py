"""VAL-4: bodies that are empty, that are no JSON, and that are JSON but no object."""

import secrets
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import SHORTEST_CANARY, Maker
from contract_tests.payload import Payload, encode


@cases("VAL-4")
def not_a_json_object(maker: Maker) -> Iterator[Case]:
    """Bodies that are empty, that are no JSON, and that are JSON but no object."""
    for label, (raw, what) in _malformed().items():
        yield Case(
            "VAL-4",
            label,
            "refusal",
            partial(_raw, maker, raw, what),
            maker,
            fault="body",
        )


@cases("VAL-4")
def secret_in_short_malformed_json(maker: Maker) -> Iterator[Case]:
    """A body so short that some parsers quote all of it when they complain."""
    secret = min((field.name for field in maker.operation.fields if field.secret), key=len, default="")
    if secret:
        yield Case("VAL-4", "short-with-secret", "refusal", partial(_short, maker, secret), maker, fault="body")


def _short(maker: Maker, name: str) -> Request:
    value = f"s{secrets.token_hex(4)}"[:SHORTEST_CANARY]
    raw = f'{{"{name}":{value}}}'.encode()
    return maker.request(Payload(raw, {name: value}), what=f'only "{name}", its value without quotes')


@cases("VAL-4")
def respelt_field(maker: Maker) -> Iterator[Case]:
    """One field, whose value is a word, in a spelling that only lenient readers know."""
    name = next((item.name for item in maker.operation.required if str(item.example).isalpha()), "")
    for label, (form, what) in _SPELLINGS.items() if name else ():
        yield Case("VAL-4", label, "refusal", partial(_respelt, maker, name, form, what), maker, fault="body")


#: label -> how the field is written, and that in words
_SPELLINGS: dict[str, tuple[str, str]] = {
    "bare-word": ('"{name}":{value}', "a value without quotes"),
    "value-in-single-quotes": ("\"{name}\":'{value}'", "a value in single quotes"),
    "equals-sign": ('"{name}"="{value}"', "an equals sign for a colon"),
    "unusual-space": ('"{name}":\u2003"{value}"', "white space that JSON does not have"),
}


def _respelt(maker: Maker, name: str, form: str, what: str) -> Request:
    body = maker.body()
    usual = encode({name: body[name]})[1:-1]
    raw = encode(body).replace(usual, form.format(name=name, value=body[name]).encode())
    return maker.request(Payload(raw, body), what=what)


@cases("VAL-4")
def after_a_good_one(maker: Maker) -> Iterator[Case]:
    """No body right after a good one on the same connection, where a reader may still hold the last one."""
    build = partial(_raw, maker, lambda _: b"", "an empty body after a good one, over one connection")
    good = lambda _: maker.request(what="a plain notification")  # noqa: E731
    yield Case("VAL-4", "empty-after-right", "refusal", build, maker, fault="body", after=good)


def _raw(maker: Maker, raw: Callable[[dict[str, Any]], bytes], what: str) -> Request:
    body = maker.body()
    return maker.request(Payload(raw(body), body), what=what)


def _malformed() -> dict[str, tuple[Callable[[dict[str, Any]], bytes], str]]:
    """By label: bytes made from a good notification, and what they are in words."""
    return {
        "empty": (lambda _: b"", "an empty body"),
        "white-space": (lambda _: b" \r\n", "white space for a body"),
        "truncated": (lambda body: encode(body)[:-1], "a body whose last brace is missing"),
        "cut-in-value": (lambda body: encode(body)[:-2], "a body that ends within its last value"),
        "half": (lambda body: encode(body)[: len(encode(body)) // 2], "the first half of a body"),
        "trailing-garbage": (lambda body: encode(body) + b" trailing", "a good body followed by garbage"),
        "trailing-brace": (lambda body: encode(body) + b"}", "a good body followed by another brace"),
        "two-documents": (lambda body: encode(body) * 2, "two JSON objects, one after the other"),
        "two-lines": (lambda body: encode(body) + b"\n" + encode(body), "two JSON objects, each on a line"),
        "leading-garbage": (lambda body: b"x" + encode(body), "a letter before a good body"),
        "trailing-comma": (lambda body: encode(body)[:-1] + b",}", "a comma before the last brace"),
        "single-quotes": (lambda body: encode(body).replace(b'"', b"'"), "single quotes for double ones"),
        "unquoted-keys": (_unquoted, "a key without quotes"),
        "semicolon-behind": (lambda body: encode(body) + b";", "a good body followed by a semicolon"),
        "comment": (lambda body: b"/* a comment */" + encode(body), "a comment before the body"),
        "line-comment": (lambda body: encode(body)[:-1] + b"\n// a comment\n}", "a comment within the body"),
        "control-character": (partial(_with_more, b'["a\tb"]'), "a bare tab within a text"),
        "wrong-escape": (partial(_with_more, b'["a\\x41"]'), "an escape that JSON does not have"),
        "half-an-escape": (partial(_with_more, b'["\\u00zz"]'), "an escape without its four digits"),
        "leading-zero": (partial(_with_more, b"[01]"), "a number with a leading zero"),
        "nul-behind": (lambda body: encode(body) + b"\0", "a good body followed by a NUL byte"),
        "no-commas": (lambda body: encode(body).replace(b'","', b'"\n"'), "no commas, as in the page's example"),
        "not-utf-8": (lambda _: b'{"\xc3\x28\xff', "half a body, and bytes that are no UTF-8"),
        "nul-bytes": (lambda _: b"\0" * 64, "NUL bytes for a body"),
        "plain-text": (lambda _: b"session expired", "plain text for JSON"),
        "form": (lambda body: urlencode(body).encode(), "a form-encoded body declared as JSON"),
        "xml": (lambda _: b"<?xml version='1.0'?><request/>", "XML for JSON"),
        "array": (lambda _: b"[]", "an empty array"),
        "object-in-array": (lambda body: b"[" + encode(body) + b"]", "the notification inside an array"),
        "string": (lambda _: b'"session expired"', "a JSON string"),
        "object-in-string": (lambda body: encode(encode(body).decode()), "the notification inside a JSON string"),
        "number": (lambda _: b"0", "a JSON number"),
        "true": (lambda _: b"true", "the JSON value true"),
        "false": (lambda _: b"false", "the JSON value false"),
        "empty-string": (lambda _: b'""', "an empty JSON string"),
        "null": (lambda _: b"null", "the JSON value null"),
    }


def _with_more(value: bytes, body: dict[str, Any]) -> bytes:
    return encode(body)[:-1] + b',"lmkitExtra":' + value + b"}"


def _unquoted(body: dict[str, Any]) -> bytes:
    return encode(body).replace(b'{"', b"{", 1).replace(b'":', b":", 1)
