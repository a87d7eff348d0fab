"""The plain notification sent otherwise, in ways that an implementation which refuses it may take for the right one.

Some mean the same by every standard; the others are cases of rules by which they must be refused. Whoever accepts one
of them knows the session, the credentials and the hash, and so must accept the plain one too (OK-1).
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from contract_tests.case import Case, collect
from contract_tests.exchange import Request
from contract_tests.families.credential_ways import right_elsewhere, wrong_on_other_paths
from contract_tests.families.validation import fields_under_other_names
from contract_tests.notification import Maker
from contract_tests.payload import Payload, encode

_OF_THE_HEAD = frozenset({"VAL-5", "VAL-6", "HTTP-1"})
_OF_THE_BODY = frozenset({"VAL-4"})


def credentials_otherwise(maker: Maker) -> Iterator[Case]:
    """The right credentials in another place, or the request hash where the partner's token ought to be (D03)."""
    yield from right_elsewhere(maker)
    yield from (case for case in wrong_on_other_paths(maker) if case.label.endswith("is-the-request-hash"))


def head_otherwise(maker: Maker) -> Iterator[Case]:
    """Another path, method, media type or header, before the body is read."""
    for label, build in {
        "path-in-small-letters": partial(_elsewhere, maker, maker.operation.path.lower()),
        "path-with-slash": partial(_elsewhere, maker, f"{maker.operation.path}/"),
        "charset": partial(_typed, maker, f"{maker.operation.media_type}; charset=utf-8"),
        "accept": partial(_accepting, maker),
    }.items():
        yield Case("OK-1", label, "success", build, maker)
    yield from collect(maker, _OF_THE_HEAD)


def body_otherwise(maker: Maker) -> Iterator[Case]:
    """The same JSON in other bytes, or what only looks like it."""
    yield from (case for case in collect(maker, frozenset({"OK-1"})) if case.after is None)
    yield from fields_under_other_names(maker)
    if any(_as_number(value) != value for value in maker.body().values()):
        yield Case("VAL-2", "digits-as-numbers", "refusal", partial(_numbers, maker), maker, fault="body")
    yield from collect(maker, _OF_THE_BODY)


def _elsewhere(maker: Maker, path: str) -> Request:
    request = maker.request(what=f"a plain notification to {path}")
    return replace(request, target=request.target.replace(maker.operation.path, path, 1))


def _typed(maker: Maker, content_type: str) -> Request:
    return maker.request(content_type=content_type, what=f"a plain notification as {content_type}")


def _accepting(maker: Maker) -> Request:
    kind = maker.operation.media_type
    return maker.request(headers=[("Accept", kind)], what=f"a plain notification with Accept: {kind}")


def _numbers(maker: Maker) -> Request:
    body = maker.body()
    raw = encode({name: _as_number(value) for name, value in body.items()})
    return maker.request(Payload(raw, body), what="numbers for values of digits")


def _as_number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() and value[0] != "0" else value
