"""What happens below ASGI: bytes that are not HTTP, heads without end, callers that never finish.

uvicorn answers some of these itself, in plain text. Here each gets the contract's envelope, the connection stays
readable until the caller has had a chance to read it, and a connection limit is kept by closing idle ones first.
The names of uvicorn that this module leans on are tested one by one in tests/mockserver/test_leaning.py.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from mockserver.behaviours import CONNECTION
from mockserver.connection import Connection
from mockserver.malformed import not_http
from mockserver.rounds import Round

if TYPE_CHECKING:
    from uvicorn.config import Config
    from uvicorn.server import ServerState

    from mockserver.limits import Limits
    from mockserver.outside import Outside

LINGER_SECONDS = 2.0  # how long a refused connection is kept readable, so that the refusal is not lost to a reset
HALF_CLOSED_SECONDS = 3.0  # how long an answer is still awaited once the caller has closed its own side
LINGER_BYTES = 64 * 1024 * 1024


class _HeadTooLargeError(Exception):
    """Raised inside the parser's callback, so that it stops reading a head that is too large."""


class MockProtocol(Connection):
    """A connection that refuses in the contract's words what uvicorn refuses in its own."""

    outside: Outside
    limits: Limits

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.limit_concurrency = None  # kept here instead, see connection_made
        self.since = 0.0  # when the connection, or its current request, began
        self._in_head = False
        self._seen_of_head = 0
        self._ended = False  # whether a request has ended within what is being read
        self._refused = False
        self._refuse_later: tuple[str, str] | None = None
        self._swallowed = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection; over the limit an idle one makes room, and if none is idle the caller is told."""
        super().connection_made(transport)
        self.since = self.loop.time()
        if len(self.connections) > self.limits.connections and not self._close_an_idle_one():
            self.app = self.outside.busy()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave nothing behind that only the garbage collector would find."""
        super().connection_lost(exc)
        if self.cycle is not None and self.cycle.response_complete:
            self.scope.pop(CONNECTION, None)  # type: ignore[misc]

    def _close_an_idle_one(self) -> bool:
        others = [peer for peer in self.connections if isinstance(peer, MockProtocol) and peer is not self]
        idle = [peer for peer in others if peer.is_idle]
        if not idle:
            return False
        min(idle, key=lambda peer: peer.since).transport.close()
        return True

    def data_received(self, data: bytes) -> None:
        """Feed the parser; swallow what comes after a refusal."""
        if self._refused:
            self._swallowed += len(data)
            if self._swallowed > LINGER_BYTES:
                self.transport.close()
            return
        if self._in_head:
            self._seen_of_head += len(data)
        else:
            self._seen_of_head = len(data)
        self._ended = False
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self.decline_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserError as error:
            if isinstance(error.__context__, _HeadTooLargeError):
                self._refuse("too-large", "the request line and headers are larger than the server reads")
            else:
                self._refuse("malformed-request", not_http(error))
        else:
            if self._in_head and self._ended:
                self._seen_of_head = 0  # most of these bytes were the end of the request before this one
            elif self._in_head and self._seen_of_head > self.limits.head_bytes:
                self._refuse("too-large", "the request line and headers are larger than the server reads")

    def on_message_complete(self) -> None:
        """End the request."""
        self._ended = True
        super().on_message_complete()

    def on_message_begin(self) -> None:
        """Start the clock for one request."""
        self._in_head = True
        self.since = self.loop.time()
        super().on_message_begin()
        self.scope[CONNECTION] = self  # type: ignore[literal-required]

    def on_headers_complete(self) -> None:
        """Hand the request on, unless its head is too large."""
        self._in_head = False
        if self._seen_of_head > self.limits.head_bytes:
            size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
            if size > self.limits.head_bytes:
                raise _HeadTooLargeError
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Go on, at the last with a refusal that had to wait for this answer."""
        self.since = self.loop.time()
        super().on_response_complete()
        if self._refuse_later is not None and not self.transport.is_closing():
            self._refuse(*self._refuse_later)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Finish what was asked when a caller closes only its own side, as `nc` does."""
        if self._refused or self.is_idle or self.scheme == "https":
            return False
        if self.cycle.more_body and not self.cycle.response_started:
            self._refuse("malformed-request", "the body ends before its announced length")
        else:
            self.cycle.keep_alive = False
            self.loop.call_later(HALF_CLOSED_SECONDS, self._close_if_unanswered, self.cycle)
        return True

    def _close_if_unanswered(self, cycle: object) -> None:
        """Stop waiting: a caller that closed its side may as well be gone, and then nothing else would tell."""
        if self.cycle is cycle and not self.cycle.response_complete:
            self.transport.close()

    def overdue(self, now: float) -> None:
        """Close, or refuse, a caller that takes too long; called about once a second for every connection."""
        waited = now - self.since
        if waited > self.limits.request_seconds and (self.transport.is_closing() or self.flow.write_paused):
            self.transport.abort()  # a caller that does not read what it is sent would keep its connection for ever
            return
        if self._refused or self.transport.is_closing():
            return
        if self._in_head and waited > self.limits.head_seconds:
            self._refuse("malformed-request", "the head of the request did not arrive in time")
        elif self.is_idle:
            if waited > (self.limits.head_seconds if self.cycle is None else self.timeout_keep_alive):
                self.transport.close()
        elif self.cycle.more_body and waited > self.limits.request_seconds:
            self._refuse("malformed-request", "the body did not arrive in time")

    def _refuse(self, fault: str, why: str) -> None:
        """Answer with the contract's envelope, then close once the caller had time to read it."""
        if not self.is_idle and not self.cycle.more_body:
            self._refuse_later = (fault, why)  # an earlier request on this connection is still being answered
            return
        self._refused = True
        self.flow.resume_reading()
        if not self.is_idle:
            started = self.cycle.response_started
            self.cycle.disconnected = True
            self.cycle.message_event.set()
            if started:
                self.transport.close()
                return
        answer = self.outside.refuse(fault, why, self.client)
        headers = [*self.server_state.default_headers, *answer.headers, (b"connection", b"close")]
        head = [STATUS_LINE[answer.status], *(name + b": " + value + b"\r\n" for name, value in headers), b"\r\n"]
        self.transport.write(b"".join(head) + answer.body)
        if self.transport.can_write_eof():
            self.transport.write_eof()
            self.loop.call_later(LINGER_SECONDS, self.transport.close)
        else:
            self.transport.close()


def speaking(outside: Outside, limits: Limits) -> type[MockProtocol]:
    """The connection class for one server: uvicorn wants a class, and gives it no room for settings."""
    return type("MockProtocol", (MockProtocol,), {"outside": outside, "limits": limits, "round": Round()})
