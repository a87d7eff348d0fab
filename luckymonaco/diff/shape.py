"""A schema as far as it limits values: wording, order and spelling that change nothing are taken out of it."""

from collections.abc import Mapping
from typing import Any

from spec.schema import compact

_WORDS = ("description", "title", "example", "default", "deprecated", "readOnly", "writeOnly", "externalDocs", "xml")
_NOTHING: tuple[tuple[str, Any], ...] = (
    ("nullable", False),
    ("uniqueItems", False),
    ("exclusiveMinimum", False),
    ("exclusiveMaximum", False),
    ("minLength", 0),
    ("minItems", 0),
    ("minProperties", 0),
    ("required", []),
    ("properties", {}),
    ("items", {}),
    ("additionalProperties", True),
    ("additionalProperties", {}),
)

Shape = Mapping[str, Any]


def shape(node: Mapping[str, Any]) -> Shape:
    """What is left of a schema when all that limits nothing is gone; parts of `allOf` are put together."""
    found: dict[str, Any] = {}
    for key, value in _together(node).items():
        if key in _WORDS or key == "discriminator" or key.startswith("x-"):
            continue
        plain = _plain(key, value)
        if not any(key == name and type(plain) is type(nothing) and plain == nothing for name, nothing in _NOTHING):
            found[key] = plain
    return found


def _plain(key: str, value: Any) -> Any:
    match key:
        case "properties" | "patternProperties":
            return {name: shape(child) for name, child in value.items()}
        case "allOf" | "anyOf" | "oneOf":
            return sorted((shape(child) for child in value), key=compact)
        case "items" | "not" | "additionalProperties" if isinstance(value, Mapping):
            return shape(value)
        case "required":
            return sorted(value)
        case "enum":
            return sorted(value, key=compact)
        case _:
            return value


def _together(node: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with its `allOf` written into it, as far as the parts do not contradict each other."""
    result = {key: value for key, value in node.items() if key != "allOf"}
    left = []
    for part in node.get("allOf", ()):
        own = _together(part)
        clashes = [
            key for key in own if key not in ("properties", "required") and own[key] != result.get(key, own[key])
        ]
        if any(key not in _WORDS and not key.startswith("x-") for key in clashes):
            left.append(part)
            continue
        properties = {**result.get("properties", {}), **own.pop("properties", {})}
        required = [*result.get("required", ()), *own.pop("required", ())]
        result = {**own, **result, "properties": properties, "required": list(dict.fromkeys(required))}
    return {**result, "allOf": left} if left else result
