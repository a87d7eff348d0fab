"""What happens around the application: requests that never become one, and exceptions that got past every stage.

It is also the place where one document's application gives way to the next one's.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mockserver.exchange import Exchange

if TYPE_CHECKING:
    from mockserver.answers import Answers, Prepared
    from mockserver.pipeline import App, Observer, Receive, Scope, Send
    from mockserver.running import Running
    from mockserver.view import View

log = logging.getLogger("luckymonaco.mock")


class Outside:
    """The outermost ASGI application, and the answers for what happens below ASGI (protocol.py asks for them)."""

    app: App
    answers: Answers
    view: View
    running: Running

    def __init__(self, observers: Sequence[Observer] = ()) -> None:
        self.observers = tuple(observers)

    def serve(self, app: App, answers: Answers, view: View) -> None:
        """Serve this application from the next request on."""
        self.app, self.answers, self.view = app, answers, view

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; the last word on an exception is not left to the ASGI server."""
        if scope["type"] != "http":
            await self.running.lifespan(receive, send)
            return
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            log.error("%s outside of every stage", type(error).__name__)
            await self._always("system-error", b"an exception in the mock's own code")(scope, receive, send)

    def refuse(self, fault: str, why: str, client: tuple[str, int] | None) -> Prepared:
        """The canned answer for a fault below ASGI, saying why in its header."""
        answer = self.answers.for_fault(fault)
        scope: dict[str, Any] = {"client": client, "method": "-", "path": "-", "query_string": b"", "headers": []}
        exchange = Exchange(scope, time.time())
        exchange.fail("HTTP", fault, why)
        exchange.answer, exchange.chosen_by, exchange.why = answer, "check", why
        for observe in self.observers:
            observe(exchange)
        return answer.with_headers((b"x-luckymonaco-why", why.encode("ascii", "replace")))

    def busy(self) -> App:
        """The application of a connection over the limit."""
        return self._always("unavailable", b"too many connections")

    def _always(self, fault: str, why: bytes) -> App:
        answer = self.answers.for_fault(fault).with_headers((b"connection", b"close"), (b"x-luckymonaco-why", why))

        async def app(_: Scope, __: Receive, send: Send) -> None:
            await answer.send(send)

        return app
