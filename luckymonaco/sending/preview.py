"""What would be sent, without sending it: the request, the string to sign, and a curl line; secrets masked."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

from contract_tests.breach import Breach
from contract_tests.exchange import Exchange, NoAnswer
from contract_tests.reports.curl import curl
from contract_tests.verdict import Finding
from luckymonaco.sending.compose import Notification
from spec import Operation, Partner, attach, fingerprint, string_to_sign
from spec.redact import HIDDEN


def curl_line(notification: Notification) -> str:
    """A curl line that works when pasted: the partner's secrets are variables, a player's are made up."""
    nothing = Exchange(notification.request, NoAnswer("unreachable", "", 0.0))
    return curl(Finding(Breach(notification.case.rule, "", ""), notification.case, nothing))


def preview(notification: Notification) -> dict[str, Any]:
    """The request and the string to sign as plain data, masked."""
    maker = notification.case.maker
    operation, partner = maker.operation, maker.partner
    body = _masked(operation, dict(notification.body))
    data: dict[str, Any] = {
        "kind": "request",
        "method": notification.request.method,
        "url": maker.target.url + operation.path + _query(notification),
        "headers": [[name, _header(operation, name, value)] for name, value in notification.request.headers],
        "body": body,
    }
    if operation.request_hash is not None:
        data["hash"] = {
            "field": operation.request_hash.field,
            "scheme": partner.scheme_of(operation).name,
            "string_to_sign": _string_to_sign(operation, partner, body),
            "secret_given": bool(partner.secret),
        }
    return data


def preview_text(notification: Notification) -> str:
    """The same for people."""
    data = preview(notification)
    lines = [f"{data['method']} {data['url']}", *(f"{name}: {value}" for name, value in data["headers"]), ""]
    lines += [json.dumps(data["body"], ensure_ascii=False), ""]
    lines += _hash_lines(data.get("hash"))
    return "\n".join(lines)


def _hash_lines(entry: dict[str, Any] | None) -> Iterator[str]:
    if entry is None:
        yield "no request hash in this operation"
        return
    yield f"string to sign  {entry['string_to_sign']}"
    yield f"digest          {entry['field']}, scheme {entry['scheme']}"
    if not entry["secret_given"]:
        yield "no secret is given (--secret): a made-up hash of the right look is sent"


def _masked(operation: Operation, body: dict[str, Any]) -> dict[str, Any]:
    secret = {item.name for item in operation.fields if item.secret}
    return {name: fingerprint(str(value)) if name in secret else value for name, value in body.items()}


def _query(notification: Notification) -> str:
    maker = notification.case.maker
    shown = {item.role: HIDDEN for item in maker.operation.credentials if item.secret}
    query, _ = attach(maker.operation, maker.partner, shown)
    full = "&".join(part for part in (maker.target.query, query.replace(quote(HIDDEN, safe=""), HIDDEN)) if part)
    return f"?{full}" if full else ""


def _header(operation: Operation, name: str, value: str) -> str:
    secret = {item.name.lower() for item in operation.credentials if item.secret and item.location == "header"}
    cookies = any(item.secret and item.location == "cookie" for item in operation.credentials)
    return HIDDEN if name.lower() in secret or (cookies and name.lower() == "cookie") else value


def _string_to_sign(operation: Operation, partner: Partner, body: dict[str, Any]) -> str:
    if partner.scheme_of(operation).function is not None:
        return "(made by your own function)"
    text = string_to_sign(operation, partner.masked(operation, HIDDEN), body)
    for mark in (HIDDEN, *(value for value in body.values() if isinstance(value, str) and value[:1] == "‹")):
        text = text.replace(quote_plus(mark), mark)
    return text
