"""uvicorn's HTTP/1.1 connection, made fast: requests are served in rounds, and an answer leaves in one write.

Only what is asked and answered is its business; limits and refusals are those of `protocol`, which builds on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from mockserver.rounds import Round, run_at_once
from mockserver.upgrade import parser_of_body

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    from mockserver.answers import Prepared


class Connection(HttpToolsProtocol):
    """One connection of a caller, who may send the next request before the answer to the last has come."""

    round: Round
    _defaults: tuple[object, bytes] = (None, b"")  # the headers of every answer, and what they are on the wire

    @property
    def is_idle(self) -> bool:
        """Whether no request of this connection waits for its answer."""
        return self.cycle is None or self.cycle.response_complete

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

    def on_response_complete(self) -> None:
        """Go on with the next request that has arrived.

        uvicorn also sets a timer here, for each answer anew; whoever owns the connections ends the idle ones.
        """
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            self._hold_back()

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

    def decline_upgrade(self, rest: bytes) -> None:
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
        if not (self.parser.should_upgrade() and self._framing()):
            super().on_message_complete()
