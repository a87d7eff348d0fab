"""A run over a file of sessions: its result file, read from outside, and a run in a process of its own."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.command_line import clean_environ
from tests.document import SESSION
from tests.sending.scripted import Received, Scripted

LINES = 60


def results(path: Path) -> Path:
    """Where its outcomes are recorded."""
    return path.with_name(path.name + ".results.ndjson")


def recorded(path: Path) -> list[dict[str, Any]]:
    """What is recorded by now, whole lines only."""
    lines = results(path).read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in lines]


def intended(path: Path) -> set[int]:
    """Lines that were about to be sent."""
    return {line for data in recorded(path) if data["kind"] == "sending" for line in data["lines"]}


def finished(path: Path) -> list[int]:
    """Lines with an outcome."""
    return [data["line"] for data in recorded(path) if data["kind"] == "answer"]


def line_of(received: Received) -> int:
    """The line that a notification came from."""
    return int(received.json[SESSION][1:])


def start(server: Scripted, path: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start a run in a process of its own."""
    command = [sys.executable, "-m", "luckymonaco", "send", server.url, "--from", str(path), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean_environ())


def wait_for(server: Scripted, count: int) -> None:
    """Wait until so many notifications have arrived."""
    end = time.monotonic() + 30
    while len(server.received) < count:
        assert time.monotonic() < end
        time.sleep(0.005)
