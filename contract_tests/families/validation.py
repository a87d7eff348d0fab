"""VAL-1 to VAL-4: fields and bodies that must be refused."""

import re
import secrets
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from contract_tests.case import Case, FaultKind, cases
from contract_tests.exchange import Request
from contract_tests.notification import SHORTEST_CANARY, Maker, encode, unique
from contract_tests.values import marked, of_the_same_text, wrong
from spec import Field


@cases("VAL-1")
def missing_field(maker: Maker) -> Iterator[Case]:
    """Each required field missing, and all of them."""
    for field in maker.operation.required:
        yield Case(
            "VAL-1",
            field.name,
            "refusal",
            partial(_without, maker, field.name),
            maker,
            fault=_kind(maker, field),
        )
        if maker.operation.optional:
            bare = partial(_without, maker, field.name, *(item.name for item in maker.operation.optional))
            yield Case("VAL-1", f"{field.name}-and-optional", "refusal", bare, maker, fault=_kind(maker, field))
    yield Case(
        "VAL-1",
        "all",
        "refusal",
        lambda: maker.request({}, what="without any field: {}"),
        maker,
        fault=_kind_of_all(maker),
    )


@cases("VAL-1")
def fields_under_other_names(maker: Maker) -> Iterator[Case]:
    """Every value is there, but no field of the document: names in another style, or a level further down.

    Not names in another case: ASP.NET's reader takes these for the same unless told otherwise.
    """
    own = {field.name for field in maker.operation.required}
    for label, (changed, what) in _OTHER_NAMES.items():
        if own - set(changed(dict.fromkeys(own))):
            build = partial(_renamed, maker, changed, what)
            yield Case("VAL-1", label, "refusal", build, maker, fault=_kind_of_all(maker))


#: label -> what becomes of the notification, and that in words
_OTHER_NAMES: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "names-with-underscores": (
        lambda body: {re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower(): value for name, value in body.items()},
        "names with underscores",
    ),
    "wrapped": (
        lambda body: dict.fromkeys(("data", "body", "payload", "params", "request"), body),
        "the notification inside another object",
    ),
}


def _renamed(maker: Maker, changed: Callable[[dict[str, Any]], dict[str, Any]], what: str) -> Request:
    body = maker.body()
    return maker.request(raw=encode(changed(body)), what=what, carried=body)


def _without(maker: Maker, *names: str) -> Request:
    return maker.request(maker.body(without=names), what="without " + ", ".join(f'"{name}"' for name in names))


@cases("VAL-2")
def wrong_required_field(maker: Maker) -> Iterator[Case]:
    """Each required field null, empty, or of another type."""
    for field in maker.operation.required:
        for label, value in wrong(maker.operation, field):
            yield _changed(maker, "VAL-2", field, label, value)


@cases("VAL-2")
def wrong_required_field_alone(maker: Maker) -> Iterator[Case]:
    """The same without the optional fields, for which some have a path of their own."""
    optional = [field.name for field in maker.operation.optional]
    if not optional:
        return
    for field in maker.operation.required:
        for label, value in wrong(maker.operation, field):
            build = partial(_alone, maker, field, value, optional)
            yield Case("VAL-2", f"{field.name}-{label}-alone", "refusal", build, maker, fault=_kind(maker, field))


def _alone(maker: Maker, field: Field, value: Any, optional: list[str]) -> Request:
    body = maker.body({field.name: value}, without=optional)
    return maker.request(body, what=f'"{field.name}" is {encode(value).decode()}, no optional field')


@cases("VAL-3")
def wrong_optional_field(maker: Maker) -> Iterator[Case]:
    """Each optional field present, but of another type."""
    for field in maker.operation.optional:
        for label, value in wrong(maker.operation, field):
            yield _changed(maker, "VAL-3", field, label, value)


def _changed(maker: Maker, rule: str, field: Field, label: str, value: Any) -> Case:
    def build() -> Request:
        body = maker.body()
        if field.secret and not _is_right(maker, field):
            shown, sent = value, marked(value, unique())  # by which it is known again in a refusal that quotes it
        else:
            sent = of_the_same_text(value, body.get(field.name))  # some convert it, and look no further
            shown = value if field.secret else sent
        body = {**body, field.name: sent} if _is_right(maker, field) else maker.body({field.name: sent})
        return maker.request(body, what=f'"{field.name}" is {encode(shown).decode()}')

    return Case(rule, f"{field.name}-{label}", "refusal", build, maker, fault=_kind(maker, field))


def _is_right(maker: Maker, field: Field) -> bool:
    """Whether the field carries a hash that we can make."""
    carrier = maker.operation.request_hash
    return carrier is not None and carrier.field == field.name and bool(maker.partner.secret)


def _kind(maker: Maker, field: Field) -> FaultKind:
    carrier = maker.operation.request_hash
    # D22: a wrong hash may be either family, and a hash that is not there is no right one.
    return "hash" if carrier and carrier.field == field.name else "body"


def _kind_of_all(maker: Maker) -> FaultKind:
    # Whoever looks at the hash first finds none, or one over other names.
    return "hash" if maker.operation.request_hash else "body"


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
    return maker.request(raw=raw, what=f'only "{name}", its value without quotes', carried={name: value})


@cases("VAL-4")
def after_a_good_one(maker: Maker) -> Iterator[Case]:
    """No body right after a good one on the same connection, where a reader may still hold the last one."""
    build = partial(_raw, maker, lambda _: b"", "an empty body after a good one, over one connection")
    good = lambda _: maker.request(what="a plain notification")  # noqa: E731
    yield Case("VAL-4", "empty-after-right", "refusal", build, maker, fault="body", after=good)


def _raw(maker: Maker, raw: Callable[[dict[str, Any]], bytes], what: str) -> Request:
    body = maker.body()
    return maker.request(raw=raw(body), what=what, carried=body)


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
        "comment": (lambda body: b"/* a comment */" + encode(body), "a comment before the body"),
        "line-comment": (lambda body: encode(body)[:-1] + b"\n// a comment\n}", "a comment within the body"),
        "control-character": (partial(_with_more, b'["a\tb"]'), "a bare tab within a text"),
        "wrong-escape": (partial(_with_more, b'["a\\x41"]'), "an escape that JSON does not have"),
        "half-an-escape": (partial(_with_more, b'["\\u00zz"]'), "an escape without its four digits"),
        "leading-zero": (partial(_with_more, b"[01]"), "a number with a leading zero"),
        "nul-behind": (lambda body: encode(body) + b"\0", "a good body followed by a NUL byte"),
        "no-commas": (lambda body: encode(body).replace(b'","', b'"\n"'), "no commas, as in the page's example"),
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
