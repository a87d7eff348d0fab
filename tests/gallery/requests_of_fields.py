"""Requests that must succeed, and requests with one field wrong."""

import json
import re
from collections.abc import Iterator
from typing import Any

from spec import sign
from tests.gallery.case import REFUSAL, SUCCESS, Caller, Case

WRONG: dict[str, Any] = {
    "null": None,
    "number": 5,
    "boolean": True,
    "array": ["x"],
    "object": {"x": "y"},
    "false": False,
    "large-number": 10**19,
}
LEGAL = [
    "x",
    "0",
    "null",
    "a\nb",
    "1" * 30,
    "²³",
    "a'b",
    'a"b',
    "<b>x</b>",
    "100%s",
    "a\\b",
    "a\\",
    "a b",
    " ",
    "a|b",
    "äöü",
    "сессия",
    "🎰",
    "$& $$",
    "abcdefgh" * 5 + "!",
    "漢" * 3000,
    "y" * 300,
    "z" * 3000,
]


def successes(make: Caller) -> Iterator[Case]:
    """Notifications that must, or may, succeed."""
    bare = sign(make.operation, make.partner, dict(make.example))
    yield Case("plain", SUCCESS | {"OK-5"}, "success", make.call(bare))
    yield Case("with-optional", SUCCESS | {"OK-5"}, "success", make.call(make.body()))
    if make.fresh:
        for number, value in enumerate(LEGAL):
            rules = SUCCESS | {"OK-5", "OK-6"}
            case = make.call(make.body(**{make.fresh: value}))
            yield Case(f"legal-{number}-{value[:9]}", rules, "success", case)
        slashes = json.dumps(make.body(**{make.fresh: "a/b"})).replace("/", "\\/").encode()
        yield Case("slashes", SUCCESS | {"OK-5", "OK-6"}, "success", make.call(slashes))
    indented = b"\n" + json.dumps(make.body(), indent=2).encode()
    yield Case("indented", SUCCESS | {"OK-5", "OK-6"}, "success", make.call(indented))
    swapped = make.call(make.body())
    path, _, query = swapped.target.partition("?")
    swapped.target = f"{path}?{'&'.join(reversed(query.split('&')))}"
    yield Case("query-backwards", SUCCESS | {"OK-5"}, "success", swapped)
    small = make.call(make.body(), media_type=None, also={"content-type": make.operation.media_type})
    yield Case("small-letters", SUCCESS | {"OK-5"}, "success", small)
    foreign = make.call(make.body(), also={"Accept-Language": "mt"})
    yield Case("other-language", SUCCESS | {"OK-5"}, "success", foreign)
    backwards = dict(reversed(make.body().items()))
    yield Case("backwards", SUCCESS | {"OK-5", "OK-6"}, "success", make.call(backwards))
    capitals = make.call(make.body(), media_type=make.operation.media_type.upper())
    yield Case("media-type-in-capitals", SUCCESS | {"OK-5"}, "either", capitals)
    for credential in (item for item in make.operation.credentials if item.location == "query" and not item.secret):
        written = "".join(f"%{ord(each):02X}" for each in make.partner.value(credential))
        call = make.call(make.body(), credentials={credential.role: None}, query=f"{credential.name}={written}")
        yield Case(f"encoded-{credential.name}", SUCCESS | {"OK-5"}, "either", call)
    charset = f"{make.operation.media_type}; charset=utf-8"
    yield Case("charset", SUCCESS | {"OK-5"}, "either", make.call(make.body(), media_type=charset))
    session = next((field.name for field in make.operation.fields if field.session_id), "")
    for number, value in enumerate(LEGAL if session else []):
        case = make.call(make.body(**{session: value}))
        yield Case(f"session-{number}-{value[:9]}", SUCCESS | REFUSAL | {"OK-6"}, "either", case)
    for name in (field.name for field in make.operation.required if field.is_string and field.name != make.hash):
        for value in ("another", "<b>", "ä", "y" * 300):
            case = make.call(make.body(**{name: value}))
            yield Case(f"another-{name}-{value[:3]}", SUCCESS | REFUSAL | {"OK-6"}, "either", case)
    yield Case(
        "unknown-field",
        SUCCESS | {"OK-7"},
        "either",
        make.call(sign(make.operation, make.partner, {**make.example, "unlisted": "x"})),
    )
    for value in (None, 0):
        call = make.call({**bare, "unlisted": value})
        yield Case(f"unknown-{value}", SUCCESS | {"OK-7", "ERR-5"}, "either", call)
    yield Case("repeat", SUCCESS | {"OK-8", "ROB-3"}, "either", make.call(bare))


