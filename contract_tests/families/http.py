"""HTTP: methods that the path does not take."""

from collections.abc import Iterator
from functools import partial

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker

_OFTEN_BODILESS = ("GET", "DELETE")


@cases("HTTP-1")
def wrong_method(maker: Maker) -> Iterator[Case]:
    """Each wrong method with right credentials and a right body, and without a body where that is usual."""
    rule = maker.contract.rules["HTTP-1"]
    for method in rule.methods:
        if method == maker.operation.method:
            continue
        if method in _OFTEN_BODILESS:
            yield Case("HTTP-1", method, "not-success", partial(_bare, maker, method), maker, fault="transport")
            alone = partial(_bare, maker, method, credentials=False)
            yield Case("HTTP-1", f"{method}-alone", "not-success", alone, maker, fault="transport")
        build = partial(_with_body, maker, method)
        yield Case("HTTP-1", f"{method}-with-body", "not-success", build, maker, fault="transport")


def _bare(maker: Maker, method: str, *, credentials: bool = True) -> Request:
    none = {} if credentials else {item.role: None for item in maker.operation.credentials}
    what = f"{method} without a body" + ("" if credentials else " or credentials")
    return maker.request(raw=b"", method=method, content_type=None, credentials=none, what=what)


def _with_body(maker: Maker, method: str) -> Request:
    return maker.request(method=method, what=f"{method} for {maker.operation.method}")
