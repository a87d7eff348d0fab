"""Requests as the provider would send them, and every way to send one wrongly: built anew for each sending."""

import itertools
import secrets
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.exchange import Request
from contract_tests.payload import Payload, encode
from contract_tests.target import Target
from contract_tests.values import texts
from spec import Contract, Field, Operation, Partner, attach, compute_hash, hash_where_possible

RUN = secrets.token_hex(4)  # new in every run: no notification is an exact repeat of an earlier run's
PREFIX = "lmkit"  # what the ids of this kit begin with, so that a staging system can be cleaned of them

SHORTEST_CANARY = 8  # characters; anything shorter may stand in an answer by chance

_counter = itertools.count(1)


class _Default:
    """Marks an argument that was not given."""


DEFAULT = _Default()


def unique(label: str = "") -> str:
    """A plain ASCII value that was never sent before and that people recognise."""
    return f"{PREFIX}{label}{RUN}{next(_counter):05d}{secrets.token_hex(4)}"


def new_value(item: Field) -> Any:
    """A value that was never sent before and that the field's schema allows; its example if none is known."""
    kinds = (unique(), str(uuid.uuid4()), secrets.token_hex(16), secrets.token_hex(4), secrets.randbelow(2**31))
    return next((value for value in kinds if item.schema.is_valid(value)), item.example)


@dataclass(frozen=True)
class Maker:
    """Makes requests for one operation. `fresh` says whether notifications carry a new value where the document
    allows one (x-fresh), so that none is an exact repeat of another.
    """

    contract: Contract
    operation: Operation
    partner: Partner
    target: Target
    known: Mapping[str, Any] = field(default_factory=dict)
    fresh: bool = True

    def body(
        self,
        changes: Mapping[str, Any] | None = None,
        *,
        without: Iterable[str] = (),
        fresh: bool | None = None,
    ) -> dict[str, Any]:
        """A notification for the known session; `changes` and `without` before it is signed.

        A hash among the changes is kept as it is.
        """
        body = dict(self.operation.example)
        body.update({name: value for name, value in self.known.items() if name in self.operation.by_name})
        body.update(self.fresh_values() if (self.fresh if fresh is None else fresh) else {})
        body.update(changes or {})
        for name in without:
            body.pop(name, None)
        carrier = self.operation.request_hash
        if carrier and carrier.field not in (changes or {}) and carrier.field not in without:
            body[carrier.field] = self.hash_of(body)
        return body

    def fresh_values(self) -> dict[str, Any]:
        """A new value for each field that may change without another session being meant."""
        return {
            item.name: new_value(item) for item in self.operation.fields if item.fresh and item.name not in self.known
        }

    @property
    def repeats(self) -> bool:
        """Whether plain notifications are exact repeats of one another, since nothing in them may be new each time."""
        new_hash = self.operation.request_hash is not None and not self.partner.secret
        return not new_hash and not (self.fresh and self.fresh_values())

    def carries_hash(self, name: str) -> bool:
        """Whether this field carries the request hash."""
        return self.operation.request_hash is not None and self.operation.request_hash.field == name

    def query_with(self, more: str, without: str = "") -> str:
        """The query of the right credentials, without the one of a role where one is named, and more behind it."""
        query, _ = attach(self.operation, self.partner, {without: None} if without else None)
        return f"{query}&{more}" if query else more

    def hash_of(self, body: Mapping[str, Any], secret: str | None = None) -> str:
        """The request hash of a body; a new one each time without a secret, or where the user's function fails."""
        found = hash_where_possible(self.operation, self.partner, body, secret)
        if found is not None:
            return found
        # Whatever its hash, such a body is to be refused; where it is about the hash, this one is wrong for certain.
        usual = {**self.operation.example, **self.known}
        return compute_hash(self.operation, self.partner, usual, secrets.token_hex(8))

    def request(
        self,
        body: Any = None,
        *,
        what: str = "",
        method: str = "",
        credentials: Mapping[str, str | None] | None = None,
        query: str | None = None,
        content_type: str | _Default | None = DEFAULT,
        headers: Iterable[tuple[str, str]] = (),
    ) -> Request:
        """A request with this body (as JSON, or a Payload), credentialed unless `credentials` changes that by role."""
        if not isinstance(body, Payload):
            body = self.body() if body is None else body
            body = Payload(encode(body), body)
        credential_query, credential_headers = attach(self.operation, self.partner, credentials)
        if query is not None:
            credential_query = query
        kind = self.operation.media_type if isinstance(content_type, _Default) else content_type
        own = [("Content-Type", kind)] if kind is not None else []
        full_query = "&".join(part for part in (self.target.query, credential_query) if part)
        return Request(
            method=method or self.operation.method,
            target=f"{self.target.prefix}{self.operation.path}" + (f"?{full_query}" if full_query else ""),
            headers=(*own, *credential_headers.items(), *headers),
            body=body.raw,
            what=what,
            canaries=self._canaries(body.carried, credentials or {}, body.shown),
            signed=self._signed(body.carried if body.signed is None else body.signed),
        )

    def _signed(self, body: Any) -> Mapping[str, Any]:
        """The fields that a hash is made over, for those who want to compute it again."""
        carrier = self.operation.request_hash
        if carrier is None or not self.partner.secret or not isinstance(body, Mapping):
            return {}
        return {name: value for name, value in body.items() if name != carrier.field}

    def _canaries(self, body: Any, credentials: Mapping[str, str | None], shown: frozenset[str]) -> dict[str, str]:
        """What no answer may repeat. A value that stands elsewhere in the open too is none."""
        found: dict[str, str] = {}
        public: set[Any] = {"undefined"}  # sent as a wrong credential, and a word of our own texts
        for credential in self.operation.credentials:
            values = {self.partner.value(credential), credentials.get(credential.role)}
            if credential.secret:
                found |= {value: f"the {credential.role.replace('-', ' ')}" for value in values if value}
            else:
                public |= values
        if isinstance(body, Mapping):
            for item in self.operation.fields:
                value = body.get(item.name)
                if item.secret and item.name not in shown:
                    found |= dict.fromkeys(texts(value), f'the value of "{item.name}"')
                elif isinstance(value, str):
                    public.add(value)
            carrier = self.operation.request_hash
            if carrier and self.partner.secret:
                found[self.hash_of(body)] = "the right hash"
        if self.partner.secret:
            found[self.partner.secret] = "the secret of the request hash"
        return {value: name for value, name in found.items() if value not in public and len(value) >= SHORTEST_CANARY}


def strange_ids(maker: Maker) -> dict[str, Any]:
    """New values for every required field that says who is meant; the implementation cannot know these."""
    fields = [item for item in maker.operation.required if item.is_string and not item.secret]
    return {item.name: new_value(item) for item in fields}
