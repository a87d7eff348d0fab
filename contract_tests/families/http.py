"""HTTP: methods that the path does not take."""

from collections.abc import Callable, Iterator

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker

_METHODS = ("GET", "PUT", "PATCH", "DELETE")
_BODILESS = ("GET", "DELETE")


@cases("HTTP-1")
def wrong_method(maker: Maker) -> Iterator[Case]:
    """Each wrong method with right credentials and, where that is usual, a right body."""
    for method in _METHODS:
        if method != maker.operation.method:
            yield Case("HTTP-1", method, "not-success", _sent_by(maker, method), maker, fault="transport")


def _sent_by(maker: Maker, method: str) -> Callable[[], Request]:
    if method in _BODILESS:
        return lambda: maker.request(raw=b"", method=method, content_type=None, what=f"{method} without a body")
    return lambda: maker.request(method=method, what=f"{method} for {maker.operation.method}")
