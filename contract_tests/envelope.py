"""The two envelopes, as the document's schemas have them: each violation is the rule that the schema names."""

from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.breach import Breach, shown
from contract_tests.exchange import Answer, NoAnswer
from spec import Envelope, Operation, Schema
from spec.schema import Path, compact, value_at


def content(answer: Answer) -> Any:
    """The body as JSON, or its bytes where it is none: for telling whether two answers say the same."""
    return answer.json_or_none if answer.json_or_none is not None else answer.body


def is_failure_body(operation: Operation, answer: Answer) -> bool:
    """Whether the body is the contract's failure envelope, as far as its outer object goes."""
    body = answer.json_or_none
    for envelope in operation.envelopes:
        path = envelope.code_path
        if path and isinstance(body, dict):
            return isinstance(value_at(body, path[:-1]), dict) and operation.success.body != body
    return False


def says_success(envelope: Envelope, body: Any) -> bool:
    """Whether the body has the values that are fixed for a success, whatever else of it is wrong."""
    properties = envelope.schema.properties
    fixed = [name for name, node in properties.items() if len(node.get("enum", ())) == 1]
    return isinstance(body, dict) and bool(fixed) and all(Schema(properties[n]).is_valid(body.get(n)) for n in fixed)


def begins_as(answer: Answer, bodies: Iterable[Any]) -> bool:
    """Whether a text that is no JSON begins like one of these: cut short, or with more behind it."""
    text = "".join(answer.text.split())
    pairs = (next(iter(body.items())) for body in bodies if isinstance(body, dict) and body)
    return answer.meant is None and any(text.startswith(compact({name: value})[:-1]) for name, value in pairs)


def success_envelope(operation: Operation, answer: Answer) -> Iterator[Breach]:
    """OK-2, OK-3 and OK-4: what the document says of a success."""
    envelope = operation.envelope(operation.success.status)
    if envelope is None:
        return
    if answer.media_type != envelope.media_type:
        yield Breach("OK-4", f"Content-Type {envelope.media_type}", answer.header("content-type") or "no Content-Type")
    yield from _violations(envelope, answer, "OK-2")


def failure_envelope(operation: Operation, answer: Answer) -> Iterator[Breach]:
    """ERR-2, ERR-3 and ERR-4: what the document says of a refusal."""
    envelope = operation.envelope(answer.status) or _any_failure(operation)
    if envelope is None:
        return
    if answer.media_type != envelope.media_type:
        yield Breach(
            "ERR-2",
            f"Content-Type {envelope.media_type}",
            f"{answer.header('content-type') or 'no Content-Type'} with {shown(answer, 80)}",
        )
        if answer.json_or_none is None:
            return
    yield from _violations(envelope, answer, "ERR-2")


def _any_failure(operation: Operation) -> Envelope | None:
    return next((envelope for envelope in operation.envelopes if envelope.status[:1] in "45"), None)


def _violations(envelope: Envelope, answer: Answer, fallback: str) -> Iterator[Breach]:
    try:
        body = answer.json
    except ValueError:
        yield Breach(fallback, "one JSON object and nothing else", shown(answer))
        return
    seen = set()
    for violation in envelope.schema.violations(body):
        for rule, path in (
            (violation.holder_rule, violation.path[:-1]),
            (violation.rule or fallback, violation.path),
        ):
            if rule and rule not in seen:
                seen.add(rule)
                yield Breach(rule, wanted(envelope.schema, path), shown(answer))


def wanted(schema: Schema, path: Path) -> str:
    """What the document says of the value at this path of an answer, in words."""
    node: Any = schema.node
    for part in path:
        node = Schema(node).properties.get(str(part), node.get("items", {}) if isinstance(node, dict) else {})
    kind = str(node.get("type", "value"))
    article = "an" if kind[0] in "aeiou" else "a"
    if node.get("enum"):
        said = f"the {kind} " + " or ".join(compact(value) for value in node["enum"])
    elif node.get("pattern"):
        said = f"{article} {kind} that matches {node['pattern']}"
    elif node.get("minLength"):
        said = f"{article} {kind} that is not empty"
    else:
        said = f"{article} {kind}"
    names = [f'"{name}"' for name in Schema(node).required]
    with_names = f" with {' and '.join(names)}" if names else ""
    return f'"{".".join(map(str, path))}": {said}{with_names}' if path else f"one JSON {kind}{with_names}"


def code_of(operation: Operation, answer: Answer) -> str:
    """The error code in a refusal, or an empty string."""
    envelope = operation.envelope(answer.status) or _any_failure(operation)
    return _text_at(answer, envelope.code_path if envelope else None)


def message_of(operation: Operation, answer: Answer) -> str:
    """The error message in a refusal, or an empty string."""
    envelope = operation.envelope(answer.status) or _any_failure(operation)
    return _text_at(answer, envelope.message_path if envelope else None)


def _text_at(answer: Answer, path: Path | None) -> str:
    value = value_at(answer.json_or_none, path) if path else None
    return value if isinstance(value, str) else ""


def alike(operation: Operation, first: Answer | NoAnswer, second: Answer | NoAnswer) -> bool:
    """Whether two answers have the same status and code; where none came, nothing is alike."""
    if not isinstance(first, Answer) or not isinstance(second, Answer):
        return False
    return (first.status, code_of(operation, first)) == (second.status, code_of(operation, second))
