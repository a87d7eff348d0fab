"""Changes of what the kit itself does not send, but operators read: parameters, other media types and credentials."""

from collections.abc import Iterator, Mapping
from typing import Any

from luckymonaco.diff.change import Change, added, breaking, compatible, gone, kept
from luckymonaco.diff.shape import shape
from spec import Contract, Operation
from spec.schema import resolve


def beside(where: str, old: tuple[Contract, Operation], new: tuple[Contract, Operation]) -> Iterator[Change]:
    """Changes of one operation beside its body, its first media type and its first set of credentials."""
    before, after = _node(*old), _node(*new)
    yield from _parameters(where, before["parameters"], after["parameters"])
    for name, _ in added(before["media"], after["media"]):
        yield breaking(where, f"The body may also be sent as {name}.", "Read that too.")
    for name, _ in gone(before["media"], after["media"]):
        yield compatible(where, f"The body is no longer sent as {name}.")
    for name, _ in added(before["alternatives"], after["alternatives"]):
        yield breaking(where, f"The credentials may also be {name}.", "Accept them too.")
    for name, _ in gone(before["alternatives"], after["alternatives"]):
        yield breaking(where, f"The credentials may no longer be {name}.", "Refuse them.")


def _parameters(where: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name, parameter in gone(before, after):
        make = breaking if parameter.get("required") else compatible
        yield make(where, f"The parameter {name} is no longer sent.")
    for name, parameter in added(before, after):
        if parameter.get("required"):
            yield breaking(where, f"The parameter {name} is new and required.", "Check it.")
        else:
            yield compatible(where, f"The parameter {name} is new and optional.", "It may be ignored.")
    for name, was, now in kept(before, after):
        limits = [shape(item.get("schema", {})) for item in (was, now)]
        if limits[0] != limits[1] or was.get("required") != now.get("required"):
            yield breaking(where, f"The parameter {name} has other limits.", "Accept and refuse by the new ones.")


def _node(contract: Contract, operation: Operation) -> Mapping[str, Mapping[str, Any]]:
    item = contract.raw["paths"][operation.path]
    node = item[operation.method.lower()]
    parameters = resolve(contract.raw, [*item.get("parameters", ()), *node.get("parameters", ())])
    body = resolve(contract.raw, node.get("requestBody", {}))
    schemes = contract.raw.get("components", {}).get("securitySchemes", {})
    sets = node.get("security", contract.raw.get("security", ()))
    others = [" and ".join(_credential(schemes.get(name, {}), name) for name in one) or "none" for one in sets[1:]]
    return {
        "parameters": {f"{parameter['name']} in the {parameter['in']}": parameter for parameter in parameters},
        "media": dict(list(body.get("content", {}).items())[1:]),
        "alternatives": dict.fromkeys(others),
    }


def _credential(scheme: Mapping[str, Any], name: str) -> str:
    return f"{scheme.get('name', name)} in the {scheme['in']}" if "in" in scheme else name
