"""The document as OpenAPI 3.1, each operation as a webhook: that is what it is from the provider's side."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from spec.read_operation import METHODS

# Keys of OpenAPI whose values are maps from names to objects: a name is never a keyword.
_MAPS = ("headers", "content", "responses", "parameters", "requestBodies", "encoding", "links", "pathItems")
_AS_THEY_ARE = ("example", "examples", "value", "securitySchemes", "security", "variables")

# Keys of a schema that hold schemas.
_SCHEMA_MAPS = ("properties", "patternProperties")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf")
_SCHEMAS = ("items", "not", "additionalProperties")

_Moved = Mapping[str, str]  # where a path item was -> where it is now


def to_webhooks(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The 3.1 edition: `paths` become `webhooks` under their operation ids, schemas are JSON Schema 2020-12."""
    named = [(_name(path, method, item), path, method, item) for path, method, item in _operations(raw["paths"])]
    moved = {f"#/paths/{_part(path)}/{method}": f"#/webhooks/{_part(name)}/{method}" for name, path, method, _ in named}
    edition: dict[str, Any] = {"openapi": "3.1.0"}
    for key, value in raw.items():
        if key == "paths":
            edition["webhooks"] = {name: _webhook(path, method, item, moved) for name, path, method, item in named}
        elif key == "components":
            edition[key] = {name: _section(name, section, moved) for name, section in value.items()}
        elif key != "openapi":
            edition[key] = value
    return edition


def _operations(paths: Mapping[str, Any]) -> list[tuple[str, str, Mapping[str, Any]]]:
    items = [(path, item) for path, item in paths.items() if isinstance(item, Mapping)]
    return [(path, method, item) for path, item in items for method in METHODS if method in item]


def _name(path: str, method: str, item: Mapping[str, Any]) -> str:
    return str(item[method].get("operationId") or f"{method}{path}")


def _webhook(path: str, method: str, item: Mapping[str, Any], moved: _Moved) -> dict[str, Any]:
    shared = {key: value for key, value in item.items() if key not in METHODS}
    return {**_convert(shared, moved), "x-path": path, method: _convert(item[method], moved)}


def _section(name: str, section: Mapping[str, Any], moved: _Moved) -> Any:
    if name in _AS_THEY_ARE:
        return section
    convert = _schema if name == "schemas" else _callback if name == "callbacks" else _convert
    return _each(partial(convert, moved=moved), section)


def _convert(node: Any, moved: _Moved) -> Any:
    if isinstance(node, list):
        return [_convert(item, moved) for item in node]
    if not isinstance(node, Mapping):
        return node
    if "$ref" in node:
        return _reference(node, moved)
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key in _AS_THEY_ARE or key.startswith("x-"):
            result[key] = value
        elif key == "schema":
            result[key] = _schema(value, moved)
        elif key == "operationRef":
            result[key] = _place(value, moved)
        elif key == "callbacks":
            result[key] = _each(partial(_callback, moved=moved), value)
        elif key in _MAPS and isinstance(value, Mapping):
            result[key] = _each(partial(_convert, moved=moved), value)
        else:
            result[key] = _convert(value, moved)
    return result


def _callback(node: Any, moved: _Moved) -> Any:
    return _reference(node, moved) if "$ref" in node else _each(partial(_convert, moved=moved), node)


def _each(convert: Callable[[Any], Any], section: Mapping[str, Any]) -> dict[str, Any]:
    return {name: convert(node) for name, node in section.items()}


def _reference(node: Mapping[str, Any], moved: _Moved) -> dict[str, Any]:
    """What stands beside a reference is ignored in 3.0, and would count in 3.1."""
    return {"$ref": _place(node["$ref"], moved)}


def _place(reference: str, moved: _Moved) -> str:
    for old, new in moved.items():
        if reference == old or reference.startswith(f"{old}/"):
            return new + reference[len(old) :]
    return reference


def _part(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _schema(node: Any, moved: _Moved) -> Any:
    if not isinstance(node, Mapping):
        return node  # additionalProperties: true
    if "$ref" in node:
        return _reference(node, moved)
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key in _SCHEMA_MAPS:
            result[key] = _each(partial(_schema, moved=moved), value)
        elif key in _SCHEMA_LISTS:
            result[key] = [_schema(child, moved) for child in value]
        elif key in _SCHEMAS:
            result[key] = _schema(value, moved)
        else:
            result.update(_keyword(key, value, node))
    return result


def _keyword(key: str, value: Any, node: Mapping[str, Any]) -> dict[str, Any]:
    """One keyword of a schema as 3.1 says it."""
    match key:
        case "example":
            return {"examples": [value]}
        case "nullable":
            return {}
        case "type":
            # Without a type, nullable says nothing; an enum that has no null refuses it all the same.
            return {key: [value, "null"] if node.get("nullable") else value}
        case "minimum" | "maximum":
            exclusive = f"exclusive{key.capitalize()}"
            return {exclusive if node.get(exclusive) is True else key: value}
        case "exclusiveMinimum" | "exclusiveMaximum":
            return {}
        case "format" if value == "binary":
            return {"contentMediaType": "application/octet-stream"}
        case "format" if value == "byte":
            return {"contentEncoding": "base64"}
        case _:
            return {key: value}
