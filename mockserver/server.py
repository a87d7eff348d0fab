"""The uvicorn server below the mock: our protocol, a quiet end, overdue callers, and garbage collection that fits."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import uvicorn

from mockserver import workers
from mockserver.descriptors import room_for
from mockserver.limits import Limits
from mockserver.protocol import speaking

if TYPE_CHECKING:
    from mockserver.app import Mock
    from mockserver.journal import Journal
    from mockserver.settings import MockSettings

_TICKS = 10  # of uvicorn, about a second, from one look at the connections to the next


class Server(uvicorn.Server):
    """One server; `announce` is called once it accepts connections."""

    def __init__(self, config: uvicorn.Config, journal: Journal, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._journal = journal
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup(sockets)
        # What start-up made lives as long as the process: no collection need look at it.
        gc.freeze()
        gc.enable()
        gc.set_threshold(20_000, 20, 20)  # the journal's entries live long; looking at them often finds nothing
        self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send those away who follow the journal, then end."""
        self._journal.close()
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Look after callers that take too long; whether the server should end."""
        if counter % _TICKS == 0:
            now = asyncio.get_running_loop().time()
            for connection in list(self.server_state.connections):
                connection.overdue(now)  # type: ignore[union-attr]
            if workers.is_orphan():
                return True
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End quietly: uvicorn raises the signal again at the end, so that a stop looks like a crash."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def make_server(mock: Mock, settings: MockSettings, announce: Callable[[], None]) -> Server:
    """The server of a mock, by its settings."""
    most = room_for(settings.max_connections)
    limits = Limits(settings.head_limit, settings.head_timeout, settings.request_timeout, most)
    config = uvicorn.Config(
        mock.app,
        http=speaking(mock.outside, limits),
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=settings.tls_cert,
        ssl_keyfile=settings.tls_key,
        timeout_keep_alive=settings.idle_timeout,
        timeout_graceful_shutdown=settings.shutdown_timeout,
    )
    return Server(config, mock.journal, announce)
