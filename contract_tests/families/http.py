"""HTTP: methods that the path does not take."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlencode

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker
from contract_tests.payload import Payload

_OFTEN_BODILESS = ("GET", "DELETE")


@cases("HTTP-1")
def wrong_method(maker: Maker) -> Iterator[Case]:
    """Each wrong method with right credentials and a right body, and with less where that is usual."""
    rule = maker.contract.rules["HTTP-1"]
    for method in rule.methods:
        if method == maker.operation.method:
            continue
        if method in _OFTEN_BODILESS:
            yield Case("HTTP-1", method, "not-success", partial(_bare, maker, method), maker, fault="transport")
        if method == "GET":
            alone = partial(_bare, maker, method, credentials=False)  # two faults, of which either may be told
            yield Case("HTTP-1", f"{method}-alone", "not-success", alone, maker)
            build = partial(_in_the_query, maker, method)
            yield Case("HTTP-1", f"{method}-with-fields", "not-success", build, maker, fault="transport")
        build = partial(_with_body, maker, method)
        yield Case("HTTP-1", f"{method}-with-body", "not-success", build, maker, fault="transport")


def with_body(maker: Maker) -> list[str]:
    """The wrong methods that usually have a body."""
    rule = maker.contract.rules.get("HTTP-1")
    methods = rule.methods if rule else ()
    return [method for method in methods if method not in (*_OFTEN_BODILESS, maker.operation.method)]


def _bare(maker: Maker, method: str, *, credentials: bool = True) -> Request:
    none = {} if credentials else {item.role: None for item in maker.operation.credentials}
    what = f"{method} without a body" + ("" if credentials else " or credentials")
    return maker.request(Payload(b""), method=method, content_type=None, credentials=none, what=what)


def _in_the_query(maker: Maker, method: str) -> Request:
    body = maker.body()
    fields = urlencode({name: value for name, value in body.items() if isinstance(value, str)})
    query = maker.query_with(fields)
    what = f"{method} with the fields in the query"
    return maker.request(Payload(b"", body), method=method, content_type=None, query=query, what=what)


def _with_body(maker: Maker, method: str) -> Request:
    return maker.request(method=method, what=f"{method} for {maker.operation.method}")
