"""Several mocks behave as one through Redis."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from spec import fingerprint
from tests.document import OPERATION, REFUSAL, SESSION, SUCCESS
from tests.mockserver.controlling import TOKEN, control, requests
from tests.mockserver.redis_server import redis, state_of
from tests.mockserver.serving import Served, serving, wait_until

SECRET = next(field.name for field in OPERATION.fields if field.secret)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    """Two mocks with one Redis."""
    with ExitStack() as stack:
        server = stack.enter_context(redis(tmp_path))
        options: dict[str, Any] = {"state": server.url, "control_token": TOKEN, "journal_entries": 20}
        one, two = (stack.enter_context(serving(**options)) for _ in range(2))
        wait_until(lambda: state_of(one) == state_of(two) == "shared")
        yield one, two


def test_journal_is_one(pair: tuple[Served, Served]) -> None:
    """Each shows what arrived at the other, in one order, masked alike, within one bound."""
    one, two = pair
    one.send(**{SECRET: "hidden-Value"})
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
    assert control(two, "GET", f"requests/count?field.{SECRET}=hidden-Value").json() == {"count": 1}
    for _ in range(30):
        one.send()
    wait_until(lambda: requests(two, "limit=100")[0]["number"] == 32)
    assert len(requests(two, "limit=100")) == 20
    assert control(two, "DELETE", "requests").json() == {"deleted": 20}
    assert requests(one) == []


def test_journal_is_bounded_in_bytes(tmp_path: Path) -> None:
    """The bound in bytes holds for what is kept in Redis, too."""
    with redis(tmp_path) as server, serving(state=server.url, control_token=TOKEN, journal_bytes=50_000) as mock:
        wait_until(lambda: state_of(mock) == "shared")
        for _ in range(20):
            mock.send(**{SESSION: "x" * 3000})
        wait_until(lambda: requests(mock)[0]["number"] == 20)

        assert 2 < len(requests(mock)) < 15


def test_answers_are_one(pair: tuple[Served, Served]) -> None:
    """What is set at one is answered by either, and used up once."""
    one, two = pair
    control(one, "PUT", "next", json={"answers": [REFUSAL.name]})
    control(one, "PUT", "next", json={"answers": ["503"], "session": "mine"})

    assert control(two, "GET", "next").json()["sessions"] == {"mine": ["503"]}
    assert two.send(**{SESSION: "mine"}).status_code == 503
    assert [two.send().json(), one.send().json()] == [REFUSAL.body, SUCCESS.body]
    control(two, "PUT", "next", json={"answers": [REFUSAL.name] * 3})
    control(one, "DELETE", "next")
    assert two.send().json() == SUCCESS.body


def test_no_session_is_no_session(pair: tuple[Served, Served]) -> None:
    """A notification whose session cannot be read takes nothing from any session's list."""
    one, two = pair
    control(one, "PUT", "next", json={"answers": ["503"], "session": "None"})

    assert two.send(content=b"{").status_code == 400
    assert two.send(**{SESSION: "None"}).status_code == 503


def test_live_list_is_one(pair: tuple[Served, Served]) -> None:
    """Whoever follows one mock is told of what arrives at the other."""
    one, two = pair
    seen: list[dict[str, Any]] = []

    def follow() -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.stream("GET", one.url + "/__mock/events", headers=headers, timeout=10) as stream:
            seen.append(json.loads(next(line for line in stream.iter_lines() if line.startswith("data: "))[6:]))

    reader = threading.Thread(target=follow)
    reader.start()
    wait_until(lambda: bool(one.mock.journal._listeners))
    two.send(content=b"{")
    reader.join(10)

    assert [entry["outcome"] for entry in seen] == ["refused"]


def test_sequence_is_one(tmp_path: Path) -> None:
    """A sequence is worked off by all together."""
    with redis(tmp_path) as server, ExitStack() as stack:
        options: dict[str, Any] = {"state": server.url, "respond": (REFUSAL.name, "503", SUCCESS.name)}
        one, two = (stack.enter_context(serving(**options)) for _ in range(2))
        wait_until(lambda: state_of(one) == state_of(two) == "shared")

        statuses = [mock.send().status_code for mock in (one, two, one, two)]

    assert statuses == [REFUSAL.status, 503, SUCCESS.status, SUCCESS.status]
