"""One request to an operator of the gallery, with the rules that an answer to it may break; and what makes them."""

import json
from dataclasses import dataclass
from email.message import Message
from typing import Any, Literal

from mockserver.gallery import Operator
from mockserver.gallery.exchange import Call, Dropped, Reply
from spec import Contract, Operation, Partner, attach, sign

SECRET = "s3cr3t"
PARTNERS = {"plain": Partner({}), "signed": Partner({}, SECRET)}

# variants that show only over a socket
ON_THE_WIRE = frozenset({"reads-body-once", "leaves-the-body-of-the-denied", "needs-a-length"})
SUCCESS = frozenset({"OK-1", "OK-2", "OK-3", "OK-4", "ERR-7"})
REFUSAL = frozenset({"ERR-1", "ERR-2", "ERR-3", "ERR-4", "ERR-5", "ERR-6", "ERR-7"})


@dataclass(frozen=True, slots=True)
class Case:
    """One request."""

    name: str
    rules: frozenset[str]  # under which an operator may fall because of its answer
    expect: Literal["success", "refusal", "either", "method"]
    call: Call
    kind: str = ""  # of the fault


class Caller:
    """Makes requests to one operation of a document, the first if no other is named, for one partner."""

    def __init__(self, contract: Contract, partner: Partner, operation: Operation | None = None) -> None:
        self.contract = contract
        self.partner = partner
        self.operation = operation or contract.operations[0]
        self.example = dict(self.operation.example)
        self.fresh = next((field.name for field in self.operation.optional if field.fresh), "")
        self.hash = self.operation.request_hash.field if self.operation.request_hash else ""
        self.count = 0

    def body(self, **changed: Any) -> dict[str, Any]:
        """A signed notification; without an optional field of its own only where it says so."""
        self.count += 1
        own = {self.fresh: f"tok-{self.count:04}"} if self.fresh and self.fresh not in changed else {}
        return sign(self.operation, self.partner, {**self.example, **own, **changed})

    def call(
        self,
        body: Any,
        *,
        method: str = "",
        media_type: str | None = "",
        credentials: dict[str, str | None] | None = None,
        query: str = "",
        also: dict[str, str] | None = None,
    ) -> Call:
        """A request with this body, bytes or JSON, a piece of query as it is, and headers."""
        own, more = attach(self.operation, self.partner, credentials)
        query = "&".join(part for part in (own, query) if part)
        more = {**more, **(also or {})}
        headers = Message()
        for name, value in more.items():
            headers[name] = value
        if media_type is not None:
            headers["Content-Type"] = media_type or self.operation.media_type
        data = body if isinstance(body, bytes) else json.dumps(body).encode("utf-8", "surrogatepass")
        target = f"{self.operation.path}?{query}"
        return Call(method or self.operation.method, target, headers, data, self.operation)

    def without(self, *names: str) -> dict[str, Any]:
        """A notification that lacks these fields, signed if the hash is none of them."""
        body = {key: value for key, value in self.body().items() if key not in names}
        return body if self.hash in names else sign(self.operation, self.partner, body)

    def with_field(self, name: str, value: Any) -> dict[str, Any]:
        """A notification with this value in the field, signed unless that is the hash."""
        return {**self.body(), name: value} if name == self.hash else self.body(**{name: value})

    def refusal(self, name: str, body: Any, rule: str, kind: str = "body", **how: Any) -> Case:
        """A request that must be refused."""
        return Case(name, REFUSAL | {rule}, "refusal", self.call(body, **how), kind)


def send(operator: Operator, case: Case) -> Reply | None:
    """The operator's reply to a fresh copy of the request; None for a connection that is dropped."""
    sent = case.call
    try:
        return operator.answer(Call(sent.method, sent.target, sent.headers, sent.body, sent.operation))
    except Dropped:
        return None
