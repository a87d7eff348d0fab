"""ERR-5: faults of the caller that end in the operator's own error."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

import codecs
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.broken.refusing import Refusing
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import fields, reachable_faults, rules_of
from spec import Contract
from spec.schema import json_type

room = Room()


@room.generated
def own_errors(contract: Contract) -> Iterator[Entry]:
    """An exception that nobody catches, for one fault each."""
    for fault, secret in reachable_faults(contract):
        make = partial(CrashesOnFault, faults=(fault,))
        summary = f"The fault {fault} ends in the operator's own error."
        yield Entry(
            f"crashes-on-{fault}", "broken", summary, make, "ERR-5", rules_of(contract, fault), needs_secret=secret
        )


class CrashesOnFault(Refusing):
    """Answers faults with its own error."""

    def refuse(self, call: Call, refused: Refused) -> Reply:
        concerned = self.concerns(call, refused)
        return super().refuse(call, Refused("system-error") if concerned else refused)


@room.broken("ERR-5", "AUTH-1", "AUTH-2", needs=("partner-token",))
class ReadsTheBodyOfTheDenied(Operator):
    """Denied requests are written to an audit log with what they are about, which fails where that cannot be read."""

    def refuse(self, call: Call, refused: Refused) -> Reply:
        if self.kind(refused) == "credential":
            try:
                json.loads(call.body)[call.operation.required[0].name]
            except Exception:
                return super().refuse(call, Refused("system-error"))
        return super().refuse(call, refused)


class FatalType(Operator):
    """Fails on a JSON type that it does not expect in a field."""

    def __init__(self, *where: Any, kind: str) -> None:
        super().__init__(*where)
        self.fatal = kind

    def validate(self, call: Call) -> None:
        if any(json_type(call.data.get(name, "")) == self.fatal for name in call.operation.by_name):
            raise TypeError
        super().validate(call)


@room.listed
def fatal_types() -> Iterator[Entry]:
    """A method of strings called on what is none."""
    for kind in ("null", "number", "boolean", "array", "object"):
        summary = f"A field whose value is of type {kind} ends in the operator's own error."
        make = partial(FatalType, kind=kind)
        yield Entry(f"crashes-on-{kind}", "broken", summary, make, "ERR-5", ("VAL-2", "VAL-3"))


class FatalField(Operator):
    """Fails where one field is missing, or of one type."""

    def __init__(self, *where: Any, field: str, kind: str) -> None:
        super().__init__(*where)
        self.field, self.fatal = field, kind

    def validate(self, call: Call) -> None:
        if self.fatal == (json_type(call.data[self.field]) if self.field in call.data else "missing"):
            raise KeyError
        super().validate(call)


@room.generated
def fatal_fields(contract: Contract) -> Iterator[Entry]:
    """A required field read without a look whether it is there, an optional one without a look at its type."""
    for field in fields(contract).values():
        for kind in ("missing",) if field.required else ("null", "number", "array"):
            what = "missing" if kind == "missing" else f"of type {kind}"
            summary = f"When {field.name} is {what}, that ends in the operator's own error."
            make = partial(FatalField, field=field.name, kind=kind)
            rule = "VAL-1" if field.required else "VAL-3"
            name = f"crashes-on-missing-{field.name}" if field.required else f"crashes-on-{kind}-in-{field.name}"
            yield Entry(name, "broken", summary, make, "ERR-5", (rule,))


@room.broken("ERR-5", "VAL-4")
class CrashesOnTopLevelScalar(Operator):
    """A text or a number in place of the object ends in the operator's own error, since it has no fields."""

    def read_body(self, call: Call) -> None:
        if isinstance(self.parse(call), str | int | float):
            raise AttributeError
        super().read_body(call)


@room.broken("ERR-5", "VAL-4")
class CrashesOnTopLevelNull(Operator):
    """The body null ends in the operator's own error, since it has no fields."""

    def read_body(self, call: Call) -> None:
        if self.parse(call) is None:
            raise AttributeError
        super().read_body(call)


@room.broken("ERR-5", "VAL-4")
class CrashesOnEmptyBody(Operator):
    """An empty body ends in the operator's own error."""

    def parse(self, call: Call) -> Any:
        if not call.body:
            raise EOFError
        return super().parse(call)


@room.broken("ERR-5", "VAL-4")
class CrashesOnTopLevelList(Operator):
    """A list in place of the object ends in the operator's own error, since it has no keys."""

    def read_body(self, call: Call) -> None:
        if isinstance(self.parse(call), list):
            raise AttributeError
        super().read_body(call)


@room.broken("ERR-5", "VAL-6")
class CrashesOnUnknownCharset(Operator):
    """A charset in the media type that nobody knows ends in the operator's own error."""

    def check_media_type(self, call: Call) -> None:
        codecs.lookup(str(call.headers.get_param("charset", "utf-8")))
        super().check_media_type(call)


@room.broken("ERR-5")
class CrashesOnUnknownCoding(Operator):
    """A Content-Encoding that nobody knows ends in the operator's own error: the table of decoders has no such key."""

    def read_body(self, call: Call) -> None:
        {"identity": None, "gzip": None}[str(call.headers.get("Content-Encoding", "identity"))]
        super().read_body(call)


@room.broken("ERR-5", "VAL-6")
class CrashesOnHalfAMediaType(Operator):
    """A media type without a slash ends in the operator's own error, since it is taken apart without a look."""

    def check_media_type(self, call: Call) -> None:
        _, subtype = str(call.headers.get("Content-Type", "a/b")).split("/", 1)
        if subtype:
            super().check_media_type(call)


@room.broken("ERR-5", "VAL-5")
class CrashesWithoutBoundary(Operator):
    """A multipart body without a boundary ends in the operator's own error: the parser raises before anything else."""

    def route(self, call: Call) -> None:
        super().route(call)
        if call.media_type.startswith("multipart/") and "boundary" not in str(call.headers["Content-Type"]):
            raise ValueError


@room.broken("ERR-5", "OK-7", "ROB-1")
class CrashesOnUnknownFields(Operator):
    """The body becomes the arguments of a function, so that a field that is not listed raises."""

    def act(self, call: Call) -> None:
        if set(call.data) - set(call.operation.by_name):
            raise TypeError


@room.broken("ERR-5", "VAL-6", "VAL-5")
class CrashesWithoutMediaType(Operator):
    """A request without Content-Type ends in the operator's own error, since the header is read without a look."""

    def check_media_type(self, call: Call) -> None:
        if "Content-Type" not in call.headers:
            raise TypeError
        super().check_media_type(call)
