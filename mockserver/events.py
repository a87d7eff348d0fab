"""Server-sent events: each new exchange, to whoever follows."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.pipeline import Receive, Send
    from mockserver.state import State

_KEEP_ALIVE_SECONDS = 10.0


class Following:
    """One reader of the stream."""

    def __init__(self, state: State) -> None:
        self._state = state

    async def stream(self, receive: Receive, send: Send) -> None:
        """Each new exchange as a server-sent event, until the reader is gone."""
        gone = asyncio.ensure_future(receive())
        with self._state.journal.listen() as listener:
            await send({"type": "http.response.body", "body": b": listening\n\n", "more_body": True})
            try:
                while not gone.done() and not self._state.journal.closed:
                    data = b": still here\n\n"
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_KEEP_ALIVE_SECONDS):
                            data = await self._next(listener.queue, gone)
                    await send({"type": "http.response.body", "body": data, "more_body": True})
            finally:
                gone.cancel()
        await send({"type": "http.response.body", "body": b""})

    async def _next(self, queue: asyncio.Queue[Any], gone: asyncio.Future[Any]) -> bytes:
        waiting = asyncio.ensure_future(queue.get())
        try:
            await asyncio.wait({waiting, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not waiting.done():
                waiting.cancel()
        if not waiting.done() or waiting.cancelled():
            return b""
        events = [waiting.result()]
        while not queue.empty():
            events.append(queue.get_nowait())
        shown = [event if isinstance(event, dict) else self._state.view.summary(event) for event in events]
        return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in shown if event)
