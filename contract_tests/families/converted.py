"""VAL-1 to VAL-3 where the request hash is checked: under a hash over what some make of a wrong value.

Without that, a build that converts a number to text is refused for its hash, and nobody sees that it converts.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, new_value
from contract_tests.payload import Payload, encode
from contract_tests.values import converted, of_the_same_text, wrong
from spec import Field


@cases("VAL-2", "VAL-3")
def wrong_type_under_a_right_hash(maker: Maker) -> Iterator[Case]:
    """Each field of another type, signed as the text that it may be converted to."""
    for field, usual in _signed(maker):
        rule = "VAL-2" if field.required else "VAL-3"
        for label, value in wrong(maker.operation, field):
            sent = of_the_same_text(value, usual)
            for form, text in converted(sent).items():
                build = partial(_request, maker, {field.name: sent}, {field.name: text}, field.name)
                yield Case(rule, f"signed-as-{form}-{field.name}-{label}", "refusal", build, maker, fault="hash")


@cases("VAL-1")
def missing_under_a_right_hash(maker: Maker) -> Iterator[Case]:
    """Each required field missing, signed as if it were there, with its usual value or as nothing may be written."""
    for field, usual in _signed(maker):
        for form, text in {"usual": usual, **converted(None)}.items() if field.required else ():
            build = partial(_request, maker, {}, {field.name: text}, field.name)
            yield Case("VAL-1", f"signed-as-{form}-without-{field.name}", "refusal", build, maker, fault="hash")


def _signed(maker: Maker) -> Iterator[tuple[Field, str]]:
    """The fields that the hash covers, each with a good value."""
    carrier = maker.operation.request_hash
    if carrier is None or not maker.partner.secret:
        return
    for field in maker.operation.fields:
        if field.name != carrier.field and field.is_string:
            usual = maker.body(fresh=False).get(field.name)
            yield field, new_value(field) if field.secret or not isinstance(usual, str) else usual


def _request(maker: Maker, sent: Mapping[str, Any], signed: Mapping[str, str], name: str) -> Request:
    carrier = maker.operation.request_hash
    assert carrier is not None
    rest = {key: value for key, value in maker.body().items() if key not in (carrier.field, name)}
    over = {**rest, **signed}
    value = encode(sent[name]).decode() if sent else "missing"
    what = f'"{name}" is {value}, under the hash of {encode(signed[name]).decode()}'
    body = {**rest, **sent, carrier.field: maker.hash_of(over)}
    return maker.request(Payload(encode(body), body, signed=over), what=what)
