"""AUTH: ways around the check of a credential: other places, other paths through the code, ill-written queries."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from contract_tests.case import Case, Expect, cases
from contract_tests.exchange import Request
from contract_tests.families.credentials import changed, rule_of
from contract_tests.notification import Maker, new_value, strange_ids, unique
from contract_tests.payload import Payload, encode
from spec import Credential


@cases("AUTH-1", "AUTH-2")
def right_elsewhere(maker: Maker) -> Iterator[Case]:
    """Query credentials, one or all, that are missing there, and right where they do not belong: headers, the body."""
    credentials = [each for each in maker.operation.credentials if each.location == "query"]
    for credential in credentials:
        yield _any_family(maker, credential, "in-headers", "refusal", partial(_in_headers, maker, [credential]))
        yield _any_family(maker, credential, "in-body", "refusal", partial(_in_body, maker, [credential]))
    if len(credentials) > 1:
        for label, build in {
            "all-in-headers": partial(_in_headers, maker, credentials),
            "all-in-body": partial(_in_body, maker, credentials),
        }.items():
            yield Case(rule_of(maker, credentials[-1]), label, "refusal", build, maker, fault="transport")


@cases("AUTH-1", "AUTH-2")
def wrong_on_other_paths(maker: Maker) -> Iterator[Case]:
    """A wrong credential with all else varied that could lead around the check."""
    session = {field.name: new_value(field) for field in maker.operation.required if field.session_id}
    ids = strange_ids(maker)
    optional = [field.name for field in maker.operation.optional]
    for credential in maker.operation.credentials:
        wrong = {credential.role: unique("wrong")}
        ways: dict[str, Callable[[], Request]] = {
            "wrong-without-optional": lambda wrong=wrong: maker.request(  # type: ignore[misc]
                maker.body(without=optional), credentials=wrong, what="a wrong credential, no optional field"
            ),
            "wrong-for-another-session": lambda wrong=wrong: maker.request(  # type: ignore[misc]
                maker.body(session), credentials=wrong, what="a wrong credential, another session"
            ),
            "wrong-for-other-ids": lambda wrong=wrong: maker.request(  # type: ignore[misc]
                maker.body(ids), credentials=wrong, what="a wrong credential, all ids others"
            ),
            "wrong-with-charset": lambda wrong=wrong: maker.request(  # type: ignore[misc]
                content_type=f"{maker.operation.media_type}; charset=utf-8",
                credentials=wrong,
                what="a wrong credential, a media type with a charset",
            ),
        }
        for label, build in ways.items():
            yield _any_family(maker, credential, label, "refusal", build)
        if credential.secret and maker.operation.request_hash:
            build = partial(_request_hash, maker, credential)
            yield _any_family(maker, credential, "is-the-request-hash", "refusal", build)


@cases("AUTH-1", "AUTH-2")
def with_a_faulty_body(maker: Maker) -> Iterator[Case]:
    """No credential or a wrong one, and a wrong body: either may be told (D22), but it must be one, and well-formed."""
    first = [field.name for field in maker.operation.required[:1]]
    bodies: dict[str, Callable[[], bytes]] = {
        "malformed": lambda: b"{",
        "empty": lambda: b"",
        "array": lambda: b"[1]",
        "missing-field": lambda: encode(maker.body(without=first)),
    }
    for credential in maker.operation.credentials:
        for word, value in {"missing": None, "wrong": unique("wrong")}.items():
            for label, body in bodies.items():
                what = f"{credential.name} is {word}, and the body is {label.replace('-', ' ')}"
                build = partial(_both_wrong, maker, {credential.role: value}, body, what)
                yield _any_family(maker, credential, f"{word}-with-{label}", "refusal", build)


def _both_wrong(maker: Maker, credentials: Mapping[str, str | None], body: Callable[[], bytes], what: str) -> Request:
    return maker.request(Payload(body()), credentials=credentials, what=what)


@cases("AUTH-1", "AUTH-2")
def on_a_trusted_connection(maker: Maker) -> Iterator[Case]:
    """A wrong credential with the very body that just succeeded with the right ones, over the same connection."""
    for credential in maker.operation.credentials:
        yield Case(
            rule_of(maker, credential),
            f"{credential.name}-wrong-after-right",
            "refusal",
            partial(changed, maker, credential, "wrong after the right one, over one connection", unique("wrong"), ""),
            maker,
            fault="credential",
            after=lambda request: replace(maker.request(), body=request.body),
        )


@cases("AUTH-1", "AUTH-2")
def ill_written_query(maker: Maker) -> Iterator[Case]:
    """Query credentials that are wrong already in how they are written; a server may refuse these in its own words."""
    for credential in maker.operation.credentials:
        if credential.location == "query":
            for label, value, what in (
                ("ended-by-nul", quote(maker.partner.value(credential), safe="") + "%00x", "ends with a NUL and more"),
                ("not-utf-8", "%FF%C3", "is no UTF-8"),
                ("half-an-escape", "%zz%", "has broken percent-encoding"),
            ):
                build = partial(_written, maker, credential, value, what)
                yield _any_family(maker, credential, label, "turned-away", build)
            longer = partial(
                _written, maker, credential, f"{quote(maker.partner.value(credential))}=x", "goes on after ="
            )
            yield _any_family(maker, credential, "cut-at-equals", "refusal", longer)
            longer_name = partial(_under_a_longer_name, maker, credential)
            yield _any_family(maker, credential, "under-a-longer-name", "refusal", longer_name)
            twice = partial(_written, maker, credential, f"wrong&{quote(credential.name)}={unique()}", "is wrong twice")
            yield _any_family(maker, credential, "repeated", "refusal", twice)


def _any_family(maker: Maker, credential: Credential, label: str, expect: Expect, build: Callable[[], Request]) -> Case:
    """A case in which more than the credential may be objected to, so that a code of either family is right."""
    return Case(rule_of(maker, credential), f"{credential.name}-{label}", expect, build, maker, fault="transport")


def _request_hash(maker: Maker, credential: Credential) -> Request:
    """D03: the partner's fixed token and the hash of the request are two different things."""
    carrier = maker.operation.request_hash
    assert carrier is not None
    body = maker.body()
    return maker.request(
        body, credentials={credential.role: body[carrier.field]}, what=f"{credential.name} is the request hash"
    )


