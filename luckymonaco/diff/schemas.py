"""Changes of shapes. What is received must be accepted and checked; what is answered must keep within the limits."""

from collections.abc import Iterator, Mapping
from typing import Any

from luckymonaco.diff.change import Change, added, breaking, compatible, gone, kept
from luckymonaco.diff.shape import Shape, shape
from spec import Envelope, Operation
from spec.schema import compact

_LOWER = ("minLength", "minimum", "minItems", "minProperties")  # a higher value is stricter
_UPPER = ("maxLength", "maximum", "maxItems", "maxProperties")  # a lower value is stricter
_PARTS = ("properties", "required", "items")  # compared piece by piece
_ABSENT = {"nullable": "false", "uniqueItems": "false", "exclusiveMinimum": "false", "exclusiveMaximum": "false"}
_ABSENT |= {"additionalProperties": "anything", "type": "any"}


def received(where: str, old: Operation, new: Operation) -> Iterator[Change]:
    """Of a notification, what changes presence or limits is breaking: one side or the other refuses. Growth is not."""
    yield from _received(where, "", shape(old.schema.node), shape(new.schema.node))
    for name, was, now in kept(old.by_name, new.by_name):
        if was.description != now.description:
            yield compatible(where, f"The field {name} is described in other words.")


def _received(where: str, prefix: str, old: Shape, new: Shape) -> Iterator[Change]:
    what = f"The field {prefix.rstrip('.')}" if prefix else "The body"
    for key, was, now in _limits(old, new):
        text = f"{what}: {key} is {_shown(key, now)}, it was {_shown(key, was)}."
        yield breaking(where, text, "Accept and refuse by the new limit.")
    before, after = old.get("properties", {}), new.get("properties", {})
    needed_before, needed_after = old.get("required", ()), new.get("required", ())
    for name, _ in gone(before, after):
        if name in needed_before:
            yield breaking(where, f"The field {prefix}{name} is no longer sent.", "Stop asking for it.")
        else:
            yield compatible(where, f"The optional field {prefix}{name} is no longer sent.")
    for name, _ in added(before, after):
        if name in needed_after:
            yield breaking(where, f"The field {prefix}{name} is new and required.", "Refuse notifications without it.")
        else:
            # D18: who ignores fields that are not listed goes on keeping the contract; that is how the method can grow.
            text = f"The field {prefix}{name} is new and optional."
            yield compatible(where, text, "It may be ignored; who uses it checks its type.")
    for name, was, now in kept(before, after):
        if name in needed_before and name not in needed_after:
            yield breaking(where, f"The field {prefix}{name} is optional now.", "Accept notifications without it.")
        if name in needed_after and name not in needed_before:
            yield breaking(where, f"The field {prefix}{name} is required now.", "Refuse notifications without it.")
        yield from _received(where, f"{prefix}{name}.", was, now)
    if "items" in old or "items" in new:
        yield from _received(where, f"{prefix.rstrip('.')}[].", old.get("items", {}), new.get("items", {}))


def answered(where: str, old: Envelope, new: Envelope) -> Iterator[Change]:
    """Of an answer's shape, only what got stricter is breaking."""
    yield from _answered(where, "", shape(old.schema.node), shape(new.schema.node))


def _answered(where: str, prefix: str, old: Shape, new: Shape) -> Iterator[Change]:
    name = prefix.rstrip(".") or "the body"
    for key, was, now in _limits(old, new):
        text = f"In answers, {name}: {key} is {_shown(key, now)}, it was {_shown(key, was)}."
        if _stricter(key, was, now):
            yield breaking(where, text, "Keep within the new limit.")
        else:
            yield compatible(where, text)
    before, after = old.get("properties", {}), new.get("properties", {})
    needed_before, needed_after = old.get("required", ()), new.get("required", ())
    for field in sorted(set(needed_after) - set(needed_before)):
        yield breaking(where, f"In answers, {prefix}{field} is required now.", "Send it.")
    for field in sorted(set(needed_before) - set(needed_after)):
        yield compatible(where, f"In answers, {prefix}{field} is no longer required.")
    for field, _ in added(before, after):
        if field not in needed_after:
            yield compatible(where, f"In answers, {prefix}{field} is described, and optional.")
    for field, _ in gone(before, after):
        if field not in needed_before:
            yield compatible(where, f"In answers, {prefix}{field} is no longer described.")
    for field, was_node, now_node in kept(before, after):
        yield from _answered(where, f"{prefix}{field}.", was_node, now_node)
    if "items" in old or "items" in new:
        yield from _answered(where, f"{prefix.rstrip('.')}[].", old.get("items", {}), new.get("items", {}))


def _limits(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in dict.fromkeys([*old, *new]):
        if key not in _PARTS and old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _stricter(key: str, was: Any, now: Any) -> bool:
    if key == "nullable":
        return not now
    if now is None or was is None:
        return now is not None
    if key in _LOWER:
        return bool(now > was)
    if key in _UPPER:
        return bool(now < was)
    if key == "enum":
        return any(value not in now for value in was)
    return (was, now) != ("integer", "number")


def _shown(key: str, value: Any) -> str:
    return _ABSENT.get(key, "unlimited") if value is None else value if isinstance(value, str) else compact(value)
