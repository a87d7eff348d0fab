"""Several mocks behave as one through Redis; and go on when it goes away."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from spec import SettingError, fingerprint, load
from tests.mockserver.serving import Served, serving, wait_until
from tests.mockserver.test_control import TOKEN, control, requests
from tests.mockserver.test_living import port_of, process

SERVER = shutil.which("redis-server") or shutil.which("valkey-server")
if SERVER is None:
    pytest.skip("neither redis-server nor valkey-server is installed", allow_module_level=True)

OPERATION = load().operations[0]
SUCCESS = OPERATION.success
REFUSAL = next(answer for answer in OPERATION.answers if not answer.is_success)
FIELD = next(field.name for field in OPERATION.fields if field.session_id)


@contextmanager
def redis(folder: Path, port: int = 0) -> Iterator[int]:
    """A real Redis without persistence."""
    if not port:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
    assert SERVER
    command = [
        SERVER,
        "--port",
        str(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--dir",
        str(folder),
        "--bind",
        "127.0.0.1",
    ]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(port))
        yield port
    finally:
        running.terminate()
        running.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def state_of(mock: Served) -> str:
    """What /healthz says of the state."""
    return str(httpx.get(mock.url + "/healthz").json()["state"])


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    """Two mocks with one Redis."""
    with ExitStack() as stack:
        port = stack.enter_context(redis(tmp_path))
        options: dict[str, Any] = {
            "state": f"redis://127.0.0.1:{port}/0",
            "control_token": TOKEN,
            "journal_entries": 20,
        }
        one, two = (stack.enter_context(serving(**options)) for _ in range(2))
        wait_until(lambda: state_of(one) == state_of(two) == "shared")
        yield one, two


def test_journal_is_one(pair: tuple[Served, Served]) -> None:
    """Each shows what arrived at the other, in one order, masked alike, within one bound."""
    one, two = pair
    secret = next(field.name for field in OPERATION.fields if field.secret)
    one.send(**{secret: "hidden-Value"})
    wait_until(lambda: len(requests(two)) == 1)
    two.send(content=b"{")
    wait_until(lambda: len(requests(one)) == 2)

    shown = requests(one)
    assert shown == requests(two)
    assert [entry["number"] for entry in shown] == [2, 1]
    assert [entry["outcome"] for entry in shown] == ["refused", "success"]
    assert "hidden-Value" not in str(shown)
    assert fingerprint("hidden-Value") in str(shown)
    assert control(one, "GET", "requests/count?outcome=success").json() == {"count": 1}
    for _ in range(30):
        one.send()
    wait_until(lambda: requests(two, "limit=100")[0]["number"] == 32)
    assert len(requests(two, "limit=100")) == 20
    assert control(two, "DELETE", "requests").json() == {"deleted": 20}
    assert requests(one) == []


def test_answers_are_one(pair: tuple[Served, Served]) -> None:
    """What is set at one is answered by either, and used up once."""
    one, two = pair
    control(one, "PUT", "next", json={"answers": [REFUSAL.name]})
    control(one, "PUT", "next", json={"answers": ["503"], "session": "mine"})

    assert control(two, "GET", "next").json()["sessions"] == {"mine": ["503"]}
    assert two.send(**{FIELD: "mine"}).status_code == 503
    assert [two.send().json(), one.send().json()] == [REFUSAL.body, SUCCESS.body]
    control(two, "PUT", "next", json={"answers": [REFUSAL.name] * 3})
    control(one, "DELETE", "next")
    assert two.send().json() == SUCCESS.body


def test_sequence_is_one(tmp_path: Path) -> None:
    """A sequence is worked off by all together."""
    with redis(tmp_path) as port, ExitStack() as stack:
        options: dict[str, Any] = {
            "state": f"redis://127.0.0.1:{port}/0",
            "respond": (REFUSAL.name, "503", SUCCESS.name),
        }
        one, two = (stack.enter_context(serving(**options)) for _ in range(2))
        wait_until(lambda: state_of(one) == state_of(two) == "shared")

        statuses = [mock.send().status_code for mock in (one, two, one, two)]

    assert statuses == [REFUSAL.status, 503, SUCCESS.status, SUCCESS.status]


def test_redis_goes_away_and_comes_back(tmp_path: Path) -> None:
    """Answers go on without Redis, /healthz says so, and what was noted meanwhile is handed in."""
    with ExitStack() as stack:
        down = ExitStack()
        port = down.enter_context(redis(tmp_path))
        options: dict[str, Any] = {"state": f"redis://127.0.0.1:{port}/0", "control_token": TOKEN}
        mock = stack.enter_context(serving(**options))
        wait_until(lambda: state_of(mock) == "shared")
        mock.send()
        wait_until(lambda: len(requests(mock)) == 1)
        down.close()

        started = time.monotonic()
        for _ in range(3):
            assert mock.send().json() == SUCCESS.body
        assert time.monotonic() - started < 3
        wait_until(lambda: state_of(mock).startswith("degraded"))
        control(mock, "PUT", "next", json={"answers": [REFUSAL.name]})
        assert mock.send().json() == REFUSAL.body
        assert len(requests(mock)) == 5

        stack.enter_context(redis(tmp_path, port))
        wait_until(lambda: state_of(mock) == "shared", 10)
        wait_until(lambda: len(requests(mock)) == 4)
        assert mock.send().json() == SUCCESS.body


def test_starts_without_redis() -> None:
    """A mock starts when Redis is not there yet."""
    with serving(state="redis://127.0.0.1:1/0") as mock:
        assert mock.send().json() == SUCCESS.body
        assert state_of(mock).startswith("degraded")


def test_unusable_url() -> None:
    """A URL that is not Redis's is refused at start."""
    with pytest.raises(SettingError, match="not a Redis URL"), serving(state="http://x"):
        pass


def test_workers(tmp_path: Path) -> None:
    """Several workers behave as one, and one that dies is replaced."""
    with redis(tmp_path) as port:
        options = [
            "--workers",
            "2",
            "--state",
            f"redis://127.0.0.1:{port}/0",
            "--control-token",
            TOKEN,
            "--log-format",
            "none",
        ]
        with process(*options) as (running, text):
            url = f"http://127.0.0.1:{port_of(text)}"
            notify = lambda: httpx.post(f"{url}{OPERATION.path}?{_demo()}", json=dict(OPERATION.example))  # noqa: E731
            headers = {"Authorization": f"Bearer {TOKEN}"}
            wait_until(lambda: httpx.get(f"{url}/healthz").json()["state"] == "shared")
            httpx.put(f"{url}/__mock/next", json={"answers": [REFUSAL.name] * 2}, headers=headers)
            statuses = [notify().status_code for _ in range(12)]
            assert statuses.count(REFUSAL.status) == 2
            wait_until(lambda: httpx.get(f"{url}/__mock/requests/count", headers=headers).json()["count"] == 12)

            children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
            assert len(children) == 2
            time.sleep(1.1)
            subprocess.run(["kill", "-9", children[0]], check=True)
            wait_until(lambda: len(Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()) == 2)
            running.terminate()
            running.communicate(timeout=15)

        assert running.returncode == 0


def test_workers_need_shared_state() -> None:
    """--workers without --state is refused with the reason."""
    command = [sys.executable, "-m", "luckymonaco", "mock", "--workers", "2"]
    got = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)

    assert got.returncode == 2
    assert "journal" in got.stderr
    assert len(got.stderr.splitlines()) == 1


def _demo() -> str:
    from spec import Partner, attach

    return attach(OPERATION, Partner({}))[0]
