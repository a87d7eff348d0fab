"""The document as one typed, frozen value: the only way in which Python looks at the contract."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spec.document import DEFAULT_PATH, Source
from spec.errors import DocumentError, SettingError
from spec.model import CannedAnswer, Fault, Operation, Reading, Rule
from spec.read_operation import METHODS, read_answers, read_operation
from spec.request_hash import HashScheme, own_scheme, read_schemes
from spec.schema import Path as JsonPath
from spec.schema import resolve
from spec.validity import invalidities


@dataclass(frozen=True)
class Contract:
    """All of one document that the kit knows."""

    source: Source
    raw: Mapping[str, Any]
    title: str
    version: str
    operations: tuple[Operation, ...]
    shared_answers: tuple[CannedAnswer, ...]  # those under components/responses, also where no operation refers to them
    faults: Mapping[str, Fault]
    families: Mapping[str, str]  # prefix of a code -> what the family is for
    readings: Mapping[str, Reading]
    rules: Mapping[str, Rule]
    hash_schemes: Mapping[str, HashScheme]

    @property
    def answers(self) -> tuple[CannedAnswer, ...]:
        """Every canned answer once, those of the operations first."""
        found = {a.name: a for a in reversed((*self._operation_answers(), *self.shared_answers))}
        return tuple(reversed(found.values()))

    def answer_for(self, fault: str, operation: Operation | None = None) -> CannedAnswer:
        """The canned answer to a fault: the operation's own, else a shared one, else another operation's.

        Raises DocumentError when the document has none.
        """
        own = operation.answers if operation else ()
        for answer in (*own, *self.shared_answers, *self._operation_answers()):
            if fault in answer.faults:
                return answer
        raise DocumentError("no canned answer for a fault", where=str(self.source.path), expected=f"x-fault: [{fault}]")

    def scheme(self, name: str) -> HashScheme:
        """A hash scheme by its name in the document, or the user's own as `module:function`."""
        if name in self.hash_schemes:
            return self.hash_schemes[name]
        if ":" in name:
            return own_scheme(name)
        names = ", ".join(self.hash_schemes) or "none in this document"
        raise SettingError("unknown hash scheme", expected=f"{names}, or module:function", got=name)

    @property
    def code_path(self) -> JsonPath | None:
        """Where the error code stands in a failure, as far as any operation says."""
        paths = (envelope.code_path for operation in self.operations for envelope in operation.envelopes)
        return next((path for path in paths if path), None)

    def _operation_answers(self) -> Iterator[CannedAnswer]:
        for operation in self.operations:
            yield from operation.answers


def load(path: Path | None = None) -> Contract:
    """Read a document, the kit's own by default; DocumentError says in which line what is wrong."""
    return build(Source.read(path or DEFAULT_PATH), check=path is not None)


def build(source: Source, *, check: bool = True) -> Contract:
    """The typed view of a document. With `check` it is first held to OpenAPI 3.0 as such."""
    raw = source.parse()
    if check:
        _validate(source, raw)
    schemes = read_schemes(_section(source, raw, "x-hash-schemes"))
    families = _section(source, raw, "x-code-families")
    faults = {
        name: Fault(name, entry["kind"], entry.get("when", ""), _families_of(families, entry["kind"]))
        for name, entry in _section(source, raw, "x-faults").items()
    }
    operations = tuple(_operations(source, raw, schemes))
    if not operations:
        raise DocumentError("the document has no operation", where=source.place(["paths"]))
    readings = {id: Reading(id, **entry) for id, entry in _section(source, raw, "x-readings").items()}
    info = raw.get("info", {})
    responses = resolve(raw, raw.get("components", {}).get("responses", {}))
    shared = tuple(
        answer for key, response in responses.items() for answer in read_answers(_status_of_shared(raw, key), response)
    )
    return Contract(
        source=source,
        raw=raw,
        title=str(info.get("title", "")),
        version=str(info.get("version", "")),
        operations=operations,
        shared_answers=shared,
        faults=faults,
        families={name: str(entry.get("summary", "")) for name, entry in families.items()},
        readings=readings,
        rules={id: _rule(source, id, entry, readings) for id, entry in _section(source, raw, "x-rules").items()},
        hash_schemes=schemes,
    )


def _section(source: Source, raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    section = raw.get(key, {})
    if not isinstance(section, Mapping) or not all(isinstance(entry, Mapping) for entry in section.values()):
        raise DocumentError("the section is not a mapping of mappings", where=source.place([key]))
    return section


def _operations(source: Source, raw: Mapping[str, Any], schemes: Mapping[str, HashScheme]) -> Iterator[Operation]:
    for path, item in raw.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield read_operation(source, raw, path, method, schemes)


def _families_of(families: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    return tuple(name for name, entry in families.items() if kind in entry.get("kinds", ()))


def _rule(source: Source, id: str, entry: Mapping[str, Any], readings: Mapping[str, Reading]) -> Rule:
    unknown = [name for name in entry.get("readings", ()) if name not in readings]
    if unknown:
        raise DocumentError("a rule names an unknown reading", where=source.place(["x-rules", id]), got=unknown[0])
    if entry.get("level") not in ("MUST", "SHOULD"):
        raise DocumentError("a rule has no level", where=source.place(["x-rules", id]), expected="MUST or SHOULD")
    return Rule(
        id=id,
        level=entry["level"],
        text=str(entry.get("text", "")),
        readings=tuple(readings[name] for name in entry.get("readings", ())),
        detail=str(entry.get("detail", "")),
        fix=str(entry.get("fix", "")),
        when=str(entry.get("when", "")),
        credential=str(entry.get("credential", "")),
        statuses=tuple(int(status) for status in entry.get("statuses", ())),
        methods=tuple(entry.get("methods", ())),
        stated=str(entry.get("standing", "")),
        frameworks={str(name): str(hint) for name, hint in entry.get("frameworks", {}).items()},
    )


def _status_of_shared(raw: Mapping[str, Any], key: str) -> str:
    """The status under which the first operation refers to a shared response; 400 where none does."""
    wanted = f"#/components/responses/{key}"
    for item in raw.get("paths", {}).values():
        for operation in item.values():
            if isinstance(operation, Mapping):
                for status, response in operation.get("responses", {}).items():
                    if response.get("$ref") == wanted:
                        return str(status)
    return "400"


def _validate(source: Source, raw: Mapping[str, Any]) -> None:
    found = list(invalidities(raw))
    if found:
        trail, message = max(found, key=lambda each: len(each[0]))  # the deepest is the nearest to the mistake
        raise DocumentError("the document is not valid OpenAPI 3.0", where=source.place(trail), got=message)