def fields(make: Caller) -> Iterator[Case]:
    """Notifications with one field missing, empty or of another type."""
    for field in make.operation.fields:
        own = field.name == make.hash
        kind = "hash" if own and make.partner.secret else "body"  # where it is checked it may be taken for a wrong one
        if field.required:
            yield make.refusal(f"missing-{field.name}", make.without(field.name), "VAL-1", kind)
            yield make.refusal(f"missing-{field.name}-alone", make.without(field.name, make.fresh), "VAL-1", kind)
        if field.required and field.is_string:
            empty = "hash" if own else "body"
            yield make.refusal(f"empty-{field.name}", make.with_field(field.name, ""), "VAL-2", empty)
            alone = {key: value for key, value in make.with_field(field.name, None).items() if key != make.fresh}
            alone = alone if own else sign(make.operation, make.partner, alone)
            yield make.refusal(f"null-in-{field.name}-alone", alone, "VAL-2", kind)
        for wrong, value in WRONG.items() if field.is_string else ():
            rule = "VAL-2" if field.required else "VAL-3"
            yield make.refusal(f"{wrong}-in-{field.name}", make.with_field(field.name, value), rule, kind)
    yield from _beside_the_usual(make)
    yield from _under_a_right_hash(make)
    other = {re.sub("(?=[A-Z])", "_", name).lower(): value for name, value in make.body().items()}
    kind = "hash" if make.hash else "body"  # which is missing too, or covers other names
    yield make.refusal("names-with-underscores", other, "VAL-1", kind)
    capitals = {key.upper(): value for key, value in make.body().items()}
    yield Case("names-in-capitals", SUCCESS | REFUSAL | {"VAL-1"}, "either", make.call(capitals), kind)
    yield make.refusal("wrapped", {"data": make.body()}, "VAL-1", kind)


def _beside_the_usual(make: Caller) -> Iterator[Case]:
    """A field that is missing for another session, or that stands in the query."""
    session = {field.name: "another" for field in make.operation.required if field.session_id}
    for field in (item for item in make.operation.required if item.name not in session and item.name != make.hash):
        body = {key: value for key, value in make.body(**session).items() if key != field.name}
        call = make.call(sign(make.operation, make.partner, body))
        yield Case(f"missing-{field.name}-of-another", REFUSAL | {"VAL-1", "OK-6"}, "refusal", call)
        body = {key: value for key, value in make.body().items() if key != field.name}
        call = make.call(body, query=f"{field.name}={make.example[field.name]}")
        yield Case(f"{field.name}-in-the-query", REFUSAL | {"VAL-1"}, "refusal", call, "hash")


def _under_a_right_hash(make: Caller) -> Iterator[Case]:
    """Where a secret is given: wrong values that are signed as what they may be taken for."""
    if not make.hash or not make.partner.secret:
        return
    for field in (item for item in make.operation.fields if item.is_string and item.name != make.hash):
        rule = "VAL-2" if field.required else "VAL-3"
        for value, text in ((5, "5"), (None, "null")):
            body = {**make.body(**{field.name: text}), field.name: value}
            yield make.refusal(f"{text}-in-{field.name}-signed", body, rule, "hash")
        if field.required:
            body = make.body()
            del body[field.name]
            yield make.refusal(f"missing-{field.name}-signed", body, "VAL-1", "hash")
    listed = make.body()
    yield make.refusal("hash-in-a-list", {**listed, make.hash: [listed[make.hash]]}, "VAL-2", "hash")
