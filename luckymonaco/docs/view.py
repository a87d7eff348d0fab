"""What every edition of the documentation shows, worked out once: rows of tables, grouped rules, the worked example."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.settings import VerifySettings
from luckymonaco.docs.samples import LANGUAGES, ROLES, Sample, samples
from luckymonaco.docs.words import base_url, count, json_text, limits, sentence
from mockserver.settings import MockSettings
from spec import Answer, Contract, Envelope, Operation, Rule, Settings
from spec.settings import Option


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of a message; `path` is dotted below the top."""

    path: str
    type: str
    required: bool
    limits: str
    description: str
    example: str
    readings: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CredentialRow:
    """One credential as it travels."""

    name: str
    location: str
    description: str
    demo: str
    setting: str
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnvelopeRow:
    """One shape of answers, and the statuses that share it."""

    title: str
    statuses: str
    media_type: str
    description: str
    fields: tuple[FieldRow, ...]
    example: str


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One canned answer."""

    name: str
    status: int
    code: str
    message: str
    summary: str
    when: str
    standing: str
    readings: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class HashView:
    """How the request hash of an operation is computed."""

    field: str
    scheme: str
    summary: str
    knobs: tuple[tuple[str, str], ...]
    secret: str
    body: str
    text: str
    hash: str
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OperationView:
    """One operation, ready to be printed."""

    id: str
    summary: str
    description: str
    method: str
    path: str
    url: str
    media_type: str
    readings: tuple[str, ...]
    credentials: tuple[CredentialRow, ...]
    fields: tuple[FieldRow, ...]
    examples: tuple[tuple[str, str, str], ...]  # name, summary, JSON
    envelopes: tuple[EnvelopeRow, ...]
    hash: HashView | None
    samples: Mapping[str, tuple[Sample, ...]]  # by role


@dataclass(frozen=True, slots=True)
class View:
    """The whole documentation."""

    title: str
    version: str
    digest: str
    description: str
    base_url: str
    operations: tuple[OperationView, ...]
    answers: tuple[AnswerRow, ...]
    families: Mapping[str, str]
    readings: tuple[Any, ...]
    rules: Mapping[str, tuple[Rule, ...]]
    schemes: tuple[tuple[str, str], ...]
    settings: Mapping[str, tuple[Option, ...]]
    magic: tuple[tuple[str, str], ...]
    changes: Mapping[str, tuple[str, ...]]

    @property
    def rule_count(self) -> str:
        """`33 rules`."""
        return count(sum(len(rules) for rules in self.rules.values()), "rule")


def view(contract: Contract) -> View:
    """Everything that the documentation says of this contract."""
    rules: dict[str, list[Rule]] = {}
    for rule in contract.rules.values():
        rules.setdefault(rule.family, []).append(rule)
    written = tuple(samples(contract))
    return View(
        title=contract.title,
        version=contract.version,
        digest=contract.source.digest,
        description=str(contract.raw["info"].get("description", "")),
        base_url=base_url(contract),
        operations=tuple(_operation(contract, operation, written) for operation in contract.operations),
        answers=tuple(_answer(contract, answer) for answer in _sorted(contract.answers)),
        families=contract.families,
        readings=tuple(contract.readings.values()),
        rules={family: tuple(items) for family, items in rules.items()},
        schemes=tuple((scheme.name, scheme.summary) for scheme in contract.hash_schemes.values()),
        settings=_settings(),
        magic=tuple(_magic(contract)),
        changes={str(version): tuple(items) for version, items in contract.raw.get("x-changes", {}).items()},
    )


def _sorted(answers: tuple[Answer, ...]) -> list[Answer]:
    """The successes, then by code."""
    return sorted(answers, key=lambda answer: (not answer.is_success, answer.code, answer.name))


def _answer(contract: Contract, answer: Answer) -> AnswerRow:
    envelopes = (operation.envelope(answer.status) for operation in contract.operations)
    path = next((envelope.message_path for envelope in envelopes if envelope and envelope.message_path), None)
    message: Any = answer.body if path else ""
    for part in path or ():
        message = message.get(part, "") if isinstance(message, Mapping) else ""
    faults = [contract.faults[name].when for name in answer.faults if name in contract.faults]
    return AnswerRow(
        name=answer.name,
        status=answer.status,
        code=answer.code,
        message=message if isinstance(message, str) else "",
        summary=sentence(answer.summary),
        when=" ".join(faults) or ("" if answer.is_success else "Only when the mock is asked for it."),
        standing=answer.standing,
        readings=answer.readings,
        body=json_text(answer.body, indent=None),
    )


def _operation(contract: Contract, operation: Operation, written: tuple[Sample, ...]) -> OperationView:
    node = contract.raw["paths"][operation.path][operation.method.lower()]
    query = "&".join(f"{item.name}=<{item.role}>" for item in operation.credentials if item.location == "query")
    schemes = contract.raw.get("components", {}).get("securitySchemes", {})
    examples = _request_examples(operation, node)
    return OperationView(
        id=operation.id,
        summary=operation.summary or operation.id,
        description=str(node.get("description", "")),
        method=operation.method,
        path=operation.path,
        url=f"<API URL>{operation.path}{'?' if query else ''}{query}",
        media_type=operation.media_type,
        readings=tuple(node.get("x-reading", ())),
        credentials=tuple(
            CredentialRow(
                name=item.name,
                location=item.location,
                description=item.description,
                demo=item.demo,
                setting=_setting_of(item.role),
                readings=tuple(schemes.get(item.scheme, {}).get("x-reading", ())),
            )
            for item in operation.credentials
        ),
        fields=tuple(_fields(operation.schema.node)),
        examples=tuple(examples),
        envelopes=tuple(_envelopes(operation)),
        hash=_hash(operation),
        samples={
            role: tuple(s for s in written if (s.operation, s.role) == (operation.id, role)) for role in ROLES
        },
    )


def _setting_of(role: str) -> str:
    return next((option.flag for option in Settings.options() if option.flag == f"--{role}"), "")


def _request_examples(operation: Operation, node: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    content = node.get("requestBody", {}).get("content", {}).get(operation.media_type, {})
    for name, body in operation.examples.items():
        summary = content.get("examples", {}).get(name, {}).get("summary", "")
        yield name, str(summary), json_text(body)


def _fields(node: Mapping[str, Any], prefix: str = "") -> Iterator[FieldRow]:
    required = node.get("required", ())
    for name, child in node.get("properties", {}).items():
        nested = bool(child.get("properties"))
        example = child.get("example")
        yield FieldRow(
            path=prefix + name,
            type=str(child.get("type", "any")),
            required=name in required,
            limits=limits(child),
            description=str(child.get("description", "")),
            example="" if nested or example is None else json_text(example, indent=None),
            readings=tuple(child.get("x-reading", ())),
            rules=tuple(filter(None, [child.get("x-rule")])),
        )
        yield from _fields(child, f"{prefix}{name}.")
    for part in node.get("allOf", ()):
        yield from _fields(part, prefix)


def _envelopes(operation: Operation) -> Iterator[EnvelopeRow]:
    groups: dict[str, list[Envelope]] = {}
    for envelope in operation.envelopes:
        groups.setdefault(json_text(envelope.schema.node, indent=None), []).append(envelope)
    for group in groups.values():
        first = group[0]
        success = first.status.startswith("2")
        bodies = [answer.body for answer in operation.answers if answer.is_success == success]
        yield EnvelopeRow(
            title="Accepted" if success else "Refused",
            statuses=", ".join(envelope.status for envelope in group),
            media_type=first.media_type,
            description=str(first.schema.node.get("description", "")),
            fields=tuple(_fields(first.schema.node)),
            example=json_text(bodies[0]) if bodies else "",
        )


def _hash(operation: Operation) -> HashView | None:
    entry = operation.request_hash
    if entry is None:
        return None
    scheme, worked = entry.scheme, entry.worked_example
    knobs = {
        "fields signed": f"{scheme.fields} string fields at the top of the body, {entry.field} itself left out",
        "empty fields": scheme.empties,
        "escaping": scheme.escape,
        "query credentials": "signed too" if scheme.credentials else "not signed",
        "between the pairs": scheme.join,
        "the secret": f"{scheme.secret_place}, {'joined by ' + scheme.secret_joint if scheme.secret_joint else 'with nothing between'}",
        "digest": f"{scheme.digest.upper()} over UTF-8, {scheme.case}-case hexadecimal digits; either case is accepted",
    }
    body = operation.examples.get(str(worked.get("body")), operation.example)
    return HashView(
        field=entry.field,
        scheme=scheme.name,
        summary=scheme.summary,
        knobs=tuple(knobs.items()),
        secret=str(worked.get("secret", "")),
        body=json_text(body),
        text=str(worked.get("string-to-sign", "")),
        hash=str(worked.get("hash", "")),
        readings=tuple(operation.by_name[entry.field].schema.node.get("x-reading", ())),
    )


def _settings() -> Mapping[str, tuple[Option, ...]]:
    shared = Settings.options()
    names = {option.field for option in shared}
    own = {name: cls.options() for name, cls in (("mock", MockSettings), ("verify", VerifySettings))}
    return {
        "every command": shared,
        **{name: tuple(option for option in options if option.field not in names) for name, options in own.items()},
    }


def _magic(contract: Contract) -> Iterator[tuple[str, str]]:
    """Values that make the mock behave in a special way, as far as the document declares any."""
    for value, entry in contract.raw.get("x-magic-values", {}).items():
        yield str(value), str(entry.get("summary", "") if isinstance(entry, Mapping) else entry)


__all__ = ["LANGUAGES", "ROLES", "View", "view"]
