"""A real Redis or Valkey on a free port, without persistence; it can be stopped, frozen and started again."""

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.listening import free_port
from tests.mockserver.serving import Served, wait_until

SERVER = shutil.which("redis-server") or shutil.which("valkey-server")
if SERVER is None:
    pytest.skip("neither redis-server nor valkey-server is installed", allow_module_level=True)


class RedisServer:
    """One server; every start is a new one without memory on the same port."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        assert SERVER
        self._command = [SERVER, *f"--port {self.port} --save --appendonly no --bind 127.0.0.1 --dir".split()]
        self._command[4:4] = [""]  # the value of --save
        self._command += [str(folder), *options]
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What --state takes."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it can be reached."""
        self._running = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        wait_until(self._answers)

    def stop(self) -> None:
        """Kill it, as a machine that fails does."""
        if self._running is not None:
            self._running.kill()
            self._running.wait(10)
            self._running = None

    def freeze(self, *, frozen: bool = True) -> None:
        """Let it keep its connections and answer nothing, or go on."""
        assert self._running
        self._running.send_signal(signal.SIGSTOP if frozen else signal.SIGCONT)

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def redis(folder: Path, *options: str) -> Iterator[RedisServer]:
    """A running server."""
    server = RedisServer(folder, *options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def state_of(mock: Served) -> str:
    """What /healthz says of the state."""
    return str(httpx.get(mock.url + "/healthz").json()["state"])
