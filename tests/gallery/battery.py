"""The requests that tell the variants apart, in the order in which they are sent."""

from collections.abc import Iterator
from functools import cache

from spec import Contract, Operation, Partner
from tests.document import CONTRACT
from tests.gallery.case import PARTNERS, Caller, Case
from tests.gallery.requests_of_bodies import bodies, hostile
from tests.gallery.requests_of_callers import credentials, hashes
from tests.gallery.requests_of_fields import fields, successes


def battery(contract: Contract, partner: Partner, operation: Operation | None = None) -> list[Case]:
    """Every request to one operation of a document, the first if no other is named, for one partner."""
    make = Caller(contract, partner, operation)
    parts = (successes, fields, bodies, credentials, hashes, methods, hostile)
    return [case for part in parts for case in part(make)]


@cache
def requests(partner: str) -> list[Case]:
    """Every request to the kit's own operation for one of the partners."""
    return battery(CONTRACT, PARTNERS[partner])


def methods(make: Caller) -> Iterator[Case]:
    """Other methods than the operation's."""
    rule = make.contract.rules.get("HTTP-1")
    for method in rule.methods if rule else ():
        rules = frozenset({"HTTP-1", "HTTP-2", "ERR-5", "ERR-7"})
        yield Case(f"method-{method}", rules, "method", make.call(make.body(), method=method))
        none = dict.fromkeys(item.role for item in make.operation.credentials)
        yield Case(f"method-{method}-alone", rules, "method", make.call(b"", method=method, credentials=none))
