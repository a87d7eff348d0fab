"""Redis goes away, hangs, is not there yet or wants a password: answers go on, /healthz says so, it is found again."""

import time
from pathlib import Path

import pytest

from spec import SettingError
from tests.document import REFUSAL, SUCCESS
from tests.mockserver.controlling import TOKEN, control, requests
from tests.mockserver.redis_server import redis, state_of
from tests.mockserver.serving import serving, wait_until


def test_killed_and_started_again(tmp_path: Path) -> None:
    """Answers go on without Redis, /healthz says so, and what was noted meanwhile is handed in."""
    with redis(tmp_path) as server, serving(state=server.url, control_token=TOKEN) as mock:
        wait_until(lambda: state_of(mock) == "shared")
        mock.send()
        wait_until(lambda: len(requests(mock)) == 1)
        server.stop()

        assert [mock.send().json() for _ in range(3)] == [SUCCESS.body] * 3
        wait_until(lambda: state_of(mock).startswith("degraded"))
        control(mock, "PUT", "next", json={"answers": [REFUSAL.name]})
        assert mock.send().json() == REFUSAL.body
        assert len(requests(mock)) == 5

        server.start()
        wait_until(lambda: state_of(mock) == "shared", 10)
        wait_until(lambda: len(requests(mock)) == 4)
        assert mock.send().json() == SUCCESS.body


def test_frozen(tmp_path: Path) -> None:
    """A Redis that hangs costs one short wait, not one for each request; it is found again by itself."""
    with redis(tmp_path) as server, serving(state=server.url, control_token=TOKEN) as mock:
        wait_until(lambda: state_of(mock) == "shared")
        server.freeze()
        assert mock.send().json() == SUCCESS.body

        started = time.monotonic()
        for _ in range(20):
            assert mock.send().json() == SUCCESS.body
        assert time.monotonic() - started < 20 * 0.4
        assert state_of(mock).startswith("degraded")

        server.freeze(frozen=False)
        wait_until(lambda: state_of(mock) == "shared", 10)
        wait_until(lambda: len(requests(mock)) == 21)


def test_lists_are_followed_while_it_is_away(tmp_path: Path) -> None:
    """Whoever follows the list is told of this mock's own requests meanwhile."""
    with redis(tmp_path) as server, serving(state=server.url) as mock:
        wait_until(lambda: state_of(mock) == "shared")
        assert mock.mock.journal.tells_listeners is False
        server.stop()
        mock.send()
        wait_until(lambda: state_of(mock).startswith("degraded"))

        assert mock.mock.journal.tells_listeners is True


def test_starts_without_redis() -> None:
    """A mock starts when Redis is not there yet."""
    with serving(state="redis://127.0.0.1:1/0") as mock:
        assert mock.send().json() == SUCCESS.body
        assert state_of(mock).startswith("degraded: Redis is away (ConnectionError)")


def test_password(tmp_path: Path) -> None:
    """The password stands in the URL; with a wrong one /healthz says what is wrong, and shows none."""
    with redis(tmp_path, "--requirepass", "pass-Word-1") as server:
        with serving(state=server.url.replace("redis://", "redis://:pass-Word-1@")) as mock:
            wait_until(lambda: state_of(mock) == "shared")
        with serving(state=server.url.replace("redis://", "redis://:pass-Word-2@")) as mock:
            assert state_of(mock) == "degraded: Redis is away (AuthenticationError), this mock goes on by itself"


@pytest.mark.parametrize("url", ["http://x", "redis://:pass-Word@x:port", "redis://x/name", "redis://x?no_such=1", "x"])
def test_unusable_url(url: str) -> None:
    """A URL that is not Redis's is refused at start, and not repeated: it may hold a password."""
    with pytest.raises(SettingError, match="not a Redis URL") as error, serving(state=url):
        pass

    assert "pass-Word" not in str(error.value)
