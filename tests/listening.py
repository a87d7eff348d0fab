"""Free ports, and programs that listen on one."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any


def free_port() -> int:
    """A port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[Any]", seconds: float = 30) -> None:
    """Wait until somebody listens on a port, or the process that should has ended."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)


@contextmanager
def listening(arguments: Sequence[str], port: int, environ: Mapping[str, str] | None = None) -> Iterator[str]:
    """A program that listens on a port for as long as the context lasts; its URL."""
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(arguments, env=environ, stdout=nowhere, stderr=nowhere, start_new_session=True)
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # PHP leaves its workers behind otherwise
        process.wait(30)
