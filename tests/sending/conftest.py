"""The command line in the test's own process, with a clean environment."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from luckymonaco.cli import main
from tests.document import SESSION
from tests.mockserver.serving import Served, serving
from tests.sending.sessions import LINES


@dataclass(frozen=True)
class Ran:
    """How one run of the command line ended."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """Its standard output as NDJSON."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command line."""
    for name in [name for name in os.environ if name.startswith("LUCKYMONACO_")]:
        monkeypatch.delenv(name)

    def command(*arguments: object) -> Ran:
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return command


@pytest.fixture(scope="session")
def mock() -> Iterator[Served]:
    """A mock that checks the request hash, with credentials of its own."""
    with serving(partner_id="partner & son", partner_token="tö=ken+1%x", secret="s3cr3t") as served:
        yield served


@pytest.fixture
def credentials() -> tuple[str, ...]:
    """The options that the mock asks for."""
    return ("--partner-id", "partner & son", "--partner-token", "tö=ken+1%x", "--secret", "s3cr3t")


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    """A file of sessions, s2 on line 2 and so on."""
    path = tmp_path / "sessions.csv"
    path.write_text(f"{SESSION}\n" + "".join(f"s{line}\n" for line in range(2, LINES + 2)), encoding="utf-8")
    return path
