"""An exchange written out for people: masked, with each check and its result, and as a line to paste.

Secrets appear as short keyed fingerprints, so that two wrong tokens can be told apart and none can be read.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from spec import Contract, Partner, Redactor, fingerprint
from spec.schema import compact
from spec.settings import PREFIX
from spec.strict_json import MalformedJsonError, loads

if TYPE_CHECKING:
    from mockserver.exchange import Exchange

_ALWAYS_SECRET = {"authorization", "proxy-authorization", "cookie"}


def outcome(exchange: Exchange) -> str:
    """What became of a request, in one word."""
    if exchange.act is not None and exchange.act.name not in ("delay", "dribble"):
        return "misbehaved"
    if exchange.answer is None:
        return "abandoned"
    return "success" if exchange.answer.status < 400 else "refused" if exchange.answer.status < 500 else "failed"


class View:
    """Knows what is secret: the partners' values, and by name what the document marks as such."""

    def __init__(self, contract: Contract, partners: Sequence[Partner]) -> None:
        credentials = {item for operation in contract.operations for item in operation.credentials}
        known = [partner.value(item) for partner in partners for item in credentials if item.secret]
        self._redactor = Redactor([*known, *(partner.secret for partner in partners)])
        self._secret_query = {item.name: item.role for item in credentials if item.secret and item.location == "query"}
        self._secret_headers = {item.name.lower() for item in credentials if item.secret and item.location == "header"}
        self._fields = {field.name for operation in contract.operations for field in operation.fields if field.secret}
        names = "|".join(re.escape(json.dumps(name)) for name in self._fields)
        self._in_text = re.compile(rf'({names})(\s*:\s*)"((?:[^"\\]|\\.)*)"?') if names else None

    def mask(self, text: str) -> str:
        """A text with every known secret replaced."""
        return self._redactor.mask(text)

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
            "path": self.mask(exchange.path),
            "operation": str(exchange.plan.operation) if exchange.plan else None,
            "outcome": outcome(exchange),
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
        return {
            **self.summary(exchange),
            "query": self._query(exchange),
            "headers": [[name.decode("latin-1"), self._header(name, value)] for name, value in exchange.headers],
            "body": self._body(exchange),
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
            "curl": self.curl(exchange),
        }

    def fields(self, exchange: Exchange) -> dict[str, Any]:
        """The body's top-level members as sent, for filters; empty if it is no JSON object, or was cut."""
        try:
            value = loads(exchange.body)
        except MalformedJsonError:
            return {}
        return value if isinstance(value, dict) else {}

    def _query(self, exchange: Exchange) -> str:
        parts = []
        for part in exchange.query.decode("latin-1").split("&"):
            name, equals, value = part.partition("=")
            hidden = unquote_plus(name) in self._secret_query and value
            parts.append(f"{name}{equals}{fingerprint(unquote_plus(value)) if hidden else value}")
        return self.mask("&".join(parts))

    def _header(self, name: bytes, value: bytes) -> str:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if key in _ALWAYS_SECRET or key in self._secret_headers:
            return fingerprint(text)
        return self.mask(text)

    def _body(self, exchange: Exchange) -> str:
        fields = self.fields(exchange)
        if fields and exchange.body_size == len(exchange.body):
            hidden = {name: self._hidden(value) for name, value in fields.items() if name in self._fields}
            return self.mask(compact({**fields, **hidden}))
        text = exchange.body.decode("utf-8", "replace")
        if self._in_text is not None:
            text = self._in_text.sub(lambda found: f'{found[1]}{found[2]}"{fingerprint(found[3])}"', text)
        return self.mask(text)

    @staticmethod
    def _hidden(value: Any) -> Any:
        return fingerprint(value if isinstance(value, str) else compact(value)) if value not in ("", None) else value

    def _hash(self, exchange: Exchange) -> dict[str, str] | None:
        """How the request hash was checked: the string that was hashed, and both digests as fingerprints."""
        hashing = exchange.plan.operation.request_hash if exchange.plan else None
        partner, fields = exchange.partner, self.fields(exchange)
        if exchange.plan is None or hashing is None or partner is None or not partner.secret or not fields:
            return None
        scheme = partner.scheme or hashing.scheme
        if scheme.function is not None:
            return {"scheme": scheme.name}
        operation = exchange.plan.operation
        shown = {name: self._hidden(value) if name in self._fields else value for name, value in fields.items()}
        credentials = {item.name: partner.value(item) for item in operation.credentials if item.location == "query"}
        listed = frozenset(operation.by_name)
        pairs = scheme.pairs(shown, hashing.field, listed, credentials)
        expected = scheme.compute(
            fields, partner.secret, hash_field=hashing.field, listed=listed, credentials=credentials
        )
        return {
            "scheme": scheme.name,
            "stringToSign": self.mask(scheme.string_to_sign(pairs, fingerprint(partner.secret))),
            "expected": fingerprint(expected),
            "given": fingerprint(str(fields.get(hashing.field, ""))),
        }

    def curl(self, exchange: Exchange) -> str:
        """A line that sends it again; secrets stand in it as the variables that they are set by."""
        query = []
        for part in exchange.query.decode("latin-1").split("&"):
            name = part.partition("=")[0]
            role = self._secret_query.get(unquote_plus(name))
            query.append(f"{name}=${PREFIX}{role.upper().replace('-', '_')}" if role else self.mask(part))
        target = "$LUCKYMONACO_URL" + _double_quoted(self.mask(exchange.path)) + ("?" if exchange.query else "")
        target += "&".join(part if "$" + PREFIX in part else _double_quoted(part) for part in query)
        parts = ["curl", "-sS", "-X", shlex.quote(exchange.method), f'"{target}"']
        for header, content in exchange.headers:
            if header in (b"content-type", b"prefer"):
                parts += ["-H", shlex.quote(f"{header.decode('latin-1')}: {self._header(header, content)}")]
        if exchange.body:
            parts += ["--data-binary", shlex.quote(self._body(exchange))]
        return " ".join(parts)


def _double_quoted(text: str) -> str:
    return re.sub(r'([\\"$`])', r"\\\1", text)
