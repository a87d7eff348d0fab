"""Schemas of the document: OpenAPI 3.0's dialect turned into JSON Schema, and values judged against it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import jsonschema_rs

from spec.errors import DocumentError

Kind = Literal["missing", "type", "empty", "value"]
Path = tuple[str | int, ...]

#: each way to break a schema -> the fault of `x-faults` that it is
VIOLATION_FAULTS: Mapping[Kind, str] = {
    "missing": "missing-field",
    "type": "wrong-type",
    "empty": "empty-field",
    "value": "invalid-value",
}

_EMPTY_LIMITS = {"minLength", "minItems", "minProperties"}
_SAYS_NOTHING = {"title", "description", "example", "default", "nullable", "deprecated", "readOnly", "writeOnly"}
_OBJECT_ALONE = {"type", "properties", "required"}
_VALUE_ALONE = {"type", "enum", "format", "pattern", "minLength", "maxLength", "minimum", "maximum"}


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a value breaks its schema."""

    kind: Kind
    path: Path  # of the value that is wrong, or of the property that is missing
    rule: str  # the nearest x-rule of the schema; empty if there is none
    message: str
    holder_rule: str = (
        ""  # of a property that is missing: the rule of the part that lacks it, where that is not the whole
    )

    @property
    def field(self) -> str:
        """The top-level property concerned; empty when the value as a whole is wrong."""
        return str(self.path[0]) if self.path else ""

    @property
    def pointer(self) -> str:
        """RFC 6901 pointer of what is wrong."""
        return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in self.path)


class Schema:
    """One schema of the document, with its references resolved."""

    def __init__(self, node: Mapping[str, Any]) -> None:
        self.node = dict(node)

    @cached_property
    def properties(self) -> dict[str, dict[str, Any]]:
        """The properties at the top, those of `allOf` parts included."""
        found: dict[str, dict[str, Any]] = {}
        for part in _parts(self.node):
            found.update(part.get("properties", {}))
        return found

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names of the properties that must be there, in the document's order."""
        return tuple(dict.fromkeys(name for part in _parts(self.node) for name in part.get("required", ())))

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft4Validator:
        return jsonschema_rs.Draft4Validator(to_json_schema(self.node), validate_formats=True)

    def is_valid(self, value: Any) -> bool:
        """Whether the value keeps every limit; a value that cannot be represented as JSON does not."""
        try:
            return bool(self._validator.is_valid(value))
        except (ValueError, OverflowError):
            return False

    def _says_only(self, keywords: set[str]) -> bool:
        return all(key in keywords or key in _SAYS_NOTHING or key.startswith("x-") for key in self.node)

    @cached_property
    def _children(self) -> dict[str, "Schema"] | None:
        """The properties as schemas of their own, if all that the whole says is which there are; else None."""
        if self.node.get("type") != "object" or not self._says_only(_OBJECT_ALONE):
            return None
        rule = {"x-rule": self.node["x-rule"]} if "x-rule" in self.node else {}
        return {name: Schema({**rule, **child}) for name, child in self.properties.items()}

    @cached_property
    def _is_simple(self) -> bool:
        return self._says_only(_VALUE_ALONE)

    def violations(self, value: Any) -> tuple[Violation, ...]:
        """Every way in which a JSON value breaks this schema, in the order of the document."""
        try:
            return tuple(self._violations(value))
        except (ValueError, OverflowError) as error:
            return (Violation("value", (), self.node.get("x-rule", ""), f"not a JSON value: {error}"),)

    def _violations(self, value: Any, at: Path = ()) -> Iterator[Violation]:
        """Part by part where the schema can be taken apart: the validator's list of errors takes it much longer."""
        children = self._children
        if children is not None and isinstance(value, dict):
            holder = str(self.node.get("x-rule", "")) if at else ""
            for name in self.required:
                if name not in value:
                    rule = self._rule_at(["properties", name])
                    message = f"{json.dumps(name)} is a required property"
                    yield Violation("missing", (*at, name), rule, message, holder)
            for name, child in children.items():
                if name in value and not child.is_valid(value[name]):
                    yield from child._violations(value[name], (*at, name))
        elif self._is_simple:
            for error in self._validator.evaluate(value).errors():
                keyword = error["schemaLocation"].rpartition("/")[2]
                kind: Kind = "type" if keyword == "type" else "value"
                if keyword in _EMPTY_LIMITS and not value:
                    kind = "empty"
                yield Violation(kind, at, str(self.node.get("x-rule", "")), error["error"])
        else:
            yield from self._validated(value, at)

    def _validated(self, value: Any, at: Path) -> Iterator[Violation]:
        for error in self._validator.iter_errors(value):
            path: Path = (*at, *error.instance_path)
            schema_path = list(error.schema_path)
            keyword = str(schema_path[-1]) if schema_path else ""
            kind: Kind = "value"
            holder = ""
            if error.kind.name == "required":
                missing = str(error.kind.as_dict()["property"])
                holder = self._rule_at(schema_path) if path else ""
                path, kind = (*path, missing), "missing"
                schema_path[-1:] = ["properties", missing]
            elif keyword == "type":
                kind = "type"
            elif keyword in _EMPTY_LIMITS and not error.instance:
                kind = "empty"
            yield Violation(kind, path, self._rule_at(schema_path), error.message, holder)

    def _rule_at(self, schema_path: list[str | int]) -> str:
        node: Any = self.node
        rule = str(self.node.get("x-rule", ""))
        for part in schema_path:
            try:
                node = node[part]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(node, dict):
                rule = str(node.get("x-rule", rule))
        return rule

    def find_role(self, role: str) -> Path | None:
        """The path of the property that carries `x-role: role`, or None."""
        return _find_role(self.node, role)