def _in_headers(maker: Maker, credentials: list[Credential]) -> Request:
    places: dict[str, str] = {}
    cookies = []
    for credential in credentials:
        value = maker.partner.value(credential)
        places |= {credential.name: value, f"X-{credential.name}": value}
        cookies.append(f"{credential.name}={value}")
        if credential.secret:
            places |= {"Authorization": f"Bearer {value}", "X-Api-Key": value}
    places["Cookie"] = "; ".join(cookies)
    return maker.request(
        credentials=_none(credentials), headers=places.items(), what=f"{_names(credentials)} in headers"
    )


def _in_body(maker: Maker, credentials: list[Credential]) -> Request:
    body = maker.body({credential.name: maker.partner.value(credential) for credential in credentials})
    return maker.request(body, credentials=_none(credentials), what=f"{_names(credentials)} in the body")


def _none(credentials: list[Credential]) -> dict[str, None]:
    return {credential.role: None for credential in credentials}


def _names(credentials: list[Credential]) -> str:
    return " and ".join(credential.name for credential in credentials)


def _written(maker: Maker, credential: Credential, value: str, what: str) -> Request:
    query = maker.query_with(f"{quote(credential.name)}={value}", credential.role)
    return maker.request(query=query, what=f"{credential.name} {what}")


def _under_a_longer_name(maker: Maker, credential: Credential) -> Request:
    right = quote(maker.partner.value(credential), safe="")
    query = maker.query_with(f"X{quote(credential.name)}={right}", credential.role)
    return maker.request(query=query, what=f"X{credential.name} for {credential.name}")


@cases("ERR-5")
def name_alone(maker: Maker) -> Iterator[Case]:
    """A query credential without an equals sign, at which some cut each parameter in two."""
    for credential in maker.operation.credentials:
        if credential.location == "query":
            build = partial(_name_alone, maker, credential)
            yield Case("ERR-5", f"{credential.name}-name-alone", "no-crash", build, maker, fault="transport")


def _name_alone(maker: Maker, credential: Credential) -> Request:
    query = maker.query_with(quote(credential.name), credential.role)
    return maker.request(query=query, what=f"{credential.name} without an equals sign")
