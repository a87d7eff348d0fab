"""ROB-1: hostile bodies, as bytes. All but one stay under 64 KiB, above which a refusal of any kind is left open."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker
from contract_tests.payload import Payload, encode
from spec import SettingError

_LONG = 110_000  # bytes; the usual limit of one framework is 100 KiB
_DEEP = 25_000  # levels: far beyond every recursion limit, and 50 KB of brackets


@cases("ROB-1")
def hostile_body(maker: Maker) -> Iterator[Case]:
    """Bodies that bring down a parser, a database or a comparison."""
    for label, (raw, what) in _bodies(maker).items():
        yield Case("ROB-1", label, "survival", partial(_raw, maker, raw, what), maker)
    for name in (field.name for field in maker.operation.fields if field.is_string):
        for label, (value, what) in _IN_FIELDS.items():
            build = partial(_with_value, maker, name, value, f'"{name}" {what}')
            yield Case("ROB-1", f"{name}-{label}", "survival", build, maker)
        for label, stand_in in _STAND_INS.items() if maker.operation.request_hash and maker.partner.secret else ():
            build = partial(_signed_for, maker, name, stand_in)
            yield Case("ROB-1", f"{name}-lone-surrogate-signed-as-{label}", "survival", build, maker)
        twice = partial(_appended, name, b'"second"')
        yield Case(
            "ROB-1", f"{name}-duplicate", "survival", partial(_raw, maker, twice, f'"{name}" stands twice'), maker
        )


@cases("ROB-1")
def long_body(maker: Maker) -> Iterator[Case]:
    """More than ordinary notifications can have: what a server makes of it is good to know, and left open."""
    long = partial(_appended, "lmkitExtra", b'["' + b"x" * _LONG + b'"]')
    build = partial(_raw, maker, long, f"an unknown field of {_LONG // 1000:,} KB")
    why = "a body over 64 KiB may be refused in any way"
    yield Case("ROB-1", "long-body", "survival", build, maker, fault="transport", left_open=why)


def _raw(maker: Maker, raw: Callable[[dict[str, Any]], bytes], what: str) -> Request:
    body = maker.body()
    return maker.request(Payload(raw(body), body), what=what)


def _with_value(maker: Maker, name: str, value: bytes, what: str) -> Request:
    """The value as it is, under a hash over what it reads as, so that it gets further than the check of the hash."""
    body = maker.body()
    if not maker.carries_hash(name):
        read = _as_text(value)
        with suppress(SettingError):  # a hash function of the user's own need not bear such texts
            body = maker.body({name: read}) if read is not None else maker.body(without=[name])
    return maker.request(Payload(_replaced(name, value, body), body), what=what)


def _signed_for(maker: Maker, name: str, stand_in: str) -> Request:
    """A lone surrogate under a hash over what a language writes for it in UTF-8."""
    body = maker.body() if maker.carries_hash(name) else maker.body({name: stand_in})
    raw = _replaced(name, b'"\\ud800"', body)
    return maker.request(Payload(raw, body), what=f'"{name}" holds a lone surrogate, signed as "{stand_in}"')


def _as_text(value: bytes) -> str | None:
    try:
        read = json.loads(value, strict=False)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, str) else None


def _bodies(maker: Maker) -> dict[str, tuple[Callable[[dict[str, Any]], bytes], str]]:
    """By label: bytes made from a good notification, and what they are in words."""
    extra = partial(_appended, "lmkitExtra")
    bodies: dict[str, tuple[Callable[[dict[str, Any]], bytes], str]] = {
        "deep-arrays": (lambda _: b"[" * _DEEP + b"]" * _DEEP, f"{_DEEP} nested arrays"),
        "deep-unclosed": (lambda _: b"[" * 2 * _DEEP, f"{2 * _DEEP} opening brackets"),
        "deep-objects": (lambda _: b'{"a":' * (_DEEP // 4) + b"1" + b"}" * (_DEEP // 4), "thousands of nested objects"),
        "deep-extra": (partial(extra, b"[" * _DEEP + b"]" * _DEEP), "an unknown field nested deeply"),
        "nested-200-extra": (partial(extra, b"[" * 200 + b"]" * 200), "an unknown field nested 200 levels"),
        "nested-900-extra": (partial(extra, b"[" * 900 + b"]" * 900), "an unknown field nested 900 levels"),
        "nested-1200-extra": (partial(extra, b'{"a":' * 1200 + b"1" + b"}" * 1200), "an unknown field of 1,200 levels"),
        "huge-integer-extra": (partial(extra, b"9" * 5000), "an unknown field that is a number of 5,000 digits"),
        "huge-exponent-extra": (partial(extra, b"1e999999"), "an unknown field that is 1e999999"),
        "vast-exponent-extra": (partial(extra, b"1e999999999"), "an unknown field that is 1e999999999"),
        "vaster-exponent-extra": (partial(extra, b"1e99999999999"), "an unknown field that is 1e99999999999"),
        "vaster-negative-exponent-extra": (
            partial(extra, b"1e-99999999999"),
            "an unknown field that is 1e-99999999999",
        ),
        "negative-exponent-extra": (partial(extra, b"-1E-999999"), "an unknown field that is -1E-999999"),
        "number-document": (lambda _: b"9" * 5000, "a number of 5,000 digits for a body"),
        "invalid-utf-8-document": (lambda _: b"\xff\xfe\x00\x80", "bytes that are no UTF-8"),
        "invalid-utf-8-extra": (partial(extra, b'"\xc3\x28\xff"'), "an unknown field with bytes that are no UTF-8"),
        "utf-16-document": (lambda body: encode(body).decode().encode("utf-16"), "the body in UTF-16"),
        "utf-32-document": (lambda body: encode(body).decode().encode("utf-32-be"), "the body in UTF-32"),
        "invalid-utf-32-document": (lambda _: b"\0\0\0{" + b"\xff" * 8, "bytes that look like UTF-32 and are none"),
        "byte-order-mark": (lambda body: b"\xef\xbb\xbf" + encode(body), "a byte order mark before the body"),
        "nan-extra": (partial(extra, b"NaN"), "an unknown field that is NaN"),
        "wrong-escape-extra": (partial(extra, b'"\\uZZZZ"'), "an unknown field with an escape that is none"),
        "nul-extra": (partial(extra, b'"a\\u0000b"'), "an unknown field that holds an escaped NUL"),
        "lone-surrogate-extra": (partial(extra, b'"\\ud800"'), "an unknown field that holds a lone surrogate"),
        "lone-surrogate-name": (
            lambda body: encode(body)[:-1] + b',"\\ud800":1}',
            "an unknown field whose name is a lone surrogate",
        ),
        "duplicate-extra": (partial(extra, b'1,"lmkitExtra":2'), "an unknown field that stands twice"),
        "prototype": (
            partial(extra, b'{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}'),
            "keys named __proto__ and constructor",
        ),
        "member-names": (
            partial(extra, b'1,"hasOwnProperty":1,"toString":1,"valueOf":1,"constructor":1,"__proto__":{"x":1}'),
            "unknown fields named like what every JavaScript object has",
        ),
        "key-names": (
            partial(extra, b'{"":1,"$where":{"$gt":""},"a.b":1,"a[0]":1,"\\u0000":1}'),
            "keys that are empty, or that mean something to a database",
        ),
        "nul-byte-document": (lambda _: b"\x00" * 64, "NUL bytes for a body"),
        "many-keys": (partial(extra, b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(2000)) + b"}"), "2,000 keys"),
    }
    carrier = maker.operation.request_hash
    if carrier:  # legal values of the others are long too
        long = (partial(_replaced, carrier.field, b'"' + b"0f" * 2000 + b'"'), f'"{carrier.field}" has 4,000 digits')
        bodies[f"{carrier.field}-long"] = long
        none = (partial(_replaced, carrier.field, b'"' + b"z" * 32 + b'"'), f'"{carrier.field}" has no digits')
        bodies[f"{carrier.field}-without-digits"] = none
    return bodies


#: label -> what stands for a lone surrogate in the bytes that are hashed
_STAND_INS = {"replaced": "\ufffd", "question-mark": "?"}

#: label -> the bytes of a field's value, and what they are in words
_IN_FIELDS: dict[str, tuple[bytes, str]] = {
    "deep": (b"[" * 5000 + b"]" * 5000, "is nested 5,000 levels"),
    "huge-integer": (b"9" * 5000, "is a number of 5,000 digits"),
    "huge-exponent": (b"1e999999", "is 1e999999"),
    "invalid-utf-8": (b'"\xc3\x28\xff"', "holds bytes that are no UTF-8"),
    "nul": (b'"a\\u0000b"', "holds an escaped NUL"),
    "control-characters": (b'"a\\u0001\\u0008\\u001f\\u007fb"', "holds control characters"),
    "noncharacters": (b'"\\uffff\\ufffe\\u2028\\ufeff"', "holds code points that are no characters, and separators"),
    "raw-nul": (b'"a\x00b"', "holds a NUL byte"),
    "lone-surrogate": (b'"\\ud800"', "holds a lone surrogate"),
    "surrogates-swapped": (b'"\\udc00\\ud800"', "holds surrogates in the wrong order"),
}


def _appended(name: str, value: bytes, body: dict[str, Any]) -> bytes:
    return encode(body)[:-1] + b"," + encode(name) + b":" + value + b"}"


def _replaced(name: str, value: bytes, body: dict[str, Any]) -> bytes:
    return _appended(name, value, {key: item for key, item in body.items() if key != name})
