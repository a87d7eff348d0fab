"""The shapes of what the documentation shows: rows of tables, and the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from luckymonaco.docs.samples import Sample
from spec import Rule
from spec.words import count


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
    query: str  # name=value, as it stands in a query
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
    anchor: str  # the code, where this is the first answer that has it
    status: int
    code: str
    message: str
    summary: str
    when: str
    standing: str
    readings: tuple[str, ...]
    compact: str  # the body as it is sent


@dataclass(frozen=True, slots=True)
class MagicRow:
    """One value by which a caller chooses what the mock does."""

    name: str
    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting, as option and as variable."""

    field: str
    option: str
    variable: str
    default: str
    help: str


@dataclass(frozen=True, slots=True)
class HashView:
    """How the request hash of an operation is computed."""

    field: str
    scheme: str
    summary: str
    knobs: tuple[tuple[str, str], ...]
    standing: str
    secret: str
    example: str  # what the document calls the notification of the worked example
    body: str
    text: str  # the string to sign; empty where the document has no worked example
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
    accepted: int  # the status of a success
    readings: tuple[str, ...]
    credentials: tuple[CredentialRow, ...]
    fields: tuple[FieldRow, ...]
    examples: tuple[tuple[str, str, str, str], ...]  # name, summary, JSON in lines, JSON on one line
    known: str  # a session that is known, as --known takes it
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
    settings: Mapping[str, tuple[SettingRow, ...]]
    magic: tuple[MagicRow, ...]
    magic_fields: tuple[str, ...]
    changes: Mapping[str, tuple[str, ...]]

    @property
    def rule_count(self) -> str:
        """`33 rules`."""
        return count(sum(len(rules) for rules in self.rules.values()), "rule")
