"""What happens around the application: requests that never become one, and exceptions that got past every stage."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.answers import Answers, Prepared
    from mockserver.pipeline import App, Receive, Scope, Send

log = logging.getLogger("luckymonaco.mock")


class Outside:
    """The contract's answers for what happens below ASGI (see protocol.Outsider)."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def refuse(self, fault: str, why: str, client: tuple[str, int] | None) -> Prepared:
        """The canned answer for a fault below ASGI, saying why in its header."""
        return self.answers.for_fault(fault).with_headers((b"x-luckymonaco-why", why.encode("ascii", "replace")))

    def busy(self) -> App:
        """The application of a connection over the limit."""
        return self._always("unavailable", b"too many connections")

    def around(self, app: App) -> App:
        """The application, with the last word taken from the ASGI server: what it would say of an exception is not ours."""
        broken = self._always("system-error", b"an exception in the mock's own code")

        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            try:
                await app(scope, receive, send)
            except Exception as error:
                if scope["type"] != "http":
                    raise
                log.error("%s outside of every stage", type(error).__name__)
                await broken(scope, receive, send)

        return guarded

    def _always(self, fault: str, why: bytes) -> App:
        answer = self.answers.for_fault(fault).with_headers((b"connection", b"close"), (b"x-luckymonaco-why", why))
        start: Any = answer.start
        end: Any = answer.end

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            await send(start)
            await send(end)

        return app
