"""One operation as the documentation shows it: credentials, fields, answers' shapes, the worked hash."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from luckymonaco.docs.rows import CredentialRow, EnvelopeRow, FieldRow, HashView, OperationView
from luckymonaco.docs.samples import ROLES, Sample
from luckymonaco.docs.words import json_text, limits
from spec import Contract, Envelope, Operation, Settings
from spec.schema import compact


def operation_view(contract: Contract, operation: Operation, written: tuple[Sample, ...]) -> OperationView:
    """One operation, and of all samples those that are for it."""
    node = contract.raw["paths"][operation.path][operation.method.lower()]
    query = "&".join(f"{item.name}=<{item.role}>" for item in operation.credentials if item.location == "query")
    schemes = contract.raw.get("components", {}).get("securitySchemes", {})
    examples = _request_examples(operation, node)
    return OperationView(
        id=operation.id,
        summary=operation.summary or operation.id,
        description=str(node.get("description", "")),
        method=operation.method,
        path=operation.path,
        url=f"<API URL>{operation.path}{'?' if query else ''}{query}",
        media_type=operation.media_type,
        accepted=operation.success.status,
        readings=tuple(node.get("x-reading", ())),
        credentials=tuple(
            CredentialRow(
                name=item.name,
                location=item.location,
                description=item.description,
                demo=item.demo,
                query=f"{quote(item.name)}={quote(item.demo, safe='')}",
                setting=_setting_of(item.role),
                readings=tuple(schemes.get(item.scheme, {}).get("x-reading", ())),
            )
            for item in operation.credentials
        ),
        fields=tuple(_fields(operation.schema.node)),
        examples=tuple(examples),
        known=_known(operation),
        envelopes=tuple(_envelopes(operation)),
        hash=_hash(contract, operation),
        samples={role: tuple(s for s in written if (s.operation, s.role) == (operation.id, role)) for role in ROLES},
    )


def _known(operation: Operation) -> str:
    """The example's session, as far as it can be written as name=value."""
    texts = {f.name: operation.example[f.name] for f in operation.required if f.is_string and not f.secret}
    return ",".join(f"{name}={text}" for name, text in texts.items() if text and "," not in str(text))


def _setting_of(role: str) -> str:
    return next((option.flag for option in Settings.options() if option.flag == f"--{role}"), "")


def _request_examples(operation: Operation, node: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    content = node.get("requestBody", {}).get("content", {}).get(operation.media_type, {})
    for name, body in operation.examples.items():
        summary = content.get("examples", {}).get(name, {}).get("summary", "")
        yield name, str(summary), json_text(body), compact(dict(body))


def _fields(node: Mapping[str, Any], prefix: str = "") -> Iterator[FieldRow]:
    required = node.get("required", ())
    for name, child in node.get("properties", {}).items():
        nested = bool(child.get("properties"))
        example = child.get("example")
        yield FieldRow(
            path=prefix + name,
            type=str(child.get("type", "any")),
            required=name in required,
            limits=limits(child),
            description=str(child.get("description", "")),
            example="" if nested or example is None else json_text(example, indent=None),
            readings=tuple(child.get("x-reading", ())),
            rules=tuple(filter(None, [child.get("x-rule")])),
        )
        yield from _fields(child, f"{prefix}{name}.")
    for part in node.get("allOf", ()):
        yield from _fields(part, prefix)


def _envelopes(operation: Operation) -> Iterator[EnvelopeRow]:
    groups: dict[str, list[Envelope]] = {}
    for envelope in operation.envelopes:
        groups.setdefault(json_text(envelope.schema.node, indent=None), []).append(envelope)
    for group in groups.values():
        first = group[0]
        success = first.status.startswith("2")
        bodies = [answer.body for answer in operation.answers if answer.is_success == success]
        yield EnvelopeRow(
            title="Accepted" if success else "Refused",
            statuses=", ".join(envelope.status for envelope in group),
            media_type=first.media_type,
            description=str(first.schema.node.get("description", "")),
            fields=tuple(_fields(first.schema.node)),
            example=json_text(bodies[0]) if bodies else "",
        )


def _hash(contract: Contract, operation: Operation) -> HashView | None:
    entry = operation.request_hash
    if entry is None:
        return None
    scheme, worked = entry.scheme, entry.worked_example
    joint = f"joined by {scheme.secret_joint}" if scheme.secret_joint else "with nothing between"
    place = {"end": f"at the end, {joint}", "start": f"at the start, {joint}"}.get(
        scheme.secret_place, "the key of an HMAC"
    )
    knobs = {
        "fields signed": f"{scheme.fields} string fields at the top of the body, {entry.field} itself left out",
        "empty fields": "left out" if scheme.empties == "drop" else "kept, as name=",
        "escaping": "none, names and values as they are"
        if scheme.escape == "none"
        else "form-encoded names and values",
        "query credentials": "signed too" if scheme.credentials else "not signed",
        "between the pairs": scheme.join,
        "the secret": place,
        "digest": f"{scheme.digest.upper()} over UTF-8, {scheme.case}-case hexadecimal digits; either case is accepted",
    }
    node = contract.raw["paths"][operation.path][operation.method.lower()]
    named = {name: summary or name for name, summary, _, _ in _request_examples(operation, node)}
    readings = tuple(operation.by_name[entry.field].schema.node.get("x-reading", ()))
    firm = readings and all(contract.readings[id].is_documented for id in readings if id in contract.readings)
    return HashView(
        field=entry.field,
        scheme=scheme.name,
        summary=scheme.summary,
        knobs=tuple(knobs.items()),
        secret=str(worked.get("secret", "")),
        standing="documented" if firm else "assumed",
        example=named.get(str(worked.get("body")), next(iter(named.values()), "")),
        body=json_text(operation.examples.get(str(worked.get("body")), operation.example)),
        text=str(worked.get("string-to-sign", "")),
        hash=str(worked.get("hash", "")),
        readings=readings,
    )
