"""ROB-1: hostile bodies, as bytes. All stay under 64 KiB, above which a refusal of any kind is left open."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, encode

_DEEP = 25_000  # levels: far beyond every recursion limit, and 50 KB of brackets


@cases("ROB-1")
def hostile_body(maker: Maker) -> Iterator[Case]:
    """Bodies that bring down a parser, a database or a comparison."""
    for label, (raw, what) in _bodies(maker).items():
        yield Case("ROB-1", label, "survival", partial(_raw, maker, raw, what), maker)


def _raw(maker: Maker, raw: Callable[[], bytes], what: str) -> Request:
    return maker.request(raw=raw(), what=what)


def _twice(maker: Maker, name: str) -> bytes:
    return encode(maker.body())[:-1] + b"," + encode(name) + b':"second"}'


def _bodies(maker: Maker) -> dict[str, tuple[Callable[[], bytes], str]]:
    def extra(value: bytes) -> Callable[[], bytes]:
        return lambda: encode(maker.body())[:-1] + b',"lmkitExtra":' + value + b"}"

    def in_field(name: str, value: bytes) -> Callable[[], bytes]:
        def build() -> bytes:
            body: dict[str, Any] = maker.body()
            body.pop(name, None)
            return encode(body)[:-1] + b"," + encode(name) + b":" + value + b"}"

        return build

    texts = [field.name for field in maker.operation.fields if field.is_string]
    bodies: dict[str, tuple[Callable[[], bytes], str]] = {
        "deep-arrays": (lambda: b"[" * _DEEP + b"]" * _DEEP, f"{_DEEP} nested arrays"),
        "deep-unclosed": (lambda: b"[" * 2 * _DEEP, f"{2 * _DEEP} opening brackets"),
        "deep-objects": (lambda: b'{"a":' * (_DEEP // 4) + b"1" + b"}" * (_DEEP // 4), "thousands of nested objects"),
        "deep-extra": (extra(b"[" * _DEEP + b"]" * _DEEP), "an unknown field nested deeply"),
        "huge-integer-extra": (extra(b"9" * 5000), "an unknown field that is a number of 5,000 digits"),
        "huge-exponent-extra": (extra(b"1e999999"), "an unknown field that is 1e999999"),
        "negative-exponent-extra": (extra(b"-1E-999999"), "an unknown field that is -1E-999999"),
        "number-document": (lambda: b"9" * 5000, "a number of 5,000 digits for a body"),
        "invalid-utf-8-document": (lambda: b"\xff\xfe\x00\x80", "bytes that are no UTF-8"),
        "utf-16-document": (lambda: encode(maker.body()).decode().encode("utf-16"), "the body in UTF-16"),
        "byte-order-mark": (lambda: b"\xef\xbb\xbf" + encode(maker.body()), "a byte order mark before the body"),
        "nan-extra": (extra(b"NaN"), "an unknown field that is NaN"),
        "prototype": (extra(b'{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}}}'), "keys named __proto__"),
        "nul-byte-document": (lambda: b"\x00" * 64, "NUL bytes for a body"),
        "many-keys": (extra(b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(2000)) + b"}"), "2,000 unknown keys"),
    }
    for name in texts:
        bodies[f"{name}-deep"] = (in_field(name, b"[" * 5000 + b"]" * 5000), f'"{name}" nested 5,000 levels')
        bodies[f"{name}-huge-integer"] = (in_field(name, b"9" * 5000), f'"{name}" is a number of 5,000 digits')
        bodies[f"{name}-huge-exponent"] = (in_field(name, b"1e999999"), f'"{name}" is 1e999999')
        bodies[f"{name}-invalid-utf-8"] = (in_field(name, b'"\xc3\x28\xff"'), f'"{name}" holds bytes that are no UTF-8')
        bodies[f"{name}-nul"] = (in_field(name, b'"a\\u0000b"'), f'"{name}" holds an escaped NUL')
        bodies[f"{name}-lone-surrogate"] = (in_field(name, b'"\\ud800"'), f'"{name}" holds a lone surrogate')
        bodies[f"{name}-duplicate"] = (
            partial(_twice, maker, name),
            f'"{name}" stands twice',
        )
    return bodies
