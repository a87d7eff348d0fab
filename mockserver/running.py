"""What runs beside the requests: the log is written out, and a changed document is taken over.

A document that has become unusable changes nothing: the last good one is served on, and the log says what is wrong.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spec import Contract, LuckyMonacoError, load

if TYPE_CHECKING:
    from mockserver.logs import RequestLog
    from mockserver.outside import Outside
    from mockserver.pipeline import Receive, Send
    from mockserver.state import State

log = logging.getLogger("luckymonaco.mock")

_FLUSH_SECONDS = 0.2
_LOOK_SECONDS = 0.5


class Running:
    """The tasks of one server."""

    def __init__(self, outside: Outside, state: State, request_log: RequestLog | None, watched: Path | None) -> None:
        self.outside = outside
        self._state = state
        self.rebuild: Callable[[Contract], None] = lambda _: None
        self._log = request_log
        self._watched = watched
        self._seen = self._stamp()
        self._wrong = ""  # what is wrong with the document as it now stands, if it is not the one that is served

    def health(self) -> dict[str, Any]:
        """What /healthz says of it."""
        return {**self._state.health(), **({"reload": self._wrong or "ok"} if self._watched else {})}

    async def lifespan(self, receive: Receive, send: Send) -> None:
        """ASGI's lifespan: run for as long as the server does."""
        await receive()
        work: list[Coroutine[Any, Any, None]] = []
        if self._log:
            work.append(self._flush(self._log))
        if self._watched:
            work.append(self._watch(self._watched))
        await self._state.start()
        tasks = [asyncio.create_task(item) for item in work]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        await self._state.stop()
        if self._log:
            self._log.flush()
        await send({"type": "lifespan.shutdown.complete"})

    async def _flush(self, request_log: RequestLog) -> None:
        while True:
            await asyncio.sleep(_FLUSH_SECONDS)
            request_log.flush()

    async def _watch(self, path: Path) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            stamp = self._stamp()
            if stamp is not None and stamp != self._seen:
                self._seen = stamp
                await self.reload(path)

    def _stamp(self) -> tuple[int, int] | None:
        """What changes when the file does; None while an editor is just replacing it."""
        try:
            status = self._watched.stat() if self._watched else None
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size) if status else None

    async def reload(self, path: Path) -> None:
        """Take over the document as it now stands, if it can be used."""
        try:
            contract = await asyncio.to_thread(load, path)  # checking it takes a second, in which requests are answered
            self.rebuild(contract)
        except LuckyMonacoError as error:
            self._wrong = str(error)
            log.error("the changed document is not used: %s", error)
        except Exception as error:
            self._wrong = type(error).__name__
            log.error("the changed document is not used: %s", type(error).__name__)
        else:
            self._wrong = ""
            log.info("the changed document is served: %s", path)
