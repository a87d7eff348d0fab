"""One path item of the document turned into an Operation; what OpenAPI leaves optional gets its default here."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from spec.document import Source
from spec.errors import DocumentError
from spec.model import CannedAnswer, Credential, Envelope, Field, Operation, RequestHash
from spec.request_hash import HashScheme
from spec.schema import Schema, resolve, value_at

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_SAMPLES: Mapping[str, Any] = {"integer": 1, "number": 1.5, "boolean": True, "array": [], "object": {}}
_FORMATS: Mapping[str, str] = {
    "uuid": "3f2b8c1e-5d47-4a9b-8e6f-0c1d2e3f4a5b",
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "email": "player@example.com",
    "uri": "https://example.com/",
    "ipv4": "127.0.0.1",
}


def read_operation(
    source: Source, raw: Mapping[str, Any], path: str, method: str, schemes: Mapping[str, HashScheme]
) -> Operation:
    """Build one operation; DocumentError names the line of what is missing."""
    trail = ["paths", path, method]
    node = resolve(raw, raw["paths"][path][method])
    media_type, content = _first(node.get("requestBody", {}).get("content", {}))
    if content is None:
        raise DocumentError(
            "an operation has no request body", where=source.place(trail), expected="requestBody/content"
        )
    schema = Schema(content.get("schema", {}))
    fields = tuple(_field(name, child, name in schema.required) for name, child in schema.properties.items())
    answers = tuple(answer for status, item in node["responses"].items() for answer in read_answers(str(status), item))
    if not any(answer.is_success for answer in answers):
        raise DocumentError(
            "an operation has no canned success",
            where=source.place([*trail, "responses"]),
            expected="an example under a 2XX",
        )
    return Operation(
        id=str(node.get("operationId") or f"{method}{path}"),
        path=path,
        method=method.upper(),
        summary=str(node.get("summary", "")),
        media_type=media_type,
        schema=schema,
        fields=fields,
        credentials=tuple(_credentials(source, raw, node, trail)),
        request_hash=_request_hash(source, schema, schemes),
        examples=MappingProxyType(_examples(content, fields)),
        envelopes=tuple(_envelopes(node["responses"])),
        answers=answers,
    )


def read_answers(status: str, response: Mapping[str, Any]) -> Iterator[CannedAnswer]:
    """The canned answers under one status; those under a range (4XX) are sent with its first status, or x-status."""
    for media_type, content in response.get("content", {}).items():
        schema = Schema(content.get("schema", {}))
        code_path = schema.find_role("code")
        examples = dict(content.get("examples", {}))
        if "example" in content:
            examples.setdefault(f"example-{status}", {"value": content["example"]})
        for name, entry in examples.items():
            if "value" not in entry:
                continue
            readings = tuple(entry.get("x-reading", ()))
            yield CannedAnswer(
                name=name,
                status=int(entry.get("x-status") or _concrete(status)),
                media_type=media_type,
                body=entry["value"],
                headers=MappingProxyType(_headers(response)),
                faults=tuple(entry.get("x-fault", ())),
                summary=str(entry.get("summary", "")),
                standing="documented" if entry.get("x-standing") == "documented" else "assumed",
                readings=readings,
                code=str(value_at(entry["value"], code_path) or "") if code_path else "",
            )


def _concrete(status: str) -> int:
    digits = status.upper().replace("X", "0")
    return int(digits) if digits.isdigit() else 500


def _headers(response: Mapping[str, Any]) -> dict[str, str]:
    declared = response.get("headers", {})
    return {name: str(header["example"]) for name, header in declared.items() if "example" in header}


def _first(content: Mapping[str, Any]) -> tuple[str, Any]:
    return next(iter(content.items()), ("", None))


def _field(name: str, node: Mapping[str, Any], required: bool) -> Field:
    return Field(
        name=name,
        schema=Schema(node),
        required=required,
        secret=bool(node.get("x-secret")),
        fresh=bool(node.get("x-fresh")),
        session_id=bool(node.get("x-session-id")),
        description=str(node.get("description", "")),
        example=_sample(node),
    )


def _sample(node: Mapping[str, Any]) -> Any:
    for key in ("example", "default"):
        if key in node:
            return node[key]
    if node.get("enum"):
        return node["enum"][0]
    kind = node.get("type", "string")
    if kind == "string":
        sample = _FORMATS.get(str(node.get("format")), "example")
        return sample.ljust(int(node.get("minLength", 0)), "e")[: node.get("maxLength")]
    if kind == "object":
        return {
            name: _sample(node["properties"][name]) for name in node.get("required", ()) if name in node["properties"]
        }
    if kind in ("integer", "number") and "minimum" in node:
        return node["minimum"]
    return _SAMPLES.get(kind)


def _examples(content: Mapping[str, Any], fields: tuple[Field, ...]) -> dict[str, dict[str, Any]]:
    """The named notifications, required fields that an example forgot filled in from the fields' own examples."""
    named = {name: entry.get("value") for name, entry in content.get("examples", {}).items()}
    if "example" in content:
        named.setdefault("example", content["example"])
    if not named:
        named["example"] = content.get("schema", {}).get("example", {})
    fill = {field.name: field.example for field in fields if field.required}
    return {name: {**fill, **value} for name, value in named.items() if isinstance(value, Mapping)}


def _envelopes(responses: Mapping[str, Any]) -> Iterator[Envelope]:
    for status, response in responses.items():
        media_type, content = _first(response.get("content", {}))
        if content is not None:
            yield Envelope(str(status), media_type, Schema(content.get("schema", {})))


def _credentials(
    source: Source, raw: Mapping[str, Any], node: Mapping[str, Any], trail: list[str]
) -> Iterator[Credential]:
    requirements = node.get("security", raw.get("security", []))
    schemes = raw.get("components", {}).get("securitySchemes", {})
    for name in requirements[0] if requirements else ():
        scheme = resolve(raw, schemes.get(name, {}))
        if scheme.get("type") != "apiKey":
            raise DocumentError(
                "a security scheme the kit cannot send",
                where=source.place([*trail, "security"]),
                expected="an apiKey scheme of components/securitySchemes",
                got=name,
            )
        yield Credential(
            name=scheme["name"],
            location=scheme["in"],
            role=str(scheme.get("x-credential", name)),
            scheme=name,
            demo=str(scheme.get("x-demo", "demo")),
            secret=bool(scheme.get("x-secret")),
            description=str(scheme.get("description", "")),
        )


def _request_hash(source: Source, schema: Schema, schemes: Mapping[str, HashScheme]) -> RequestHash | None:
    for name, node in schema.properties.items():
        entry = node.get("x-request-hash")
        if entry:
            chosen = entry.get("default-scheme")
            if chosen not in schemes:
                raise DocumentError(
                    "the request hash names an unknown scheme",
                    where=str(source.path),
                    expected=", ".join(schemes) or "an entry under x-hash-schemes",
                    got=str(chosen),
                )
            return RequestHash(name, schemes[chosen], MappingProxyType(dict(entry.get("worked-example", {}))))
    return None
