"""What runs beside the requests: the log is written out, and a changed document is taken over.

A document that has become unusable changes nothing: the last good one is served on, and the log says what is wrong.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from spec import Contract, LuckyMonacoError, Source, load

if TYPE_CHECKING:
    from mockserver.outside import Outside
    from mockserver.pipeline import Receive, Send
    from mockserver.state import State

log = logging.getLogger("luckymonaco.mock")

_OFTEN_SECONDS = 0.2
_LOOK_SECONDS = 0.5


class _Stamp(NamedTuple):
    """What changes when a file does; negative where there is none."""

    number: int
    changed: int
    size: int


class Running:
    """The tasks of one server."""

    def __init__(
        self, outside: Outside, state: State, often: Sequence[Callable[[], None]], watched: Path | None
    ) -> None:
        self.outside = outside
        self._state = state
        self.rebuild: Callable[[Contract], None] = lambda _: None
        self._often = often  # what is done a few times a second, and once more at the end
        self._watched = watched
        self.text = ""  # of the document that is served
        self._wrong = ""  # what is wrong with the document as it now stands, if it is not the one that is served

    def health(self) -> dict[str, Any]:
        """What /healthz says of it."""
        return {**self._state.health(), **({"reload": self._wrong or "ok"} if self._watched else {})}

    async def lifespan(self, receive: Receive, send: Send) -> None:
        """ASGI's lifespan: run for as long as the server does."""
        await receive()
        work: list[Coroutine[Any, Any, None]] = [self._repeat()]
        if self._watched:
            work.append(self._watch(self._watched))
        await self._state.start()
        tasks = [asyncio.create_task(item) for item in work]
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in tasks:
            task.cancel()
        await self._state.stop()
        self._do_often()
        await send({"type": "lifespan.shutdown.complete"})

    async def _repeat(self) -> None:
        while True:
            await asyncio.sleep(_OFTEN_SECONDS)
            self._do_often()

    def _do_often(self) -> None:
        for act in self._often:
            act()

    async def _watch(self, path: Path) -> None:
        # The first look counts as a change, since the file may have changed while the server started.
        looked, seen = self._stamp(), _Stamp(0, 0, 0)
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            before, looked = looked, self._stamp()
            if before == looked != seen:  # the same twice: whoever writes, or puts another file in its place, is done
                seen = looked
                await self.reload(path)

    def _stamp(self) -> _Stamp:
        """What changes when the file does."""
        try:
            status = self._watched.stat() if self._watched else None
        except OSError:
            status = None
        return _Stamp(status.st_ino, status.st_mtime_ns, status.st_size) if status else _Stamp(-1, -1, -1)

    async def reload(self, path: Path) -> None:
        """Take over the document as it now stands, if it can be used."""
        try:
            if not self._wrong and Source.read(path).text == self.text:
                return
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
