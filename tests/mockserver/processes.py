"""`luckymonaco mock` as a process on a free port."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from spec import Partner, attach
from tests.command_line import clean_environ
from tests.document import OPERATION


@contextmanager
def process(*options: str, environ: dict[str, str] | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`luckymonaco mock` on a free port, and its banner."""
    command = [sys.executable, "-m", "luckymonaco", "mock", "--port", "0", *options]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**clean_environ(), **(environ or {})}
    )
    try:
        assert running.stdout
        lines = []
        for line in running.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        yield running, "".join(lines)
    finally:
        if running.poll() is None:
            running.kill()
        running.communicate(timeout=10)


def port_of(text: str) -> int:
    """The port that a banner tells."""
    found = re.search(r"http://127\.0\.0\.1:(\d+)", text)
    assert found, text
    return int(found[1])


def request(**changed: Any) -> bytes:
    """The bytes of a valid notification with the demo credentials."""
    query, _ = attach(OPERATION, Partner({}))
    body = json.dumps({**OPERATION.example, **changed}).encode()
    head = (
        f"{OPERATION.method} {OPERATION.path}?{query} HTTP/1.1\r\nHost: x\r\nContent-Type: {OPERATION.media_type}\r\n"
    )
    return head.encode() + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
