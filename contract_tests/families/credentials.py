"""AUTH: credentials that are missing, empty or wrong, also by very little."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from contract_tests.case import Case, Expect, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, new_value, strange_ids, unique
from spec import Credential, attach


@cases("AUTH-1", "AUTH-2")
def wrong_credential(maker: Maker) -> Iterator[Case]:
    """Each credential missing, empty or wrong while all else is right."""
    for credential in maker.operation.credentials:
        rule = "AUTH-2" if credential.secret else "AUTH-1"
        for label, (value, shell) in _values(maker, credential).items():
            yield Case(
                rule,
                f"{credential.name}-{label}",
                "refusal",
                partial(_changed, maker, credential, label, value, shell),
                maker,
                fault="credential",
            )
        if credential.location == "query":
            yield Case(
                rule,
                f"{credential.name}-as-array",
                "refusal",
                partial(_array, maker, credential),
                maker,
                fault="credential",
            )


@cases("AUTH-1", "AUTH-2")
def right_elsewhere(maker: Maker) -> Iterator[Case]:
    """A query credential that is missing there, and right where it does not belong: in headers, in the body."""
    for credential in maker.operation.credentials:
        if credential.location == "query":
            for label, build in {
                "in-headers": partial(_in_headers, maker, credential),
                "in-body": partial(_in_body, maker, credential),
            }.items():
                yield _any_family(maker, credential, label, "refusal", build)


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
def on_a_trusted_connection(maker: Maker) -> Iterator[Case]:
    """A wrong credential with the very body that just succeeded with the right ones, over the same connection."""
    for credential in maker.operation.credentials:
        yield Case(
            "AUTH-2" if credential.secret else "AUTH-1",
            f"{credential.name}-wrong-after-right",
            "refusal",
            partial(_changed, maker, credential, "wrong after the right one, over one connection", unique("wrong"), ""),
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
            twice = partial(_written, maker, credential, f"wrong&{quote(credential.name)}={unique()}", "is wrong twice")
            yield _any_family(maker, credential, "repeated", "refusal", twice)


def _any_family(maker: Maker, credential: Credential, label: str, expect: Expect, build: Callable[[], Request]) -> Case:
    """A case in which more than the credential may be objected to, so that a code of either family is right."""
    rule = "AUTH-2" if credential.secret else "AUTH-1"
    return Case(rule, f"{credential.name}-{label}", expect, build, maker, fault="transport")


def _request_hash(maker: Maker, credential: Credential) -> Request:
    """D03: the partner's fixed token and the hash of the request are two different things."""
    carrier = maker.operation.request_hash
    assert carrier is not None
    body = maker.body()
    return maker.request(
        body, credentials={credential.role: body[carrier.field]}, what=f"{credential.name} is the request hash"
    )


def _in_headers(maker: Maker, credential: Credential) -> Request:
    value = maker.partner.value(credential)
    places = {credential.name: value, f"X-{credential.name}": value, "Cookie": f"{credential.name}={value}"}
    if credential.secret:
        places |= {"Authorization": f"Bearer {value}", "X-Api-Key": value}
    return maker.request(
        credentials={credential.role: None}, headers=places.items(), what=f"{credential.name} in headers"
    )


def _in_body(maker: Maker, credential: Credential) -> Request:
    body = maker.body({credential.name: maker.partner.value(credential)})
    return maker.request(body, credentials={credential.role: None}, what=f"{credential.name} in the body")


def _written(maker: Maker, credential: Credential, value: str, what: str) -> Request:
    query = _others(maker, credential, f"{quote(credential.name)}={value}")
    return maker.request(query=query, what=f"{credential.name} {what}")


def _changed(maker: Maker, credential: Credential, label: str, value: str | None, shell: str) -> Request:
    return maker.request(
        credentials={credential.role: value},
        what=f"{credential.name} {label.replace('-', ' ')}",
        shell={value: shell} if value and shell else None,
    )


def _array(maker: Maker, credential: Credential) -> Request:
    return maker.request(query=_as_array(maker, credential), what=f"{credential.name}[] for {credential.name}")


