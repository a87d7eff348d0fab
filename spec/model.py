"""The words of the contract as values: operations, credentials, answers, faults, readings, rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from spec.request_hash import HashScheme
from spec.schema import Path, Schema

Standing = Literal["documented", "assumed"]
Level = Literal["MUST", "SHOULD"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the page says at one point, and how the kit reads it (D01…)."""

    id: str
    page: str
    reading: str
    standing: str

    @property
    def is_documented(self) -> bool:
        """Whether all of it stands on the page: nobody can dispute it."""
        return "documented" in self.standing and "assumed" not in self.standing


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that an implementation is held to."""

    id: str
    level: Level
    text: str
    readings: tuple[Reading, ...]
    detail: str = ""
    fix: str = ""
    when: str = ""  # the setting without which the rule is not decided
    credential: str = ""  # the role of the credential that the rule is about
    statuses: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()
    stated: str = ""  # the rule's own standing, where it rests on a part of a reading
    frameworks: Mapping[str, str] = field(default_factory=dict)  # framework -> what to do there

    @property
    def family(self) -> str:
        """The part of the id before the dash."""
        return self.id.partition("-")[0]

    @property
    def standing(self) -> Standing:
        """Documented only if every reading that it rests on is, or if the document says so of the rule itself."""
        if self.stated:
            return "documented" if self.stated == "documented" else "assumed"
        return "documented" if all(reading.is_documented for reading in self.readings) else "assumed"


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a request or the server can be wrong, that the mock tells apart."""

    name: str
    kind: str  # body, credential, hash, transport or server
    when: str
    families: tuple[str, ...]  # the families of codes that may answer it


@dataclass(frozen=True, slots=True)
class Credential:
    """One `apiKey` security scheme. `role` is the setting that it takes its value from."""

    name: str
    location: Literal["query", "header", "cookie"]
    role: str
    scheme: str
    demo: str
    secret: bool
    description: str

    @property
    def fault(self) -> str:
        """The fault of a request in which it is missing or wrong."""
        return self.role


@dataclass(frozen=True, slots=True)
class Field:
    """One property at the top of the notification."""

    name: str
    schema: Schema
    required: bool
    secret: bool
    fresh: bool  # it may change from one notification to the next without another session being meant
    session_id: bool
    description: str
    example: Any

    @property
    def is_string(self) -> bool:
        """Whether the document declares it as a string."""
        return self.schema.node.get("type") == "string"


@dataclass(frozen=True, slots=True)
class RequestHash:
    """The field that carries the request hash, and how the document says that it is computed (D07)."""

    field: str
    scheme: HashScheme
    worked_example: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """One canned answer: a named example, and the status under which it stands."""

    name: str
    status: int
    media_type: str
    body: Any
    headers: Mapping[str, str]
    faults: tuple[str, ...]
    summary: str
    standing: Standing
    readings: tuple[str, ...]
    code: str  # the error code in the body; empty for a success

    @property
    def is_success(self) -> bool:
        """Whether it stands under a 2XX status."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the document says of the answers under one status or range of statuses."""

    status: str  # "200", "4XX", "default"
    media_type: str
    schema: Schema

    @property
    def code_path(self) -> Path | None:
        """Where the error code stands in the body."""
        return self.schema.find_role("code")

    @property
    def message_path(self) -> Path | None:
        """Where the error's text stands in the body."""
        return self.schema.find_role("message")


@dataclass(frozen=True)
class Operation:
    """One path and method of the document, with all that the mock and the suite need to know of it."""

    id: str
    path: str
    method: str  # upper case
    summary: str
    media_type: str
    schema: Schema
    fields: tuple[Field, ...]
    credentials: tuple[Credential, ...]
    request_hash: RequestHash | None
    examples: Mapping[str, Mapping[str, Any]]
    envelopes: tuple[Envelope, ...]
    answers: tuple[CannedAnswer, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @cached_property
    def required(self) -> tuple[Field, ...]:
        """The fields that must be there."""
        return tuple(field for field in self.fields if field.required)

    @cached_property
    def optional(self) -> tuple[Field, ...]:
        """The fields that may be left out."""
        return tuple(field for field in self.fields if not field.required)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the fields."""
        return frozenset(field.name for field in self.fields)

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by name."""
        return MappingProxyType({field.name: field for field in self.fields})

    @cached_property
    def example(self) -> Mapping[str, Any]:
        """A valid notification with the required fields alone: the known session, unless the user names another."""
        first: Mapping[str, Any] = next(iter(self.examples.values()), {})
        return MappingProxyType({f.name: first.get(f.name, f.example) for f in self.required})

    @cached_property
    def success(self) -> CannedAnswer:
        """The canned answer to a notification with which nothing is wrong."""
        return next(answer for answer in self.answers if answer.is_success)

    def envelope(self, status: int) -> Envelope | None:
        """What the document says of answers with this status: the status itself, its range, or the default."""
        known = {envelope.status.upper(): envelope for envelope in self.envelopes}
        return known.get(str(status)) or known.get(f"{status // 100}XX") or known.get("DEFAULT")

    def credential(self, role: str) -> Credential | None:
        """The credential with this role, if the operation needs one."""
        return next((item for item in self.credentials if item.role == role), None)
