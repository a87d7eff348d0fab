"""A request that offers to go on in another protocol, as Java's client offers h2c with each: read as plain HTTP/1.1.

httptools ends such a request with its head. A second parser is told of the body by a head that is made up for it, and
reads the body and all that follows on the connection.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import httptools


class Callbacks(Protocol):
    """What httptools calls of a protocol."""

    def on_message_begin(self) -> None:
        """A request begins."""

    def on_url(self, url: bytes) -> None:
        """A part of the target."""

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header."""

    def on_headers_complete(self) -> None:
        """The end of the head."""

    def on_body(self, body: bytes) -> None:
        """A part of the body."""

    def on_message_complete(self) -> None:
        """The end of the request."""


def parser_of_body(protocol: Callbacks, framing: list[bytes]) -> tuple[httptools.HttpRequestParser, Callable[[], None]]:
    """A parser that tells the protocol of what comes, and what puts it behind a head with these framing headers."""
    following = _Following(protocol)
    parser = httptools.HttpRequestParser(following)
    parser.set_dangerous_leniencies(lenient_data_after_close=True)

    def begin() -> None:
        parser.feed_data(b"POST / HTTP/1.1\r\n" + b"".join(framing) + b"\r\n")
        following.listen()

    return parser, begin


class _Following:
    """Listens to the parser that goes on after a declined offer; deaf to the head which was made up for it."""

    def __init__(self, protocol: Callbacks) -> None:
        self._protocol = protocol
        self._deaf = True

    def listen(self) -> None:
        """Hand on what is parsed from now on."""
        self._deaf = False

    def on_message_begin(self) -> None:
        if not self._deaf:
            self._protocol.on_message_begin()

    def on_url(self, url: bytes) -> None:
        if not self._deaf:
            self._protocol.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._deaf:
            self._protocol.on_header(name, value)

    def on_headers_complete(self) -> None:
        if not self._deaf:
            self._protocol.on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._protocol.on_body(body)

    def on_message_complete(self) -> None:
        self._protocol.on_message_complete()
