"""Laws of examples: each is valid against its schema, and the worked example of the request hash computes."""

from collections.abc import Iterator, Mapping
from typing import Any

from spec.document import Trail
from spec.errors import DocumentError
from spec.lint.finding import Draft, Finding
from spec.read_operation import METHODS
from spec.request_hash import HashScheme, read_schemes
from spec.schema import Schema, compact, resolve


def valid_examples(draft: Draft) -> Iterator[Finding]:
    """Every example of a message, a header and a schema keeps the limits of the schema beside it."""
    for trail, node in draft.nodes():
        if trail[-1:] == ("properties",) or (trail and trail[0].startswith("x-")):
            continue
        schema = _schema_beside(draft, node)
        if schema is None:
            continue
        for extra, value in _values(node):
            for violation in schema.violations(value):
                where = f"{violation.pointer}: " if violation.pointer else ""
                yield draft.finding(
                    (*trail, *extra),
                    "example",
                    f"an example breaks its schema: {where}{violation.message}",
                    got=compact(value)[:120],
                )


def worked_hash(draft: Draft) -> Iterator[Finding]:
    """The worked example gives the string and the hash that it states, so that both sides are pinned by it."""
    try:
        schemes = read_schemes(draft.section("x-hash-schemes"))
    except DocumentError as error:
        yield draft.finding(("x-hash-schemes",), "worked-hash", str(error))
        return
    for trail, content in _request_contents(draft):
        schema = Schema(resolve(draft.raw, content.get("schema", {})))
        for name, field in schema.properties.items():
            if isinstance(field.get("x-request-hash"), Mapping):
                yield from _worked(draft, (*trail, "schema"), content, name, schema, schemes)


def _worked(
    draft: Draft,
    trail: Trail,
    content: Mapping[str, Any],
    name: str,
    schema: Schema,
    schemes: Mapping[str, HashScheme],
) -> Iterator[Finding]:
    entry = schema.properties[name]["x-request-hash"]
    place = _place_of_hash(draft) or trail
    scheme = schemes.get(str(entry.get("default-scheme")))
    if scheme is None:
        got = str(entry.get("default-scheme"))
        yield draft.finding(place, "worked-hash", "unknown hash scheme", expected=", ".join(schemes), got=got)
        return
    worked = entry.get("worked-example")
    if not isinstance(worked, Mapping):
        yield draft.finding(place, "worked-hash", f"nothing pins how {name} is computed", expected="a worked-example")
        return
    body = content.get("examples", {}).get(worked.get("body"), {}).get("value")
    if not isinstance(body, Mapping):
        known = ", ".join(content.get("examples", {}))
        got = str(worked.get("body"))
        yield draft.finding(place, "worked-hash", "no request example of this name", expected=known, got=got)
        return
    secret, listed = str(worked.get("secret", "")), frozenset(schema.properties)
    text = scheme.string_to_sign(scheme.pairs(body, name, listed, {}), secret)
    computed = scheme.compute(body, secret, hash_field=name, listed=listed)
    for key, value in (("string-to-sign", text), ("hash", computed)):
        if worked.get(key) != value:
            what = f"the worked example's {key} is not what {scheme.name} gives"
            yield draft.finding(
                (*place, "worked-example", key), "worked-hash", what, expected=value, got=str(worked.get(key))
            )


def _place_of_hash(draft: Draft) -> Trail | None:
    return next(((*trail, "x-request-hash") for trail, node in draft.nodes() if "x-request-hash" in node), None)


def _request_contents(draft: Draft) -> Iterator[tuple[Trail, Mapping[str, Any]]]:
    for path, item in draft.section("paths").items():
        for method in METHODS:
            operation = item.get(method) if isinstance(item, Mapping) else None
            if operation:
                body = resolve(draft.raw, operation.get("requestBody", {}))
                for media_type, content in body.get("content", {}).items():
                    yield (path, method, "requestBody", "content", media_type), content


def _schema_beside(draft: Draft, node: Mapping[str, Any]) -> Schema | None:
    if "example" not in node and "examples" not in node:
        return None
    try:
        if isinstance(node.get("schema"), Mapping):
            return Schema(resolve(draft.raw, node["schema"]))
        if any(key in node for key in ("type", "allOf", "oneOf", "anyOf", "enum")):
            return Schema(resolve(draft.raw, node))
    except DocumentError:
        return None  # a reference that leads nowhere is a finding of the OpenAPI law
    return None


def _values(node: Mapping[str, Any]) -> Iterator[tuple[Trail, Any]]:
    if "example" in node:
        yield ("example",), node["example"]
    examples = node.get("examples")
    if isinstance(examples, Mapping):
        for name, entry in examples.items():
            if isinstance(entry, Mapping) and "value" in entry:
                yield ("examples", str(name), "value"), entry["value"]
