"""What of the document a run has exercised: statuses, fields, limits, canned answers' faults and rules."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.exchange import Answer, Request, without_lone_surrogates
from contract_tests.notification import Maker
from contract_tests.verdict import Result, Verdict
from spec import Contract, Operation, Schema, attach
from spec.schema import VIOLATION_FAULTS

_LIMITS = frozenset(
    {"type", "enum", "pattern", "format", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"}
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the document, and how often it was exercised."""

    name: str
    count: int
    reason: str = ""  # why it was not, where that is not a gap


@dataclass(frozen=True, slots=True)
class Coverage:
    """The things of the document by kind."""

    statuses: tuple[Item, ...]
    fields: tuple[Item, ...]
    constraints: tuple[Item, ...]
    faults: tuple[Item, ...]
    rules: tuple[Item, ...]

    @property
    def kinds(self) -> dict[str, tuple[Item, ...]]:
        """By name, in the order in which people read them."""
        return {
            "rules": self.rules,
            "fields": self.fields,
            "constraints": self.constraints,
            "faults": self.faults,
            "statuses": self.statuses,
        }

    @property
    def line(self) -> str:
        """`29 of 32 rules, 5 of 5 fields, …`."""
        counts = [f"{sum(bool(i.count) for i in items)} of {len(items)} {kind}" for kind, items in self.kinds.items()]
        return ", ".join(counts)


@dataclass(frozen=True, slots=True)
class _Limit:
    """One limit that the document sets on one field."""

    field: str
    schema: Schema | None  # None: the field must be there
    name: str

    def is_broken_by(self, body: dict[str, Any]) -> bool:
        if self.schema is None:
            return self.field not in body
        return self.field in body and not self.schema.is_valid(body[self.field])


def cover(contract: Contract, verdict: Verdict) -> Coverage:
    """Read off the cases of a run what they exercised."""
    seen: Counter[tuple[str, str]] = Counter()
    names: dict[str, list[str]] = {"status": [], "field": [], "limit": []}
    for operation in contract.operations:
        before = f"{operation.id} " if len(contract.operations) > 1 else ""
        limits = tuple(_limits(operation))
        results = [result for result in verdict.results if result.case.operation.id == operation.id]
        for result in results:
            seen.update({(kind, before + name) for kind, name in _exercised(result, limits)})
            seen.update({("fault", name) for name in _faults(result.case.maker, result.exchange.request)})
        names["status"] += [before + envelope.status.upper() for envelope in operation.envelopes]
        names["field"] += [before + field.name for field in operation.fields]
        names["limit"] += [before + limit.name for limit in limits]
    server = {fault.name: "not a fault of the caller" for fault in contract.faults.values() if fault.kind == "server"}

    def items(kind: str, wanted: Iterable[str]) -> tuple[Item, ...]:
        return tuple(Item(name, seen[kind, name], server.get(name, "")) for name in dict.fromkeys(wanted))

    return Coverage(
        statuses=items("status", names["status"]),
        fields=items("field", names["field"]),
        constraints=items("limit", names["limit"]),
        faults=items("fault", contract.faults),
        rules=tuple(Item(i.rule.id, i.cases if i.status in ("kept", "broken") else 0, i.reason) for i in verdict.rules),
    )


def _limits(operation: Operation) -> Iterator[_Limit]:
    for field in operation.fields:
        if field.required:
            yield _Limit(field.name, None, f"{field.name} required")
        for keyword, value in field.schema.node.items():
            if keyword in _LIMITS:
                yield _Limit(field.name, Schema({keyword: value}), f"{field.name} {keyword} {json.dumps(value)}")


def _exercised(result: Result, limits: tuple[_Limit, ...]) -> Iterator[tuple[str, str]]:
    """(kind, name) of what one case exercised: fields that it sent, limits that it broke, the status that came."""
    operation, answer = result.case.operation, result.exchange.answer
    envelope = operation.envelope(answer.status) if isinstance(answer, Answer) else None
    if envelope:
        yield "status", envelope.status.upper()
    body = _json(result.exchange.request.body)
    if isinstance(body, dict):
        yield from (("field", name) for name in body if name in operation.by_name)
        yield from (("limit", limit.name) for limit in limits if limit.is_broken_by(body))


def _faults(maker: Maker, request: Request) -> Iterator[str]:
    """The faults of a request, as the document calls them."""
    operation = maker.operation
    if request.method != operation.method:
        yield "method"
    kinds = [value for name, value in request.headers if name.lower() == "content-type"]
    if [kind.partition(";")[0].strip().lower() for kind in kinds] != [operation.media_type]:
        yield "media-type"
    for credential in operation.credentials:
        others = {other.role: None for other in operation.credentials if other != credential}
        query, headers = attach(operation, maker.partner, others)
        if query not in request.target or not set(headers.items()) <= set(request.headers):
            yield credential.fault
    body = _json(request.body)
    if body is _NOT_JSON:
        yield "malformed-json"
    elif not isinstance(body, dict):
        yield "not-an-object"
    else:
        yield from (VIOLATION_FAULTS[violation.kind] for violation in operation.schema.violations(body))
        if request.signed and operation.request_hash:
            given = body.get(operation.request_hash.field)
            rest = {name: value for name, value in body.items() if name != operation.request_hash.field}
            if isinstance(given, str) and given and given != maker.hash_of(rest):
                yield "wrong-hash"


_NOT_JSON = object()


def _json(body: bytes) -> Any:
    """What the contract takes for JSON, and what it leaves open: a byte order mark, lone surrogates."""
    try:
        value = json.loads(body.decode("utf-8-sig"))
        return without_lone_surrogates(value) if b"\\u" in body else value  # what is nested deeply has none
    except (ValueError, RecursionError):
        return _NOT_JSON
