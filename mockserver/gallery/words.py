"""What the variants call things: keys of the two envelopes, faults and fields, all looked up in the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from spec import Contract, DocumentError, Field, Operation
from spec.schema import VIOLATION_FAULTS, Path

MEDIA_TYPE_FAULT = "media-type"


@dataclass(frozen=True, slots=True)
class Words:
    """The keys of the two envelopes."""

    error: str  # at the top of both envelopes: the status decides which of the two it is
    text: str  # the success's own words
    holder: Path  # where the code and the message of a failure stand
    code: str
    message: str

    @classmethod
    def of(cls, contract: Contract) -> "Words":
        """The keys as the first operation has them; DocumentError if its envelopes lack a code, a message or a text."""
        operation = contract.operations[0]
        success = operation.envelope(operation.success.status)
        for envelope in operation.envelopes:
            code, message = envelope.code_path, envelope.message_path
            if not code or not message or not success:
                continue
            for name, node in success.schema.properties.items():
                if name != code[0] and node.get("type") == "string":
                    return cls(str(code[0]), name, code[:-1], str(code[-1]), str(message[-1]))
        raise DocumentError(
            "the gallery needs a code, a message and a text of success in the envelopes",
            where=str(contract.source.path),
        )

    def inside(self, body: Any) -> Any:
        """The object in a failure's body that holds code and message."""
        for part in self.holder:
            body = body[part]
        return body


def fields(contract: Contract) -> dict[str, Field]:
    """Every string field of any operation, by name."""
    return {field.name: field for operation in contract.operations for field in operation.fields if field.is_string}


def reachable_faults(contract: Contract) -> Iterator[tuple[str, bool]]:
    """The caller's faults that some request can bring about, each with whether that needs a secret."""
    operations = contract.operations
    for credential in dict.fromkeys(item for operation in operations for item in operation.credentials):
        yield credential.fault, False
    for name, fault in contract.faults.items():
        if name == MEDIA_TYPE_FAULT or (fault.kind == "body" and _can_happen(name, operations)):
            yield name, False
        elif fault.kind == "hash" and any(operation.request_hash for operation in operations):
            yield name, True


def _can_happen(fault: str, operations: tuple[Operation, ...]) -> bool:
    return fault not in VIOLATION_FAULTS.values() or any(
        (fault == VIOLATION_FAULTS["missing"] and field.required)
        or fault == VIOLATION_FAULTS["type"]
        or (fault == VIOLATION_FAULTS["empty"] and field.schema.node.get("minLength"))
        for operation in operations
        for field in operation.fields
    )


def rules_of(contract: Contract, fault: str) -> tuple[str, ...]:
    """The rules under which requests with a fault are sent."""
    own = {"missing-field": ("VAL-1",), "wrong-type": ("VAL-2", "VAL-3"), "empty-field": ("VAL-2",)}
    own |= {"malformed-json": ("VAL-4", "ROB-1"), "not-an-object": ("VAL-4",), MEDIA_TYPE_FAULT: ("VAL-5",)}
    own |= {"wrong-hash": ("SIG-1", "SIG-2")}
    return own.get(fault) or tuple(rule.id for rule in contract.rules.values() if rule.credential == fault)
