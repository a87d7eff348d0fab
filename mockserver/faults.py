"""What can be wrong with a request, told apart and in a fixed order.

The order: path, method, size, each credential, media type, syntax, object, each field, request hash, preference.
A Plan is one operation's list of checks, prepared once; the faults are named by the document's `x-faults`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mockserver import credentials
from mockserver.answers import Answers
from mockserver.exchange import Failure
from spec import Contract, Operation, Partner, Schema, Violation, hash_where_possible
from spec.schema import VIOLATION_FAULTS, Kind
from spec.strict_json import MalformedJsonError, loads

if TYPE_CHECKING:
    from mockserver.exchange import Exchange

Result = Literal["passed", "failed", "not reached", "not checked"]

PATH, METHOD, SIZE = "path", "method", "size"
MEDIA_TYPE, SYNTAX, OBJECT, HASH = "media type", "syntax", "object", "request hash"
PREFERENCE = "preference"
_STOPPERS = {PATH, METHOD, SIZE, SYNTAX, OBJECT}  # once one of these has failed, nothing after it can be judged
_OF_THE_BODY = {MEDIA_TYPE, SYNTAX, OBJECT}
UNCHECKED = "bodies are not checked (--no-validate)"
_WORDS_OF: Mapping[Kind, str] = {
    "missing": "is missing",
    "type": "has the wrong type",
    "empty": "is empty",
    "value": "breaks a limit of its schema",
}
_MOST_POINTER = 200  # characters of where in the body it is wrong: names may be a caller's, and of any length


@dataclass(frozen=True, slots=True)
class Check:
    """One check and its result, as the journal shows it."""

    name: str
    result: Result
    fault: str = ""
    reason: str = ""


def name_of_field(field: str) -> str:
    """How the journal calls the check of a field."""
    return f"field {field}"


def _failure(violation: Violation) -> Failure:
    """A violation of the schema as the failed check that it is."""
    fault, words = VIOLATION_FAULTS[violation.kind], _WORDS_OF[violation.kind]
    if violation.path:
        return Failure(name_of_field(violation.field), fault, f"{violation.pointer[1:][:_MOST_POINTER]} {words}")
    if violation.kind == "type":
        return Failure(OBJECT, "not-an-object", "the body is JSON, but not an object")
    return Failure(OBJECT, fault, f"the body {words}")


class Plan:
    """The checks of one operation in their order, with what they need worked out beforehand."""

    def __init__(
        self, contract: Contract, operation: Operation, partners: Sequence[Partner], *, validate: bool = True
    ) -> None:
        self.operation = operation
        self.answers = Answers(contract, operation)
        self.session_field = next((field.name for field in operation.fields if field.session_id), None)
        self.check_credentials = credentials.prepare(operation, partners)
        self.validate = validate
        self._order = {name_of_field(field.name): place for place, field in enumerate(operation.fields)}
        usual = [Violation(kind, (field.name,), "", "") for kind in VIOLATION_FAULTS for field in operation.fields]
        self._usual = {(item.kind, item.path): _failure(item) for item in usual}
        self.names = (
            PATH,
            METHOD,
            SIZE,
            *(credentials.name_of(item) for item in operation.credentials),
            MEDIA_TYPE,
            SYNTAX,
            OBJECT,
            *self._order,
            *((HASH,) if operation.request_hash else ()),
            PREFERENCE,
        )
        for fault in (*(item.fault for item in operation.credentials), *VIOLATION_FAULTS.values()):
            self.answers.for_fault(fault)  # a document without an answer for it is refused at start, not at a request

    def check_media_type(self, exchange: Exchange, accepted: frozenset[bytes]) -> None:
        """The Content-Type, which must be there, once, and one of the operation's; its parameters do not matter."""
        given = exchange.header(b"content-type")
        if len(given) == 1:
            if given[0] in accepted or given[0].partition(b";")[0].strip().lower() in accepted:
                return
            reason = "the Content-Type is not the document's"
        else:
            reason = "there is more than one Content-Type" if given else "there is no Content-Type"
        exchange.fail(MEDIA_TYPE, "media-type", reason)

    def check_body(self, exchange: Exchange, schema: Schema) -> None:
        """Syntax first, then what the schema says of the whole and of each field, in the document's order."""
        try:
            value = exchange.value = loads(exchange.body)
        except MalformedJsonError as error:
            exchange.fail(SYNTAX, "malformed-json", f"the body is not JSON: {error}")
            return
        if not schema.is_valid(value):
            found = schema.violations(value)
            failures = [self._usual.get((item.kind, item.path)) or _failure(item) for item in found]
            if len(failures) > 1:
                failures.sort(key=self._place)
            exchange.failures += failures
        if self.operation.request_hash is not None:
            self._check_hash(exchange, value)

    def read_body(self, exchange: Exchange) -> None:
        """Only read the body, for whoever chooses an answer by what stands in it; nothing is wrong with it."""
        exchange.hash_note = UNCHECKED
        with contextlib.suppress(MalformedJsonError):
            exchange.value = loads(exchange.body)

    def _place(self, failure: Failure) -> int:
        return self._order.get(failure.check, -1)

    def _check_hash(self, exchange: Exchange, value: Any) -> None:
        hashing = self.operation.request_hash
        partner = exchange.partner
        if partner is None or not partner.secret or hashing is None:
            exchange.hash_note = "no secret is configured" if partner else "the partner is not known"
            return
        given = value.get(hashing.field) if isinstance(value, dict) else None
        if not isinstance(given, str) or not given:
            exchange.hash_note = f"there is no usable {hashing.field} to check"
            return
        scheme = partner.scheme_of(self.operation)
        right = hash_where_possible(self.operation, partner, value)
        if right is None:
            exchange.hash_note = f"{scheme.name} fails on such a body"
        elif not scheme.matches(given, right):
            exchange.fail(HASH, "wrong-hash", f"{hashing.field} is not the hash that the secret and the fields give")

    def checks(self, exchange: Exchange) -> tuple[Check, ...]:
        """Every check with its result; failures of fields that the document does not list come last."""
        failed: dict[str, list[Check]] = {}
        for item in exchange.failures:
            failed.setdefault(item.check, []).append(Check(item.check, "failed", item.fault, item.reason))
        result: list[Check] = []
        stopped = ""
        for name in self.names:
            if stopped:
                result.append(Check(name, "not reached", reason=f"the check of the {stopped} failed"))
            elif name in failed:
                result.extend(failed.pop(name))
                stopped = name if name in _STOPPERS else ""
            elif not self.validate and (name in _OF_THE_BODY or name in self._order):
                result.append(Check(name, "not checked", reason=UNCHECKED))
            elif name == HASH and exchange.hash_note:
                result.append(Check(name, "not checked", reason=exchange.hash_note))
            else:
                result.append(Check(name, "passed"))
        return (*result, *(check for checks in failed.values() for check in checks))
