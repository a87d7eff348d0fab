"""Which partner is calling: the credentials of the document compared by value, in constant time.

A credential that stands twice is refused, since caller and server could each mean another one of the two.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote_to_bytes

from spec import Credential, Operation, Partner

if TYPE_CHECKING:
    from mockserver.exchange import Exchange

Check = Callable[["Exchange"], None]
_Expected = tuple[tuple[Partner, bytes], ...]


def name_of(credential: Credential) -> str:
    """How the journal calls the check of a credential."""
    return f"{credential.name} in the {credential.location}"


def prepare(operation: Operation, partners: Sequence[Partner]) -> Check:
    """The check of all credentials of an operation, which are needed together; it also names the partner.

    Each credential narrows down who may be calling, so that one partner's token does not pass with another's id.
    """
    parts: list[tuple[Credential, str, bytes, _Expected]] = [
        (
            credential,
            name_of(credential),
            credential.name.encode() if credential.location != "header" else credential.name.lower().encode("latin-1"),
            tuple((partner, partner.value(credential).encode()) for partner in partners),
        )
        for credential in operation.credentials
    ]
    several = len(partners) > 1

    def check(exchange: Exchange) -> None:
        calling: Sequence[Partner] = partners
        query = _query(exchange.query)
        for credential, label, key, expected in parts:
            if credential.location == "query":
                given = query.get(key, [])
            elif credential.location == "header":
                given = exchange.header(key)
            else:
                given = _cookies(exchange, key)
            if len(given) == 1 and given[0]:
                # Every partner is compared, so that the time tells nothing of which one came close.
                matching = [partner for partner, right in expected if hmac.compare_digest(given[0], right)]
                still = [partner for partner in matching if partner in calling] if several else matching
                if still:
                    calling = still
                    continue
            exchange.fail(label, credential.fault, f"{credential.name} {_problem(credential, given)}")
        exchange.partner = calling[0] if len(calling) == 1 else None

    return check


def _problem(credential: Credential, given: list[bytes]) -> str:
    if len(given) > 1:
        return f"stands more than once in the {credential.location}"
    if not given:
        return f"is missing from the {credential.location}"
    return "is not the partner's" if given[0] else f"is empty in the {credential.location}"


def _query(raw: bytes) -> dict[bytes, list[bytes]]:
    encoded = b"%" in raw or b"+" in raw
    found: dict[bytes, list[bytes]] = {}
    for part in raw.split(b"&"):
        name, _, value = part.partition(b"=")
        if encoded:
            name, value = _decode(name), _decode(value)
        found.setdefault(name, []).append(value)
    return found


def _decode(part: bytes) -> bytes:
    if b"+" in part:
        part = part.replace(b"+", b" ")
    return unquote_to_bytes(part) if b"%" in part else part


def _cookies(exchange: Exchange, key: bytes) -> list[bytes]:
    found = []
    for header in exchange.header(b"cookie"):
        for part in header.split(b";"):
            name, _, value = part.strip().partition(b"=")
            if name == key:
                found.append(value[1:-1] if len(value) > 1 and value[:1] == value[-1:] == b'"' else value)
    return found
