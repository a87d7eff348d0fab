"""Changes of shapes. What is received must be accepted and checked; what is answered must keep within the limits."""

from collections.abc import Iterator, Mapping
from typing import Any

from luckymonaco.diff.change import Change, added, breaking, compatible, gone, kept
from spec import Envelope, Field, Operation
from spec.schema import compact

_LOWER = ("minLength", "minimum", "minItems", "minProperties")  # a higher value is stricter
_UPPER = ("maxLength", "maximum", "maxItems", "maxProperties")  # a lower value is stricter
_LIMITS = (*_LOWER, *_UPPER, "type", "format", "pattern", "enum", "nullable")


def received(where: str, old: Operation, new: Operation) -> Iterator[Change]:
    """Of a notification's fields, any change of presence or limits is breaking: one side or the other refuses."""
    before: Mapping[str, Field] = old.by_name
    after: Mapping[str, Field] = new.by_name
    for name, field in gone(before, after):
        if field.required:
            yield breaking(where, f"The field {name} is no longer sent.", "Stop asking for it.")
        else:
            yield compatible(where, f"The optional field {name} is no longer sent.")
    for name, field in added(before, after):
        if field.required:
            yield breaking(where, f"The field {name} is new and required.", "Refuse notifications without it.")
        else:
            yield breaking(where, f"The field {name} is new and optional.", "Refuse it where its type is wrong.")
    for name, was, now in kept(before, after):
        if was.required and not now.required:
            yield breaking(where, f"The field {name} is optional now.", "Accept notifications without it.")
        if now.required and not was.required:
            yield breaking(where, f"The field {name} is required now.", "Refuse notifications without it.")
        for key, before_limit, after_limit in _limits(was.schema.node, now.schema.node):
            text = f"The field {name}: {key} is {_shown(after_limit)}, it was {_shown(before_limit)}."
            yield breaking(where, text, "Accept and refuse by the new limit.")
        if was.description != now.description:
            yield compatible(where, f"The field {name} is described in other words.")


def answered(where: str, old: Envelope, new: Envelope) -> Iterator[Change]:
    """Of an answer's shape, only what got stricter is breaking."""
    yield from _shape(where, "", old.schema.node, new.schema.node)


def _shape(where: str, prefix: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    name = prefix.rstrip(".") or "the body"
    for key, was, now in _limits(old, new):
        text = f"In answers, {name}: {key} is {_shown(now)}, it was {_shown(was)}."
        if _stricter(key, was, now):
            yield breaking(where, text, "Keep within the new limit.")
        else:
            yield compatible(where, text)
    for field in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield breaking(where, f"In answers, {prefix}{field} is required now.", "Send it.")
    for field in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        yield compatible(where, f"In answers, {prefix}{field} is no longer required.")
    for field, was_node, now_node in kept(old.get("properties", {}), new.get("properties", {})):
        yield from _shape(where, f"{prefix}{field}.", was_node, now_node)


def _limits(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in _LIMITS:
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _stricter(key: str, was: Any, now: Any) -> bool:
    if now is None:
        return False
    if was is None:
        return key != "nullable"
    if key in _LOWER:
        return bool(now > was)
    if key in _UPPER:
        return bool(now < was)
    if key == "enum":
        return any(value not in now for value in was)
    return key != "nullable" or not now


def _shown(value: Any) -> str:
    return "unlimited" if value is None else value if isinstance(value, str) else compact(value)
