"""Requests read in other ways: order of the checks, and what the page leaves open."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

from urllib.parse import parse_qsl

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused
from spec import Credential
from spec.schema import VIOLATION_FAULTS

room = Room()


@room.conforming()
class BodyBeforeCredentials(Operator):
    """The body is checked before the credentials."""

    order = ("check_media_type", "read_body", "validate", "authorise", "verify_hash", "act")


@room.conforming(needs=("hash",), needs_secret=True)
class HashBeforeFields(Operator):
    """The request hash is checked before the fields, so that a field that is missing or wrong is a wrong hash too."""

    order = ("authorise", "check_media_type", "read_body", "verify_hash", "validate", "act")


@room.conforming(needs=("hash",), needs_secret=True)
class HashBeforeCredentials(Operator):
    """The request hash is checked before the credentials."""

    order = ("check_media_type", "read_body", "validate", "verify_hash", "authorise", "act")


@room.conforming(needs=("optional",))
class EmptyOptionalRefused(Operator):
    """An optional field that is there must not be empty."""

    def act(self, call: Call) -> None:
        for field in call.operation.optional:
            if call.data.get(field.name) == "":
                raise Refused("empty-field", field.name)


@room.conforming()
class LargeBodiesRefused(Operator):
    """A body over 64 KiB is refused as too large."""

    max_body = 1 << 16


@room.conforming("VAL-6")
class MediaTypeIgnored(Operator):
    """The media type is not looked at: bytes that are good JSON are accepted, a form is malformed JSON."""

    def check_media_type(self, call: Call) -> None:
        pass


@room.conforming()
class MediaTypeMayBeMissing(Operator):
    """A missing media type is taken for JSON's."""

    def check_media_type(self, call: Call) -> None:
        if call.media_type:
            super().check_media_type(call)


@room.conforming("OK-7")
class UnknownFieldsRefused(Operator):
    """A field that is not listed is refused."""

    def validate(self, call: Call) -> None:
        super().validate(call)
        for name in call.data:
            if name not in call.operation.by_name:
                raise Refused(VIOLATION_FAULTS["value"], name)


@room.conforming(needs=("partner-id",))
class IdInAnyCase(Operator):
    """The partner's id is compared without regard to case."""

    def is_right(self, credential: Credential, given: str | None, wanted: str) -> bool:
        if credential.role == "partner-id":
            return (given or "").lower() == wanted.lower()
        return super().is_right(credential, given, wanted)


@room.conforming()
class CredentialsTrimmed(Operator):
    """White space around credentials is cut off."""

    def is_right(self, credential: Credential, given: str | None, wanted: str) -> bool:
        return super().is_right(credential, (given or "").strip(), wanted)


@room.conforming()
class LastParameterWins(Operator):
    """Of a credential that is sent twice the last is taken."""

    def given(self, call: Call, credential: Credential) -> str | None:
        values = call.parameters(credential.name) if credential.location == "query" else []
        return values[-1] if values else super().given(call, credential)


@room.conforming()
class PathInAnyCase(Operator):
    """The path is matched without regard to case, and with a slash at its end."""

    def route(self, call: Call) -> None:
        for operation in self.contract.operations:
            if (self.prefix + operation.path).lower() == call.path.lower().rstrip("/"):
                call.operation = operation
                if operation.method == call.method:
                    return
                raise Refused("method")
        raise Refused("path")


@room.conforming(path_prefix="/casino/api/v1")
class BehindPrefix(Operator):
    """The operation is served behind a path prefix."""


@room.conforming(needs=("partner-token",))
class QueryNamesInAnyCase(Operator):
    """Names in the query are the same in any case, so that a field there may make a credential ambiguous."""

    def given(self, call: Call, credential: Credential) -> str | None:
        if credential.location != "query":
            return super().given(call, credential)
        pairs = parse_qsl(call.target.partition("?")[2], keep_blank_values=True)
        values = [value for name, value in pairs if name.lower() == credential.name.lower()]
        return values[0] if len(values) == 1 else None


@room.conforming(needs=("partner-token",))
class KnownParametersOnly(Operator):
    """A query with a parameter that is not on the page is refused before anything else is looked at."""

    def route(self, call: Call) -> None:
        super().route(call)
        known = {credential.name for credential in call.operation.credentials}
        if {name for name, _ in parse_qsl(call.target.partition("?")[2], keep_blank_values=True)} - known:
            raise Refused("path")
