"""An exchange written out for people: masked, with each check and its result, and as a line to paste.

Secrets appear as short keyed fingerprints, so that two wrong tokens can be told apart and none can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mockserver.again import Again
from mockserver.masking import Masking, hidden
from spec import Contract, Partner, compute_hash, fingerprint, string_to_sign
from spec.strict_json import MalformedJsonError, loads

if TYPE_CHECKING:
    from mockserver.answers import Prepared
    from mockserver.behaviours import Act
    from mockserver.exchange import Exchange

_MOST_SESSION = 200  # characters of a session id in a list


def outcome(answer: Prepared | None, act: Act | None) -> str:
    """What became of a request, in one word."""
    if act is not None and act.name not in ("delay", "dribble"):
        return "misbehaved"
    if answer is None:
        return "abandoned"
    return "success" if answer.status < 400 else "refused" if answer.status < 500 else "failed"


class View:
    """Writes exchanges out; the masking knows what is secret."""

    def __init__(self, contract: Contract, partners: Sequence[Partner]) -> None:
        self._masking = Masking(contract, partners)
        self._again = Again(contract, partners, self._masking)
        self._fields = self._masking.fields

    def mask(self, text: str) -> str:
        """A text with every secret replaced."""
        return self._masking.text(text)

    def summary(self, exchange: Exchange) -> dict[str, Any]:
        """One line of the list."""
        answer = exchange.answer
        return {
            "number": exchange.number,
            "time": datetime.fromtimestamp(exchange.started, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "client": exchange.client[0] if exchange.client else "",
            "method": exchange.method,
            "path": self._path(exchange),
            "session": self._session(exchange),
            "operation": str(exchange.plan.operation) if exchange.plan else None,
            "outcome": outcome(exchange.answer, exchange.act),
            "status": answer.status if answer else None,
            "answer": answer.name if answer else None,
            "code": answer.code if answer else None,
            "behaviour": str(exchange.act) if exchange.act else None,
            "chosenBy": exchange.chosen_by,
            "why": exchange.why,
            "milliseconds": round(exchange.seconds * 1000, 3),
        }

    def detail(self, exchange: Exchange) -> dict[str, Any]:
        """All of one exchange."""
        checks = exchange.plan.checks(exchange) if exchange.plan else ()
        again = self._again.of(exchange)
        return {
            **self.summary(exchange),
            "query": self._masking.query(exchange.query),
            "headers": [
                [name.decode("latin-1"), self._masking.header(name, value)] for name, value in exchange.headers
            ],
            "body": self._masking.body(exchange.body),
            "bodyBytes": exchange.body_size,
            "bodyCut": exchange.body_size > len(exchange.body),
            "answerBody": exchange.answer.body.decode() if exchange.answer else None,
            "checks": [
                {"name": check.name, "result": check.result, "fault": check.fault, "reason": check.reason}
                for check in checks
            ]
            or [
                {"name": failure.check, "result": "failed", "fault": failure.fault, "reason": failure.reason}
                for failure in exchange.failures
            ],
            "hash": self._hash(exchange),
            "curl": again.line,
            "curlNotes": list(again.notes),
        }

    def fields(self, exchange: Exchange) -> dict[str, Any]:
        """The body's top-level members as sent, for filters; empty if it is no JSON object, or was cut."""
        try:
            value = loads(exchange.body)
        except MalformedJsonError:
            return {}
        return value if isinstance(value, dict) else {}

    def _session(self, exchange: Exchange) -> str | None:
        name = exchange.plan.session_field if exchange.plan else None
        value = self.fields(exchange).get(name) if name else None
        if name is None or not isinstance(value, str):
            return None
        return str(hidden(value)) if name in self._fields else self.mask(value[:_MOST_SESSION])

    def _path(self, exchange: Exchange) -> str:
        if exchange.plan is not None and exchange.path == exchange.plan.operation.path:
            return exchange.path
        return self.mask(exchange.path)

    def _hash(self, exchange: Exchange) -> dict[str, str] | None:
        """How the request hash was checked: the string that was hashed, and both digests as fingerprints."""
        hashing = exchange.plan.operation.request_hash if exchange.plan else None
        partner, fields = exchange.partner, self.fields(exchange)
        if exchange.plan is None or hashing is None or partner is None or not partner.secret or not fields:
            return None
        operation = exchange.plan.operation
        scheme = partner.scheme_of(operation)
        if scheme.function is not None:
            return {"scheme": scheme.name}
        shown = {name: hidden(value) if name in self._fields else value for name, value in fields.items()}
        text = string_to_sign(operation, replace(partner, secret=fingerprint(partner.secret)), shown)
        return {
            "scheme": scheme.name,
            "stringToSign": self._masking.known(text),
            "expected": fingerprint(compute_hash(operation, partner, fields)),
            "given": fingerprint(str(fields.get(hashing.field, ""))),
        }
