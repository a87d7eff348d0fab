"""The mock in a thread of one's own process, for tests: started, ready when `start` returns, stopped at the end."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType
from typing import TYPE_CHECKING

from mockserver.app import Mock, create
from mockserver.server import make_server
from spec import ServeError

if TYPE_CHECKING:
    from mockserver.settings import MockSettings
    from spec import Contract

_START_SECONDS = 20.0
_TURNS = 10  # of the loop, in which a connection that was cut off comes to its end


async def _some_turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)


class Background:
    """One mock on a port of its own."""

    def __init__(self, contract: Contract, settings: MockSettings) -> None:
        self.contract = contract
        self.mock: Mock = create(contract, settings)
        self._socket = socket.create_server((settings.host, settings.port))
        self.port: int = self._socket.getsockname()[1]
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server = make_server(self.mock, settings, self._started)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self.url = f"{'https' if settings.tls_cert else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> Background:
        """Serve, and wait until requests are answered; ServeError if that takes too long."""
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise ServeError("the mock did not start", where=self.url, expected=f"within {_START_SECONDS:g} s")
        return self

    def _started(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()

    def settle(self) -> None:
        """Wait until everything that has been answered has been noted: callers may be quicker than the journal."""
        if self._loop is not None and self._loop.is_running():
            asyncio.run_coroutine_threadsafe(_some_turns(), self._loop).result(_START_SECONDS)

    def stop(self) -> None:
        """Stop serving, and wait for it."""
        self._server.should_exit = True
        self._thread.join(_START_SECONDS)
        self._socket.close()

    def __enter__(self) -> Background:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
