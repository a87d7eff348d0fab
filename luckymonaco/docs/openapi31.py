"""The document as OpenAPI 3.1, each operation as a webhook: that is what it is from the provider's side."""

from collections.abc import Mapping
from typing import Any

from spec.read_operation import METHODS

_SCHEMA_MAPS = ("properties", "patternProperties")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf")
_SCHEMAS = ("items", "not", "additionalProperties")


def to_webhooks(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The 3.1 edition: `paths` become `webhooks` under their operation ids, schemas are JSON Schema 2020-12."""
    edition: dict[str, Any] = {"openapi": "3.1.0"}
    for key, value in raw.items():
        if key == "paths":
            edition["webhooks"] = _webhooks(value)
        elif key == "components":
            edition[key] = {
                name: {id: _schema(node) for id, node in section.items()} if name == "schemas" else _convert(section)
                for name, section in value.items()
            }
        elif key != "openapi":
            edition[key] = value
    return edition


def _webhooks(paths: Mapping[str, Any]) -> dict[str, Any]:
    webhooks = {}
    for path, item in paths.items():
        for method in METHODS:
            if method in item:
                shared = {key: value for key, value in item.items() if key not in METHODS}
                name = str(item[method].get("operationId") or f"{method}{path}")
                webhooks[name] = {**shared, "x-path": path, method: _convert(item[method])}
    return webhooks


def _convert(node: Any) -> Any:
    if isinstance(node, list):
        return [_convert(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: _schema(value) if key == "schema" else value if key in ("example", "value") else _convert(value)
        for key, value in node.items()
    }


def _schema(node: Any) -> Any:  # noqa: PLR0912 - one branch for each keyword that changed
    if not isinstance(node, Mapping):
        return node  # additionalProperties: true
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key in _SCHEMA_MAPS:
            result[key] = {name: _schema(child) for name, child in value.items()}
        elif key in _SCHEMA_LISTS:
            result[key] = [_schema(child) for child in value]
        elif key in _SCHEMAS:
            result[key] = _schema(value)
        elif key == "example":
            result["examples"] = [value]
        elif key == "nullable":
            continue
        elif key in ("exclusiveMinimum", "exclusiveMaximum"):
            if value:
                limit = "minimum" if key == "exclusiveMinimum" else "maximum"
                result[key] = node[limit]
                result.pop(limit, None)
        elif key in ("minimum", "maximum") and node.get(f"exclusive{key.capitalize()}"):
            continue
        else:
            result[key] = value
    if node.get("nullable") and isinstance(node.get("type"), str):
        result["type"] = [node["type"], "null"]
        if "enum" in node and None not in node["enum"]:
            result["enum"] = [*node["enum"], None]
    return result
