"""The command line in a process of its own, as Locust needs it."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import clean_environ


@dataclass(frozen=True)
class Ran:
    """How one run of `load` ended."""

    code: int
    out: str
    err: str
    summary: dict[str, Any]


Load = Callable[..., Ran]


def command(*arguments: object) -> list[str]:
    """The command line of one run."""
    return [sys.executable, "-m", "luckymonaco", "load", *map(str, arguments)]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Runs `load` to its end, with a summary for programs."""

    def run(*arguments: object, **environ: str) -> Ran:
        path = tmp_path / "summary.json"
        done = subprocess.run(
            command(*arguments, "--json", path),
            capture_output=True,
            text=True,
            timeout=120,
            env={**clean_environ(), **environ},
            check=False,
        )
        summary = json.loads(path.read_text() or "{}") if path.exists() else {}
        return Ran(done.returncode, done.stdout, done.stderr, summary)

    return run
