"""What happens below ASGI: bytes that are not HTTP, heads without end, callers that never finish.

uvicorn answers some of these itself, in plain text. Here each gets the contract's envelope, the connection stays
readable until the caller has had a chance to read it, and a connection limit is kept by closing idle ones first.
The names of uvicorn that this module leans on are tested one by one in tests/mockserver/test_leaning.py.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from mockserver.behaviours import CONNECTION
from mockserver.malformed import not_http
from mockserver.rounds import Round, run_at_once
from mockserver.upgrade import parser_of_body

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application
    from uvicorn.config import Config
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
    from uvicorn.server import ServerState

    from mockserver.answers import Prepared
    from mockserver.limits import Limits
    from mockserver.outside import Outside

LINGER_SECONDS = 2.0  # how long a refused connection is kept readable, so that the refusal is not lost to a reset
HALF_CLOSED_SECONDS = 3.0  # how long an answer is still awaited once the caller has closed its own side
LINGER_BYTES = 64 * 1024 * 1024


class _HeadTooLargeError(Exception):
    """Raised inside the parser's callback, so that it stops reading a head that is too large."""


class MockProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 connection, refusing in the contract's words what uvicorn refuses in its own."""

    outside: Outside
    limits: Limits
    round: Round

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
        self._defaults: tuple[object, bytes] = (None, b"")

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

    @property
    def is_idle(self) -> bool:
        """Whether no request of this connection waits for its answer."""
        return self.cycle is None or self.cycle.response_complete

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
            self._decline_upgrade(data[upgrade.args[0] :])
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

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Let a request take part in the next round, rather than make a task for it."""
        self.round.join(self.loop, self._serve, cycle, app)

    def _serve(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        if cycle.more_body:
            super()._start_asgi_task(cycle, app)  # it has to wait for the rest of its body
        else:
            run_at_once(cycle.run_asgi(app), self.loop, self.tasks)
            self._hold_back()  # asking for the body has made uvicorn read on

    def _hold_back(self) -> None:
        """Read no more while requests wait: who sends faster than is answered would fill the memory."""
        if self.pipeline and not self.transport.is_closing():
            self.flow.pause_reading()

    def _decline_upgrade(self, rest: bytes) -> None:
        """Take a request that offers another protocol as the HTTP/1.1 that it is: Java's client offers h2c with each.

        The parser believes that HTTP ends with the head. A new one is told of the body by a head of our own.
        """
        framing = self._framing()
        if framing:
            self.parser, begin = parser_of_body(self, framing)
            begin()  # only now: an empty body ends at once, and that must be this parser's word
        if rest:
            self.data_received(rest)

    def _framing(self) -> list[bytes]:
        framing = (b"content-length", b"transfer-encoding")
        return [name + b": " + value + b"\r\n" for name, value in self.headers if name in framing]

    def on_message_complete(self) -> None:
        """End the request, unless its body is yet to come after a declined offer to upgrade."""
        self._ended = True
        if not (self.parser.should_upgrade() and self._framing()):
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
        """Go on with the next request that has arrived, or with a refusal that had to wait for this answer.

        uvicorn also sets a timer here, for each answer anew; `overdue` ends idle connections without.
        """
        self.since = self.loop.time()
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            self._hold_back()
        if self._refuse_later is not None:
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

    def answer(self, scope: object, answer: Prepared) -> bool:
        """Send a whole answer in one write, in place of ASGI's two messages; False if this is not the time for it.

        uvicorn puts each head together anew and writes it apart from its body, which is half of what a request costs.
        """
        cycle = self.cycle
        if cycle.scope is not scope or cycle.response_started or cycle.disconnected or self.flow.write_paused:
            return False
        close = b"" if cycle.keep_alive else b"connection: close\r\n"
        body = b"" if cycle.scope["method"] == "HEAD" else answer.body
        defaults = self.server_state.default_headers
        if defaults is not self._defaults[0]:  # uvicorn makes them anew each second, with the date
            self._defaults = defaults, b"".join([name + b": " + value + b"\r\n" for name, value in defaults])
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        self.transport.write(b"".join((answer.head, self._defaults[1], close, b"\r\n", body)))
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return True

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
