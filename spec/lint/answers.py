"""Laws of canned answers: names, codes, standing, and one answer for each fault."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from spec.contract import Contract
from spec.document import Trail
from spec.errors import DocumentError
from spec.lint.finding import Draft, Finding
from spec.model import CannedAnswer
from spec.schema import Path, Schema, resolve, value_at

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110: what may stand unquoted in a Prefer header
_STANDINGS = ("documented", "assumed")


@dataclass(frozen=True, slots=True)
class _Canned:
    trail: Trail
    entry: Mapping[str, Any]
    code: str
    message: str
    model: str  # the schema's own example of a code: how codes are written


def answer_names(draft: Draft) -> Iterator[Finding]:
    """A name can be asked for in a Prefer header, and within one operation means one answer."""
    for canned in _canned(draft):
        name = canned.trail[-1]
        if not _TOKEN.fullmatch(name):
            got = name
            yield draft.finding(canned.trail, "answer-name", "an answer's name", expected="letters, digits, -", got=got)
    for path, item in draft.section("paths").items():
        for method, operation in item.items():
            yield from _twice(draft, ("paths", str(path), str(method)), operation)


def answer_standing(draft: Draft) -> Iterator[Finding]:
    """An answer is documented only where one of its readings is, at least in part."""
    readings = draft.section("x-readings")
    for canned in _canned(draft):
        standing = canned.entry.get("x-standing")
        trail = (*canned.trail, "x-standing")
        if standing is not None and standing not in _STANDINGS:
            yield draft.finding(
                trail, "standing", canned.trail[-1], expected=" or ".join(_STANDINGS), got=str(standing)
            )
        named = [readings.get(id, {}) for id in canned.entry.get("x-reading", ())]
        if standing == "documented" and not any("documented" in str(item.get("standing")) for item in named):
            what = f"{canned.trail[-1]} is called documented, and none of its readings is"
            yield draft.finding(trail, "standing", what, expected="a documented reading, or assumed")


def codes(draft: Draft) -> Iterator[Finding]:
    """A code is written like the schema's own example, has one message, and fits the kind of its answer's fault."""
    families, faults = draft.section("x-code-families"), draft.section("x-faults")
    meanings: dict[str, str] = {}
    for canned in _canned(draft):
        code, message, trail = canned.code, canned.message, (*canned.trail, "value")
        if not code:
            continue
        if canned.model and _shape(code) != _shape(canned.model):
            yield draft.finding(trail, "code", "a code's form", expected=f"one like {canned.model}", got=code)
        if meanings.setdefault(code, message) != message:
            what = f"{code} has two meanings"
            yield draft.finding(trail, "code", what, expected=meanings[code], got=message)
        family = code.partition(".")[0]
        if families and family not in families:
            expected = ", ".join(families)
            yield draft.finding(trail, "code", f"{code} is of no family", expected=expected, got=family)
            continue
        for fault in canned.entry.get("x-fault", ()):
            kind = faults.get(fault, {}).get("kind")
            kinds = families.get(family, {}).get("kinds", ())
            if families and kind and kind not in kinds:
                fitting = ", ".join(name for name, entry in families.items() if kind in entry.get("kinds", ()))
                what = f"{code} answers {fault}, a fault of the kind {kind}"
                yield draft.finding(trail, "code-family", what, expected=fitting or "a family", got=family)


def faults_known(draft: Draft) -> Iterator[Finding]:
    """An answer serves only faults that the document lists; a fault says its kind, a credential is one."""
    faults = draft.section("x-faults")
    for canned in _canned(draft):
        for fault in canned.entry.get("x-fault", ()):
            if fault not in faults:
                trail = (*canned.trail, "x-fault")
                yield draft.finding(trail, "fault", "no such fault", expected="a name of x-faults", got=str(fault))
    kinds = {kind for family in draft.section("x-code-families").values() for kind in family.get("kinds", ())}
    for name, entry in faults.items():
        if kinds and entry.get("kind") not in kinds:
            got, expected = str(entry.get("kind")), ", ".join(sorted(kinds))
            yield draft.finding(("x-faults", str(name)), "fault", f"{name} has no kind", expected=expected, got=got)


def faults_answered(draft: Draft, contract: Contract) -> Iterator[Finding]:
    """For each operation each fault has exactly one answer: the operation's own, else a shared one."""
    for operation in contract.operations:
        for fault in contract.faults:
            own = _serving(operation.answers, fault)
            found = own or _serving(contract.shared_answers, fault)
            if len(found) != 1:
                names = ", ".join(sorted(found)) or "none"
                what = f"{fault} has {len(found) or 'no'} answers for {operation}"
                yield draft.finding(("x-faults", fault), "fault-answer", what, expected="exactly one", got=names)


