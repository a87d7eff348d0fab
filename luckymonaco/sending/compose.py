"""From names and values to a notification: whole, valid by the document, credentialed and signed."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.case import Case
from contract_tests.exchange import Request
from contract_tests.notification import Maker, new_value
from contract_tests.target import parse_url
from luckymonaco.sending.settings import TrafficSettings
from spec import Contract, Field, Operation, Redactor, SettingError


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification, ready to be sent and, once it is answered, to be judged."""

    body: Mapping[str, Any] = field(repr=False)
    request: Request = field(repr=False)
    case: Case


@dataclass(frozen=True)
class Composer:
    """Composes the notifications of one run for one operation."""

    maker: Maker
    values: Mapping[str, Any] = field(repr=False)  # --set
    vary: tuple[str, ...] = ()
    known_session: bool = False

    @property
    def operation(self) -> Operation:
        """The operation that is sent to."""
        return self.maker.operation

    def compose(self, values: Mapping[str, Any] | None = None, where: str = "--set") -> Notification:
        """One notification. SettingError names the place if it is not valid by the document."""
        given = {**self.values, **(values or {})}
        body = self.body(given, where)
        request = self.maker.request(body)
        return Notification(body, request, self._case(request, body, given))

    def body(self, given: Mapping[str, Any], where: str) -> dict[str, Any]:
        """The body of a notification with these values, which are all that is not the document's example."""
        body = self.maker.body({**self._new_values(given), **given}, fresh=False)
        violations = self.operation.schema.violations(body)
        if violations:
            mask = Redactor(
                [str(body[item.name]) for item in self.operation.fields if item.secret and item.name in body]
            )
            first = violations[0]
            raise SettingError(
                "the notification is not valid by the document",
                where=where,
                expected=f"{first.field or 'the notification'} as in {self.operation}",
                got=mask.mask(first.message),
            )
        return body

    def _new_values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """A new value for each field named by --vary, and for required ones that the document calls fresh."""
        return {
            item.name: _new_value(item)
            for item in self.operation.fields
            if item.name in self.vary or (item.required and item.fresh and item.name not in given)
        }

    def _case(self, request: Request, body: Mapping[str, Any], given: Mapping[str, Any]) -> Case:
        """What is expected: a success for the known session, else a success or a well-formed refusal (D19)."""
        own_ids = [name for name in (*given, *self.vary) if not self._is_free(name)]
        known = self.known_session or not own_ids
        return Case(
            rule="OK-1" if known else "OK-6",
            label="sent",
            expect="success" if known else "success-or-refusal",
            build=lambda: request,
            maker=self.maker,
            variant=not _is_plain(self.operation, body),
        )

    def _is_free(self, name: str) -> bool:
        carrier = self.operation.request_hash
        return self.operation.by_name[name].fresh or (carrier is not None and carrier.field == name)


def composer(contract: Contract, settings: TrafficSettings) -> Composer:
    """What composes this run's notifications; SettingError for an unknown operation or field, or a wrong value."""
    operation = _operation(contract, settings.operation)
    target = parse_url(settings.base_url, contract.operations)
    maker = Maker(contract, operation, settings.partner(contract), target)
    check_names(operation, settings.vary, "--vary")
    values = dict(_pairs(operation, settings.set))
    for name in settings.vary:
        if name in values:
            raise SettingError("a field is either set or varied", where="--set, --vary", got=name)
    return Composer(maker, values, settings.vary, settings.known_session)


def check_names(operation: Operation, names: Iterable[str], where: str) -> None:
    """SettingError for a name that is no field of the operation."""
    for name in names:
        if name not in operation.by_name:
            raise SettingError("unknown field", where=where, expected=", ".join(operation.by_name), got=name)


def from_text(item: Field, text: str, where: str) -> Any:
    """A value of the field's type from text: strings as they are, everything else as JSON."""
    if item.is_string:
        return text
    try:
        return json.loads(text)
    except ValueError:
        kind = str(item.schema.node.get("type", "JSON"))
        raise SettingError("a value has the wrong type", where=f"{where} {item.name}", expected=kind) from None


def _new_value(item: Field) -> Any:
    """A value that was never sent before; SettingError if the field's schema allows none that is known."""
    value = new_value(item)
    if value == item.example:
        raise SettingError("no new value can be made up for a field", where=item.name, expected="--set with a value")
    return value


def _pairs(operation: Operation, given: Iterable[str]) -> Iterator[tuple[str, Any]]:
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SettingError("not a field's value", where="--set", expected="NAME=VALUE", got=name)
        check_names(operation, [name], "--set")
        yield name, from_text(operation.by_name[name], value, "--set")


def _operation(contract: Contract, id: str) -> Operation:
    known = {operation.id: operation for operation in contract.operations}
    if id and id not in known:
        raise SettingError("unknown operation", where="--operation", expected=", ".join(known), got=id)
    return known[id] if id else contract.operations[0]


def _is_plain(operation: Operation, body: Mapping[str, Any]) -> bool:
    """Whether every published variant of the request hash agrees on this body: ASCII, and listed required fields."""
    required = {item.name for item in operation.required}
    return all(name in required and (not isinstance(value, str) or value.isascii()) for name, value in body.items())