def _parts(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for part in node.get("allOf", ()):
        yield from _parts(part)


def _find_role(node: Mapping[str, Any], role: str) -> Path | None:
    for part in _parts(node):
        for name, child in part.get("properties", {}).items():
            if child.get("x-role") == role:
                return (name,)
            deeper = _find_role(child, role)
            if deeper:
                return (name, *deeper)
    return None


def resolve(document: Mapping[str, Any], node: Any, seen: tuple[str, ...] = ()) -> Any:
    """A copy of a node with every local `$ref` replaced by what it points to.

    Raises DocumentError for a reference that leads nowhere, outside the document or back to itself.
    """
    if isinstance(node, list):
        return [resolve(document, item, seen) for item in node]
    if not isinstance(node, Mapping):
        return node
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return {key: resolve(document, value, seen) for key, value in node.items()}
    if reference in seen:
        raise DocumentError("a schema refers to itself, which the kit cannot read", where=reference)
    return resolve(document, look_up(document, reference), (*seen, reference))


def look_up(document: Mapping[str, Any], reference: str) -> Any:
    """What a local reference such as `#/components/schemas/Name` points to; DocumentError if there is nothing."""
    if not reference.startswith("#/"):
        raise DocumentError("a reference leads out of the document", expected="#/…", got=reference)
    node: Any = document
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, Mapping) or key not in node:
            raise DocumentError("a reference leads nowhere", got=reference)
        node = node[key]
    return node


def to_json_schema(node: Any) -> Any:
    """OpenAPI 3.0's dialect as JSON Schema draft 4: `nullable` becomes a type; x- keys and examples stay out."""
    if isinstance(node, list):
        return [to_json_schema(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    result: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            result[key] = {name: to_json_schema(child) for name, child in value.items()}
        elif key in ("enum", "required", "default"):
            result[key] = value
        elif key not in ("example", "nullable", "discriminator", "xml", "deprecated") and not key.startswith("x-"):
            result[key] = to_json_schema(value)
    if node.get("nullable") and isinstance(node.get("type"), str):
        result["type"] = [node["type"], "null"]
    return result


def value_at(value: Any, path: Path) -> Any:
    """What stands at a path of keys in a JSON value; None where it leads nowhere."""
    for part in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(str(part))
    return value


def json_type(value: Any) -> str:
    """The JSON name of a value's type, for messages."""
    names = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def compact(value: Any) -> str:
    """JSON text of a value without spaces, for messages and bodies; any Unicode is kept as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