@cases("ERR-5")
def name_alone(maker: Maker) -> Iterator[Case]:
    """A query credential without an equals sign, at which some cut each parameter in two."""
    for credential in maker.operation.credentials:
        if credential.location == "query":
            build = partial(_name_alone, maker, credential)
            yield Case("ERR-5", f"{credential.name}-name-alone", "no-crash", build, maker, fault="transport")


def _name_alone(maker: Maker, credential: Credential) -> Request:
    query = _others(maker, credential, quote(credential.name))
    return maker.request(query=query, what=f"{credential.name} without an equals sign")


def _values(maker: Maker, credential: Credential) -> dict[str, tuple[str | None, str]]:
    """Label -> the value to send, and how a shell makes it from the right one without showing that."""
    right = maker.partner.value(credential)
    variable = f"LUCKYMONACO_{credential.role.replace('-', '_').upper()}"
    values: dict[str, tuple[str | None, str]] = {
        "missing": (None, ""),
        "empty": ("", ""),
        "wrong": (unique("wrong"), ""),
        "zero": ("0", ""),
        "sql": ("' OR '1'='1", ""),
        "wildcard": ("*", ""),
        "sql-wildcard": ("%", ""),
        "pattern": (".*", ""),
        "word-null": ("null", ""),
        "not-ascii": ("é漢" + unique(), ""),
        "long": (unique() * 20, ""),
        "not-ascii-of-the-same-length": ("é漢" + right[2:], ""),  # as many characters, but more bytes
        "shortened-by-one": (right[:-1], f"${{{variable}%?}}"),
        "one-character-more": (right + "x", f"${{{variable}}}x"),
        "shortened-at-the-front": (right[1:], f"${{{variable}#?}}"),
        "last-half": (right[len(right) // 2 :], f'$(printf %s "${variable}" | cut -c{len(right) // 2 + 1}-)'),
        "among-others": (f"x,{right},y", f"x,${{{variable}}},y"),
        "doubled": (right * 2, f"${{{variable}}}${{{variable}}}"),
        "of-the-same-length": (unique("wrong").ljust(len(right), "w")[-len(right) :], ""),
    }
    half = len(right) // 2
    values["first-character-changed"] = (_other(right[:1]) + right[1:], f"{_other(right[:1])}${{{variable}#?}}")
    values["middle-changed"] = (right[:half] + _other(right[half : half + 1]) + right[half + 1 :], "")
    values["last-character-changed"] = (right[:-1] + _other(right[-1:]), f"${{{variable}%?}}{_other(right[-1:])}")
    if credential.secret:
        values["first-half"] = (right[:half], f'$(printf %s "${variable}" | cut -c-{half})')
        values["in-another-case"] = (
            right.swapcase(),
            f"$(printf %s \"${variable}\" | tr 'a-zA-Z' 'A-Za-z')",
        )
        values["in-upper-case"] = (right.upper(), f'$(printf %s "${variable}" | tr a-z A-Z)')
        values["in-lower-case"] = (right.lower(), f'$(printf %s "${variable}" | tr A-Z a-z)')
        others = [item for item in maker.operation.credentials if not item.secret]
        if others:
            values["is-the-other-credential"] = (maker.partner.value(others[0]), "")
    # What happens to equal the right value is no fault; white space around it is left open by the contract.
    return {label: pair for label, pair in values.items() if pair[0] != right and (pair[0] != "" or label == "empty")}


def _other(character: str) -> str:
    # Another letter, not only another case of it: how ids compare case is left open by the contract.
    return "x" if character.lower() != "x" else "y"


def _as_array(maker: Maker, credential: Credential) -> str:
    return _others(
        maker, credential, f"{quote(credential.name)}%5B%5D={quote(maker.partner.value(credential), safe='')}"
    )


def _others(maker: Maker, credential: Credential, own: str) -> str:
    """The query with every other credential right, and `own` for this one."""
    query, _ = attach(maker.operation, maker.partner, {credential.role: None})
    return f"{query}&{own}" if query else own