def credential_roles(draft: Draft) -> Iterator[Finding]:
    """Each credential has a role of its own, which is also the name of the fault of one that is wrong."""
    seen: dict[str, str] = {}
    faults = draft.section("x-faults")
    schemes = draft.section("components").get("securitySchemes", {})
    for name, scheme in schemes.items():
        trail = ("components", "securitySchemes", str(name))
        role = scheme.get("x-credential")
        if scheme.get("type") != "apiKey":
            continue
        if not isinstance(role, str):
            yield draft.finding(trail, "credential", f"{name} has no role", expected="x-credential")
            continue
        if role in seen:
            yield draft.finding(
                (*trail, "x-credential"), "credential", f"{name} has the role of {seen[role]}", got=role
            )
        seen.setdefault(role, str(name))
        if faults and role not in faults:
            what = f"no fault for a wrong {name}"
            yield draft.finding((*trail, "x-credential"), "credential", what, expected=f"{role} under x-faults")


def _serving(answers: tuple[CannedAnswer, ...], fault: str) -> set[str]:
    return {answer.name for answer in answers if fault in answer.faults}


def _twice(draft: Draft, trail: Trail, operation: Any) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    responses = operation.get("responses", {}) if isinstance(operation, Mapping) else {}
    for status, response in responses.items():
        for content in _resolved(draft, response).get("content", {}).values():
            for name in content.get("examples", {}):
                if name in seen:
                    what = f"two answers of one operation are called {name}"
                    got = f"under {seen[name]} and {status}"
                    yield draft.finding((*trail, "responses", str(status)), "answer-name", what, got=got)
                seen.setdefault(name, str(status))


def _resolved(draft: Draft, node: Any) -> Mapping[str, Any]:
    try:
        resolved = resolve(draft.raw, node)
    except DocumentError:
        return {}
    return resolved if isinstance(resolved, Mapping) else {}


def _canned(draft: Draft) -> Iterator[_Canned]:
    for trail, node in draft.nodes():
        if "requestBody" in trail or "requestBodies" in trail or trail[-2:-1] != ("content",):
            continue
        schema = Schema(_resolved(draft, node.get("schema", {})))
        code, message = schema.find_role("code"), schema.find_role("message")
        model = _example_at(schema, code) if code else ""
        for name, entry in node.get("examples", {}).items():
            if isinstance(entry, Mapping) and "value" in entry:
                value = entry["value"]
                yield _Canned(
                    (*trail, "examples", str(name)), entry, _text_at(value, code), _text_at(value, message), model
                )


def _text_at(value: Any, path: Path | None) -> str:
    found = value_at(value, path) if path else None
    return found if isinstance(found, str) else ""


def _example_at(schema: Schema, path: Path) -> str:
    node: Mapping[str, Any] = {}
    for part in path:
        node = schema.properties.get(str(part), {})
        schema = Schema(node)
    return str(node.get("example", ""))


def _shape(code: str) -> str:
    return re.sub(r"[^\W\d_]", "A", re.sub(r"\d", "9", code))
