"""VAL-1 to VAL-3: fields that must be refused."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from contract_tests.case import Case, FaultKind, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, new_value, unique
from contract_tests.payload import Payload, encode
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
        fault="body",
    )


@cases("VAL-1", "VAL-2", "VAL-3")
def unknown_session_too(maker: Maker) -> Iterator[Case]:
    """Faults of a notification for a session that nobody knows: either may be told, but none may succeed."""
    session = {field.name: new_value(field) for field in maker.operation.required if field.session_id}
    for field in maker.operation.fields if session else ():
        if field.name in session:
            continue
        if field.required:
            build = partial(_for_another, maker, session, field.name)
            yield Case("VAL-1", f"another-session-without-{field.name}", "refusal", build, maker, fault="transport")
        rule = "VAL-2" if field.required else "VAL-3"
        for label, value in wrong(maker.operation, field):
            if label in ("null", "number"):
                build = partial(_for_another, maker, session, field.name, {field.name: value})
                name = f"another-session-with-{field.name}-{label}"
                yield Case(rule, name, "refusal", build, maker, fault="transport")


def _for_another(
    maker: Maker, session: Mapping[str, Any], name: str, changed: Mapping[str, Any] | None = None
) -> Request:
    body = maker.body({**session, **(changed or {})}, without=() if changed else [name])
    what = f"is {encode(changed[name]).decode()}" if changed else "is missing"
    return maker.request(body, what=f'"{name}" {what}, for another session')


@cases("VAL-1")
def missing_from_what_comes_again(maker: Maker) -> Iterator[Case]:
    """A field that was there a moment ago, all else the same: who remembers hashes or sessions may look no further."""
    for field in maker.operation.required:
        if field.is_string and not field.secret and not field.session_id:
            build = partial(_without, maker, field.name)
            again = partial(_with_it, maker, field.name)
            label = f"again-without-{field.name}"
            yield Case("VAL-1", label, "refusal", build, maker, fault="body", after=again)


def _with_it(maker: Maker, name: str, request: Request) -> Request:
    """The same notification with the field, under the same hash where none is checked."""
    body = {**json.loads(request.body), name: maker.body()[name]}
    carrier = maker.operation.request_hash
    if carrier and maker.partner.secret:
        body[carrier.field] = maker.hash_of({key: value for key, value in body.items() if key != carrier.field})
    return maker.request(body, what="a plain notification")


@cases("VAL-1")
def fields_under_other_names(maker: Maker) -> Iterator[Case]:
    """Every value is there, but no field of the document: names in another style, or a level further down.

    Not names in another case: ASP.NET's reader takes these for the same unless told otherwise.
    """
    own = {field.name for field in maker.operation.required}
    for label, (changed, what) in _OTHER_NAMES.items():
        if own - set(changed(dict.fromkeys(own))):
            build = partial(_renamed, maker, changed, what)
            yield Case("VAL-1", label, "refusal", build, maker, fault="body")


@cases("VAL-1")
def fields_in_the_query(maker: Maker) -> Iterator[Case]:
    """Required fields that the body lacks and the query has: some frameworks put the two together.

    The query may be objected to first, as what stands there is not on the page; so either family of codes is right.
    """
    names = [field.name for field in maker.operation.required if field.is_string]
    kinds = {"all-in-the-query": names, **{f"{name}-in-the-query": [name] for name in names}}
    for label, moved in kinds.items():
        yield Case("VAL-1", label, "refusal", partial(_moved, maker, moved), maker, fault="transport")


def _moved(maker: Maker, names: list[str]) -> Request:
    body = maker.body()
    fields = urlencode({name: body[name] for name in names})
    left = {name: value for name, value in body.items() if name not in names}
    query = maker.query_with(fields)
    what = ", ".join(f'"{name}"' for name in names) + " in the query, not in the body"
    return maker.request(Payload(encode(left), body), query=query, what=what)


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
    return maker.request(Payload(encode(changed(body)), body), what=what)


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
            yield Case(
                "VAL-2", f"{field.name}-{label}-alone", "refusal", build, maker, fault=_kind(maker, field, value)
            )


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

    return Case(rule, f"{field.name}-{label}", "refusal", build, maker, fault=_kind(maker, field, value))


def _is_right(maker: Maker, field: Field) -> bool:
    """Whether the field carries a hash that we can make."""
    return maker.carries_hash(field.name) and bool(maker.partner.secret)


def _kind(maker: Maker, field: Field, value: Any = None) -> FaultKind:
    """D22: a wrong hash may be either family, an empty one among them; one that is none is a fault of the body."""
    return "hash" if maker.carries_hash(field.name) and value == "" else "body"
