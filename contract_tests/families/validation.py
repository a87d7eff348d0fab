"""VAL: bodies that must be refused, and with what they are sent."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import urlencode

from contract_tests.case import Case, FaultKind, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, encode
from contract_tests.values import wrong
from spec import Field

_MULTIPART = "lmkit-boundary-7f3a"


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
    yield Case("VAL-1", "all", "refusal", lambda: maker.request({}, what="without any field: {}"), maker, fault="body")


def _without(maker: Maker, name: str) -> Request:
    return maker.request(maker.body(without=[name]), what=f'without "{name}"')


@cases("VAL-2")
def wrong_required_field(maker: Maker) -> Iterator[Case]:
    """Each required field null, empty, or of another type."""
    for field in maker.operation.required:
        for label, value in wrong(maker.operation, field):
            yield _changed(maker, "VAL-2", field, label, value)


@cases("VAL-3")
def wrong_optional_field(maker: Maker) -> Iterator[Case]:
    """Each optional field present, but of another type."""
    for field in maker.operation.optional:
        for label, value in wrong(maker.operation, field):
            yield _changed(maker, "VAL-3", field, label, value)


def _changed(maker: Maker, rule: str, field: Field, label: str, value: Any) -> Case:
    return Case(
        rule,
        f"{field.name}-{label}",
        "refusal",
        lambda: maker.request(maker.body({field.name: value}), what=f'"{field.name}" is {encode(value).decode()}'),
        maker,
        fault=_kind(maker, field),
    )


def _kind(maker: Maker, field: Field) -> FaultKind:
    carrier = maker.operation.request_hash
    # D22: a wrong hash may be either family, and a hash that is not there is no right one.
    return "hash" if carrier and carrier.field == field.name else "body"


@cases("VAL-4")
def not_a_json_object(maker: Maker) -> Iterator[Case]:
    """Bodies that are empty, that are no JSON, and that are JSON but no object."""
    for label, (raw, what) in _malformed(maker).items():
        yield Case(
            "VAL-4",
            label,
            "refusal",
            partial(_raw, maker, raw, what),
            maker,
            fault="body",
        )


def _raw(maker: Maker, raw: Callable[[], bytes], what: str) -> Request:
    return maker.request(raw=raw(), what=what)


def _malformed(maker: Maker) -> dict[str, tuple[Callable[[], bytes], str]]:
    def good() -> bytes:
        return encode(maker.body())

    def as_text(value: Any) -> Callable[[], bytes]:
        return partial(encode, value)

    return {
        "empty": (lambda: b"", "an empty body"),
        "white-space": (lambda: b" \r\n", "white space for a body"),
        "truncated": (lambda: good()[:-1], "a body whose last brace is missing"),
        "half": (lambda: good()[: len(good()) // 2], "the first half of a body"),
        "trailing-garbage": (lambda: good() + b" trailing", "a good body followed by garbage"),
        "two-documents": (lambda: good() + good(), "two JSON objects, one after the other"),
        "trailing-comma": (lambda: good()[:-1] + b",}", "a comma before the last brace"),
        "single-quotes": (lambda: good().replace(b'"', b"'"), "single quotes for double ones"),
        "unquoted-keys": (lambda: good().replace(b'{"', b"{", 1).replace(b'":', b":", 1), "a key without quotes"),
        "comment": (lambda: b"/* a comment */" + good(), "a comment before the body"),
        "no-commas": (lambda: good().replace(b'","', b'" "'), "no commas, as the page's example is printed"),
        "plain-text": (lambda: b"session expired", "plain text for JSON"),
        "form": (lambda: urlencode(maker.body()).encode(), "a form-encoded body declared as JSON"),
        "xml": (lambda: b"<?xml version='1.0'?><request/>", "XML for JSON"),
        "array": (lambda: b"[]", "an empty array"),
        "object-in-array": (lambda: b"[" + good() + b"]", "the notification inside an array"),
        "string": (as_text("session expired"), "a JSON string"),
        "object-in-string": (lambda: encode(good().decode()), "the notification inside a JSON string"),
        "number": (as_text(0), "a JSON number"),
        "true": (as_text(True), "the JSON value true"),
        "null": (as_text(None), "the JSON value null"),
    }


@cases("VAL-5")
def form_body(maker: Maker) -> Iterator[Case]:
    """The right fields in a form, encoded as browsers do."""
    kinds = {
        "form": ("application/x-www-form-urlencoded", lambda: urlencode(_texts(maker)).encode()),
        "multipart": (f"multipart/form-data; boundary={_MULTIPART}", lambda: _multipart(_texts(maker))),
    }
    for label, (content_type, encoded) in kinds.items():
        yield Case(
            "VAL-5",
            label,
            "refusal",
            partial(_declared, maker, content_type, encoded),
            maker,
            fault="transport",
        )


@cases("VAL-6")
def other_media_type(maker: Maker) -> Iterator[Case]:
    """Good JSON under another media type; form types are tried too, since they change how frameworks read a body."""
    for content_type in (
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "application/octet-stream",
    ):
        yield Case(
            "VAL-6",
            content_type,
            "refusal",
            partial(_declared, maker, content_type, lambda: encode(maker.body())),
            maker,
            fault="transport",
        )


def _declared(maker: Maker, content_type: str, encoded: Callable[[], bytes]) -> Request:
    what = f"the notification as {content_type.partition(';')[0]}"
    return maker.request(raw=encoded(), content_type=content_type, what=what)


def _texts(maker: Maker) -> dict[str, str]:
    return {name: value if isinstance(value, str) else encode(value).decode() for name, value in maker.body().items()}


def _multipart(fields: dict[str, str]) -> bytes:
    parts = [
        f'--{_MULTIPART}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return ("".join(parts) + f"--{_MULTIPART}--\r\n").encode()
