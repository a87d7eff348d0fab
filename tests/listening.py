"""Free ports, and programs that listen on one."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager


def free_port() -> int:
    """A port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(arguments: Sequence[str], port: int, environ: Mapping[str, str] | None = None) -> Iterator[str]:
    """A program that listens on a port for as long as the context lasts; its URL."""
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(arguments, env=environ, stdout=nowhere, stderr=nowhere, start_new_session=True)
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)  # PHP leaves its workers behind otherwise
        process.wait(30)
