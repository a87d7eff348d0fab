"""Requests are served in rounds: all that arrived together is parsed, then all of it is answered.

The processor likes it better than one request after the other from end to end. A complete request needs no task, which
would cost a tenth of it; only what has to wait goes on in one. Until then there is no current task, so whoever
needs one (`asyncio.timeout` does) awaits `in_a_task()` first.
"""

from __future__ import annotations

import asyncio
import types
from collections.abc import Callable, Coroutine, Generator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application
    from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

    Serve = Callable[[RequestResponseCycle, ASGI3Application], None]


class Round:
    """The requests of all connections that will be served when the event loop has read what there is."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Serve, RequestResponseCycle, ASGI3Application]] = []

    def join(
        self, loop: asyncio.AbstractEventLoop, serve: Serve, cycle: RequestResponseCycle, app: ASGI3Application
    ) -> None:
        """Take a request in; the first one calls the round."""
        if not self._waiting:
            loop.call_soon(self._begin)
        self._waiting.append((serve, cycle, app))

    def _begin(self) -> None:
        waiting, self._waiting = self._waiting, []
        for serve, cycle, app in waiting:
            serve(cycle, app)


def run_at_once(
    coroutine: Coroutine[Any, Any, None], loop: asyncio.AbstractEventLoop, tasks: set[asyncio.Task[None]]
) -> None:
    """Run a coroutine up to where it first waits; what is left of it becomes one of the tasks."""
    try:
        awaited = coroutine.send(None)
    except StopIteration:
        return
    task = loop.create_task(_rest(coroutine, awaited))
    task.add_done_callback(tasks.discard)
    tasks.add(task)


async def in_a_task() -> None:
    """Go on in a task, if this is none yet."""
    if asyncio.current_task() is None:
        await asyncio.sleep(0)


async def _rest(coroutine: Coroutine[Any, Any, None], awaited: Any) -> None:
    await _go_on(coroutine, awaited)


@types.coroutine
def _go_on(coroutine: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """Stand between a task and a coroutine that already waits: hand each what the other gives."""
    try:
        while True:
            try:
                result = yield awaited
            except BaseException as error:
                awaited = coroutine.throw(error)
            else:
                awaited = coroutine.send(result)
    except StopIteration:
        return
