"""`--workers`: several processes on one port are one mock."""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from spec import DEFAULT_PATH, Partner, attach
from tests.document import OPERATION, REFUSAL, SUCCESS
from tests.mockserver.controlling import TOKEN
from tests.mockserver.processes import port_of, process
from tests.mockserver.redis_server import redis
from tests.mockserver.serving import wait_until

HEADERS = {"Authorization": f"Bearer {TOKEN}"}


class Workers:
    """A mock with two workers."""

    def __init__(self, running: subprocess.Popen[str], url: str) -> None:
        self.running = running
        self.url = url

    def notify(self, path: str = OPERATION.path) -> httpx.Response:
        """Send a valid notification over a connection of its own, which any worker may take."""
        return httpx.post(f"{self.url}{path}?{attach(OPERATION, Partner({}))[0]}", json=dict(OPERATION.example))

    def health(self) -> dict[str, str]:
        """What one of them says of itself."""
        return httpx.get(f"{self.url}/healthz").json()  # type: ignore[no-any-return]

    def children(self) -> list[str]:
        """The processes."""
        return Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children").read_text().split()

    def counted(self) -> float:
        """The requests that /metrics of one of them counts."""
        text = httpx.get(f"{self.url}/metrics").text
        return sum(float(count) for count in re.findall(r"^luckymonaco_mock_requests_total\S* (\S+)$", text, re.M))


@contextmanager
def workers(folder: Path, *options: str) -> Iterator[Workers]:
    """Two workers with a Redis of their own."""
    with redis(folder) as server:
        fixed = ["--workers", "2", "--state", server.url, "--control-token", TOKEN, "--log-format", "none"]
        with process(*fixed, *options) as (running, text):
            mock = Workers(running, f"http://127.0.0.1:{port_of(text)}")
            wait_until(lambda: mock.health()["state"] == "shared")
            yield mock


def test_are_one_mock(tmp_path: Path) -> None:
    """Answers, journal and counts are those of all; one that dies is replaced, and what it counted stays counted."""
    with workers(tmp_path) as mock:
        httpx.put(f"{mock.url}/__mock/next", json={"answers": [REFUSAL.name] * 2}, headers=HEADERS)
        statuses = [mock.notify().status_code for _ in range(12)]
        assert statuses.count(REFUSAL.status) == 2
        wait_until(lambda: httpx.get(f"{mock.url}/__mock/requests/count", headers=HEADERS).json()["count"] == 12)
        for _ in range(4):
            wait_until(lambda: mock.counted() == 12)

        first, _ = mock.children()
        time.sleep(1.1)  # a worker that ends within its first second is not started again
        subprocess.run(["kill", "-9", first], check=True)
        wait_until(lambda: len(mock.children()) == 2 and first not in mock.children())
        wait_until(lambda: mock.notify().status_code == SUCCESS.status)
        sent = 13
        for _ in range(8):
            wait_until(lambda: mock.counted() == sent)
        mock.running.send_signal(signal.SIGTERM)
        out, _ = mock.running.communicate(timeout=15)

    assert mock.running.returncode == 0
    assert "try it" not in out  # the banner is printed once


def test_all_reload(tmp_path: Path) -> None:
    """With --reload all workers take over a change, and none a broken one; nor does one that is started later."""
    file = tmp_path / "contract.yaml"
    shutil.copy(DEFAULT_PATH, file)
    text = file.read_text(encoding="utf-8")
    new = OPERATION.path + "2"
    with workers(tmp_path, "--spec", str(file), "--reload") as mock:
        assert mock.notify().status_code == SUCCESS.status
        file.write_text(text.replace(f"  {OPERATION.path}:\n", f"  {new}:\n", 1), encoding="utf-8")
        _wait_until_all(lambda: mock.notify(new).status_code == SUCCESS.status)
        assert mock.notify().status_code == 404

        time.sleep(1.1)
        first, _ = mock.children()
        subprocess.run(["kill", "-9", first], check=True)
        wait_until(lambda: len(mock.children()) == 2 and first not in mock.children())
        _wait_until_all(lambda: mock.notify(new).status_code == SUCCESS.status)

        file.write_text("openapi: 3.0.3\npaths: [\n", encoding="utf-8")
        _wait_until_all(lambda: "line" in mock.health()["reload"])
        assert {mock.notify(new).status_code for _ in range(10)} == {SUCCESS.status}

        mock.running.kill()
        wait_until(lambda: _is_gone(mock))


def _is_gone(mock: Workers) -> bool:
    """Whether workers whose parent was killed have ended, too."""
    try:
        mock.health()
    except httpx.TransportError:
        return True
    return False


def _wait_until_all(condition: object) -> None:
    """Wait until it is true ten times in a row, whichever worker is asked."""
    wait_until(lambda: all(condition() for _ in range(10)), 40)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("--workers 2", "journal"),
        ("--workers 0", "1 or more"),
        ("--workers 2 --state http://x", "not a Redis URL"),
        ("--workers 2 --state redis://127.0.0.1:1 --respond nope", "no such answer"),
        ("--workers 2 --state redis://127.0.0.1:1 --tls-cert /nowhere", "certificate"),
    ],
)
def test_unusable_options(options: str, reason: str) -> None:
    """What cannot be used is said once, before any worker is started."""
    command = [sys.executable, "-m", "luckymonaco", "mock", "--port", "0", *options.split()]
    got = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)

    assert (got.returncode, len(got.stderr.splitlines())) == (2, 1), got.stderr
    assert reason in got.stderr
