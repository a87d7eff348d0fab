"""OK-1, OK-6, ERR-5 and ERR-6: requests that are read in one spelling only, and what comes of the others."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused
from mockserver.gallery.words import MEDIA_TYPE_FAULT
from spec import Credential

room = Room()


@room.broken("OK-1")
class CharsetInOneSpelling(Operator):
    """The media type is looked up in a list, in which the charset stands in small letters."""

    def check_media_type(self, call: Call) -> None:
        usual = call.operation.media_type
        if call.headers.get("Content-Type") not in (usual, f"{usual}; charset=utf-8"):
            raise Refused(MEDIA_TYPE_FAULT)


@room.broken("OK-1")
class MediaTypeInSmallLetters(Operator):
    """The media type is compared as it is written, so that capitals make another one of it."""

    def check_media_type(self, call: Call) -> None:
        if str(call.headers.get("Content-Type", "")).partition(";")[0].strip() != call.operation.media_type:
            raise Refused(MEDIA_TYPE_FAULT)


@room.broken("OK-1", needs=("partner-id",))
class QueryAsItStands(Operator):
    """The query is taken apart by hand, and what is written as %XX in it stays so."""

    def given(self, call: Call, credential: Credential) -> str | None:
        if credential.location != "query" or credential.secret:
            return super().given(call, credential)
        pairs = (pair.partition("=") for pair in call.target.partition("?")[2].split("&"))
        values = [value for name, _, value in pairs if name == credential.name]
        return values[0] if len(values) == 1 else None


@room.broken("ERR-5")
class NeedsALength(Operator):
    """A body that comes in chunks has no length to read, which nobody looks for in vain."""

    order = ("measure", *Operator.order)

    def measure(self, call: Call) -> None:
        int(call.headers["Content-Length"])


@room.broken("ERR-6")
class UnreadableIsAnotherType(Operator):
    """Bytes that are no UTF-8 are refused as another media type, and not as a fault of the body."""

    def read_body(self, call: Call) -> None:
        try:
            call.body.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused(MEDIA_TYPE_FAULT) from None
        super().read_body(call)


@room.broken("OK-6", needs=("optional",))
class SpaceIsNothing(Operator):
    """An optional field with nothing but white space in it is refused as empty."""

    def validate(self, call: Call) -> None:
        super().validate(call)
        for field in call.operation.optional:
            value = call.data.get(field.name)
            if isinstance(value, str) and value and not value.strip():
                raise Refused("empty-field", field.name)


@room.broken("OK-6", "ERR-5")
class JoinedByABar(Operator):
    """Values are joined by a bar for the next system, which then finds more of them than it expects."""

    def act(self, call: Call) -> None:
        values = [value for value in call.data.values() if isinstance(value, str)]
        assert len("|".join(values).split("|")) == len(values)
