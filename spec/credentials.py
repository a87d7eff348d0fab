"""What makes a request authorised: the partner's credentials on the wire (D02, D03), and the request hash (D07)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from spec.errors import SettingError
from spec.model import Credential, Operation
from spec.request_hash import HashScheme


@dataclass(frozen=True, slots=True)
class Partner:
    """One partner: the values of the credentials by role, and the secret of the request hash if it is checked."""

    values: Mapping[str, str] = field(repr=False)
    secret: str = field(default="", repr=False)
    scheme: HashScheme | None = None

    def value(self, credential: Credential) -> str:
        """The value to send; the document's demo value where the partner has none."""
        return self.values.get(credential.role) or credential.demo

    def masked(self, operation: Operation, mask: str) -> "Partner":
        """The same partner, with a mask in place of every secret."""
        values = {item.role: mask if item.secret else self.value(item) for item in operation.credentials}
        return replace(self, values=values, secret=mask)

    def scheme_of(self, operation: Operation) -> HashScheme:
        """How the hash is computed. ValueError for an operation without a request hash."""
        if operation.request_hash is None:
            raise ValueError(f"{operation} has no request hash")
        return self.scheme or operation.request_hash.scheme


def attach(
    operation: Operation, partner: Partner, changed: Mapping[str, str | None] | None = None
) -> tuple[str, dict[str, str]]:
    """The query string and the headers that carry the credentials; `changed` by role, None leaves one out."""
    changed = changed or {}
    query: list[str] = []
    headers: dict[str, str] = {}
    for credential in operation.credentials:
        value = changed.get(credential.role, partner.value(credential))
        if value is None:
            continue
        if credential.location == "query":
            query.append(f"{quote(credential.name)}={quote(value, safe='')}")
        elif credential.location == "cookie":
            cookies = headers.get("Cookie")
            headers["Cookie"] = f"{cookies}; {credential.name}={value}" if cookies else f"{credential.name}={value}"
        else:
            headers[credential.name] = value
    return "&".join(query), headers


def compute_hash(operation: Operation, partner: Partner, body: Mapping[str, Any], secret: str | None = None) -> str:
    """The hash of a notification; without a secret one of the right look that is new at every call.

    `secret` is used in place of the partner's, also an empty one.

    Raises ValueError for an operation without a request hash.
    """
    scheme = partner.scheme_of(operation)
    used = secret if secret is not None else partner.secret or secrets.token_hex(8)
    return scheme.compute(body, used, **_besides(operation, partner))


def hash_where_possible(
    operation: Operation, partner: Partner, body: Mapping[str, Any], secret: str | None = None
) -> str | None:
    """The hash; None where a function of the user's own fails on a body that the document forbids anyway.

    Raises SettingError where it fails on a good one, and ValueError for an operation without a request hash.
    """
    try:
        return compute_hash(operation, partner, body, secret)
    except SettingError:
        carrier = operation.request_hash
        if carrier and operation.schema.is_valid({**body, carrier.field: operation.example[carrier.field]}):
            raise
        return None


def string_to_sign(operation: Operation, partner: Partner, body: Mapping[str, Any]) -> str:
    """What is digested; of no use where the scheme is a function of the user's own.

    Raises ValueError for an operation without a request hash.
    """
    scheme = partner.scheme_of(operation)
    return scheme.string_to_sign(scheme.pairs(body, **_besides(operation, partner)), partner.secret)


def begin_hash(operation: Operation, partner: Partner, body: Mapping[str, Any], upto: str) -> tuple[Any, bytes] | None:
    """The digest, as of hashlib, of what is signed up to and with the text `upto`, and the bytes that come after it.

    For those who hash many bodies that differ there alone. None where the scheme is a function of the user's own, or
    `upto` does not stand in what is signed exactly once. ValueError for an operation without a request hash.
    """
    scheme = partner.scheme_of(operation)
    before, *after = string_to_sign(operation, partner, body).split(upto)
    if scheme.function is not None or len(after) != 1:
        return None
    digest = scheme.hasher(partner.secret)
    digest.update(f"{before}{upto}".encode("utf-8", "surrogatepass"))
    return digest, after[0].encode("utf-8", "surrogatepass")


def _besides(operation: Operation, partner: Partner) -> dict[str, Any]:
    """What a scheme has to know besides the body and the secret."""
    assert operation.request_hash is not None
    in_query = [item for item in operation.credentials if item.location == "query"]
    return {
        "hash_field": operation.request_hash.field,
        "listed": operation.names,
        "credentials": {item.name: partner.value(item) for item in in_query},
    }


def sign(operation: Operation, partner: Partner, body: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a notification with its request hash set, where the operation has one."""
    if operation.request_hash is None:
        return dict(body)
    return {**body, operation.request_hash.field: compute_hash(operation, partner, body)}
