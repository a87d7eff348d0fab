"""Requests whose body is wrong, of another media type, or hostile."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlencode

from tests.gallery.case import REFUSAL, SUCCESS, Caller, Case


def bodies(make: Caller) -> Iterator[Case]:
    """Bodies that are no JSON object, or come under another media type."""
    good = json.dumps(make.body())
    for name, text in {
        "empty-body": "",
        "white-space": "  ",
        "text": "hello",
        "truncated": good[:-1],
        "trailing-text": good + " x",
        "two-objects": good + good,
        "two-lines": f"{good}\n{good}",
        "leading-text": "x" + good,
        "raw-line-feed": good.replace(': "', ': "\n', 1),
        "quoted": json.dumps(good),
        "single-quotes": good.replace('"', "'"),
        "comment": "/* x */" + good,
        "unquoted-keys": good.replace('"' + next(iter(make.example)) + '"', next(iter(make.example))),
        "bare-word": re.sub(r': "([A-Za-z]+)"', r": \1", good, count=1),
        "single-quoted-value": re.sub(r': "([^"]*)"', r": '\1'", good, count=1),
        "equals-sign": good.replace('": "', '"="', 1),
        "semicolon": good + ";",
        "unusual-space": good.replace(": ", ":\u2003", 1),
        "last-comma": good[:-1] + ",}",
        "no-commas": good.replace('", "', '"\n"'),
        "form-as-json": urlencode(make.body()),
        "short": '{"x":abcdefgh}',
        "list": json.dumps([make.body()]),
        "empty-list": "[]",
        "json-null": "null",
        "json-false": "false",
        "json-empty-text": '""',
        "json-number": "5",
        "json-text": '"x"',
    }.items():
        if text != good:
            yield make.refusal(name, text.encode(), "VAL-4")
    form = urlencode(make.body()).encode()
    kind = "media"
    yield make.refusal("form", form, "VAL-5", kind, media_type="application/x-www-form-urlencoded")
    charset = "application/x-www-form-urlencoded; charset=utf-8"
    yield make.refusal("form-with-charset", form, "VAL-5", kind, media_type=charset)
    unknown = f"{make.operation.media_type}; charset=x-unknown"
    rules = SUCCESS | REFUSAL | {"OK-5", "OK-6", "VAL-6"}
    yield Case("unknown-charset", rules, "either", make.call(make.body(), media_type=unknown), kind)
    coded = make.call(make.body(), also={"Content-Encoding": "x-unknown"})
    yield Case("unknown-coding", rules, "either", coded, kind)
    half = make.operation.media_type.partition("/")[0]
    yield Case("half-a-media-type", rules, "either", make.call(make.body(), media_type=half), kind)
    yield make.refusal("multipart-alone", b"--b--", "VAL-5", kind, media_type="multipart/form-data")
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in make.body().items()
    )
    multipart = f"{parts}--b--\r\n".encode()
    part = b'--b\r\nContent-Disposition: form-data; name="x"\r\nContent-Type: application/json\r\n\r\n'
    whole = part + good.encode() + b"\r\n--b--\r\n"
    yield make.refusal("multipart-json", whole, "VAL-5", kind, media_type="multipart/form-data; boundary=b")
    yield make.refusal("multipart", multipart, "VAL-5", kind, media_type="multipart/form-data; boundary=b")
    for media_type in ("text/plain", "text/json", None):
        rules = REFUSAL | {"VAL-6"}
        yield Case(f"as-{media_type}", rules, "either", make.call(make.body(), media_type=media_type), kind)


def hostile(make: Caller) -> Iterator[Case]:
    """Bodies that bring down a parser or a store."""
    rules = SUCCESS | REFUSAL | {"ROB-1", "OK-6", "VAL-4"}
    good = json.dumps(make.body()).encode()
    first = next(iter(make.example))
    for name, extra in {
        "deep": b"[" * 3000 + b"]" * 3000,
        "dollar": b'{"$where": 1}',
        "deep-900": b"[" * 900 + b"]" * 900,
        "deep-100": b"[" * 100 + b"]" * 100,
        "integer": b"9" * 5000,
        "exponent": b"1e999999",
        "not-utf-8": b'"\xff\xfe"',
        "vast-exponent": b"1e99999999999",
        "nan": b"NaN",
        "escape": b'"\\uZZZZ"',
        "members": b'1, "toString": 1, "hasOwnProperty": 1',
    }.items():
        yield Case(f"hostile-{name}", rules, "either", make.call(good[:-1] + b', "extra": ' + extra + b"}"))
    for name, text in {
        "nul": "a\0b",
        "surrogate": "a\ud800b",
        "control": "a\1b",
        "no-character": "a\uffffb",
    }.items():
        yield Case(f"hostile-{name}", rules, "either", make.call(make.body(unlisted=text)))
    surrogate = good[:-1] + b', "\\ud800": 1}'
    yield Case("hostile-surrogate-name", rules, "either", make.call(surrogate))
    twice = good[:-1] + f', "{first}": "twice"}}'.encode()
    yield Case("hostile-twice", rules, "either", make.call(twice))
