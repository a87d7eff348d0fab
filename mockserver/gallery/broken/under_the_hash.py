"""VAL-1, VAL-2 and OK-6 where the request hash is checked: slips that show only under a hash that is right for them."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused

room = Room()


@room.broken("VAL-2", "VAL-3", needs_secret=True)
class ConvertsBeforeTheHash(Operator):
    """Values are converted to text as they are read, so that the hash is one over what they became."""

    def validate(self, call: Call) -> None:
        listed = call.operation.by_name
        call.data = {name: self.converted(value) if name in listed else value for name, value in call.data.items()}
        super().validate(call)

    def converted(self, value: Any) -> Any:
        return str(value) if isinstance(value, int | float) else value


@room.broken("VAL-2", "VAL-3", needs_secret=True)
class NullIsAWord(ConvertsBeforeTheHash):
    """Null becomes the text null as values are read, as when texts are put together."""

    def converted(self, value: Any) -> Any:
        return "null" if value is None else value


@room.broken("VAL-1", needs_secret=True)
class FillsInTheDefault(Operator):
    """A field that always has the same value is filled in where it is missing, before the hash is computed."""

    def validate(self, call: Call) -> None:
        first = call.operation.required[0].name
        call.data = {first: call.operation.example[first], **call.data}
        super().validate(call)


@room.broken("VAL-2", needs_secret=True)
class HashInAList(Operator):
    """The hash is taken out of a list, as the comparison of some languages does."""

    def validate(self, call: Call) -> None:
        declared = call.operation.request_hash
        given = call.data.get(declared.field) if declared else None
        if declared and isinstance(given, list) and given == [self.computed_hash(call, call.data)]:
            call.data = {**call.data, declared.field: given[0]}
        super().validate(call)


@room.broken("OK-6", "OK-5", needs=("optional",), needs_secret=True)
class LongOptionalRefused(Operator):
    """An optional value of over a thousand characters is refused, the hash being right."""

    def validate(self, call: Call) -> None:
        super().validate(call)
        for field in call.operation.optional:
            if len(str(call.data.get(field.name, ""))) > 1000:
                raise Refused("invalid-value", field.name)
