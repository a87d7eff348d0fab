"""Operators that a test writes for itself, on the gallery's base."""

from collections.abc import Iterator
from contextlib import contextmanager

from mockserver.gallery import Operator
from mockserver.gallery.serving import Server
from spec import Partner
from tests.document import CONTRACT


@contextmanager
def serving(kind: type[Operator], partner: Partner | None = None) -> Iterator[str]:
    """The base URL of an operator on a free port."""
    server = Server(kind(CONTRACT, partner or Partner({}), ""), "127.0.0.1", 0).start()
    try:
        yield server.url
    finally:
        server.stop()
