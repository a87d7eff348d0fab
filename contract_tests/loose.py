"""SIG-1 in languages of loose comparison: a wrong request hash that is the same number as the right one.

PHP's `==` and `!=` compare texts as numbers where both look like numbers: digits alone, or digits with one `e`. Of
MD5's digests one in some three million does, so notifications are hashed, in vain perhaps, until one is found.
"""

import math
import re
from collections.abc import Iterator
from decimal import Decimal

from contract_tests.case import Case
from contract_tests.exchange import Request
from contract_tests.notification import Maker, unique
from contract_tests.payload import Payload, encode
from spec import Field, begin_hash

TRIES = 12_000_000  # ten seconds or so; all but one secret in seventy have one by then
_BYTES = 16  # of the digest; longer ones are hardly ever numbers
_NUMBER = re.compile(r"[0-9]+(e[0-9]+)?", re.IGNORECASE)


def same_number_cases(maker: Maker, tries: int = TRIES) -> Iterator[Case]:
    """The one case, unless no notification with such a hash is found within so many tries."""
    carrier = maker.operation.request_hash
    field = next((item for item in maker.operation.fields if item.fresh and item.is_string), None)
    if carrier is None or field is None or not maker.partner.secret:
        return
    found = [value for value in [_value(maker, field, tries)] if value]

    def build() -> Request:
        # Sent again, it is another notification: an exact repeat might be refused as one.
        value = found.pop() if len(found) > 1 else _value(maker, field, tries) or found[0]
        body = maker.body({field.name: value})
        wrong = {**body, carrier.field: same_number(body[carrier.field])}
        what = f'"{carrier.field}" is the same number as the right one, written otherwise'
        return maker.request(Payload(encode(wrong), wrong, shown=frozenset([field.name])), what=what)

    if found:
        found.append(found[0])
        yield Case("SIG-1", "same-number", "refusal", build, maker, fault="hash")


def _value(maker: Maker, field: Field, tries: int) -> str | None:
    """A new value of the field which makes the right hash a number that can be written otherwise."""
    start = unique()
    begun = begin_hash(maker.operation, maker.partner, maker.body({field.name: start}), start)
    if begun is None or begun[0].digest_size != _BYTES or not field.schema.is_valid(f"{start}{tries}"):
        return None
    digest, rest = begun
    copy = digest.copy
    for number in range(tries):
        tried = copy()
        tried.update(b"%d" % number + rest)
        text = tried.hexdigest()
        if text.replace("e", "", 1).isdecimal() and same_number(text):
            return f"{start}{number}"
    return None


def same_number(text: str) -> str | None:
    """Another text, as long as `text`, of the same finite number; None where `text` is no number or has no other.

    It has few digits and an exponent: whole numbers of more than 64 bits are compared as texts even by PHP.
    """
    if not _NUMBER.fullmatch(text) or math.isinf(float(text)):
        return None
    _, digits, exponent = Decimal(repr(float(text))).normalize().as_tuple()
    start = "".join(map(str, digits)) + "e"
    other = f"{start}{exponent:0{len(text) - len(start)}d}"
    return other if other != text and float(other) == float(text) else None
