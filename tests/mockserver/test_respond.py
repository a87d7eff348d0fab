"""Whoever runs the mock chooses what it answers, and how late."""

import time
from typing import Any

import httpx
import pytest

from mockserver.script import Script
from spec import SettingError
from tests.document import OPERATION, REFUSAL
from tests.mockserver.serving import serving


class TestSequence:
    """`--respond`: answers for the whole server, one after the other."""

    def test_ends_as_usual(self) -> None:
        """A caller's retry meets two refusals and then a success; later requests are answered as usual."""
        with serving(respond=(REFUSAL.name, REFUSAL.code, OPERATION.success.name)) as served:
            got = [served.send().json() for _ in range(4)]

        assert got == [REFUSAL.body, REFUSAL.body, OPERATION.success.body, OPERATION.success.body]

    def test_cycles(self) -> None:
        """With --respond-cycle it begins again."""
        with serving(respond=(REFUSAL.name, OPERATION.success.name), respond_cycle=True) as served:
            got = [served.send().is_success for _ in range(5)]

        assert got == [False, True, False, True, False]

    def test_success_means_as_usual(self) -> None:
        """A success on the list does not make the mock accept what it would refuse."""
        with serving(respond=(OPERATION.success.name,), respond_cycle=True) as served:
            assert served.answers("malformed-json", served.send(content=b"{"))

    def test_behaviours_on_the_list(self) -> None:
        """Behaviours can stand on the list."""
        with serving(respond=("delay-300", "proxy-error")) as served:
            started = time.monotonic()
            assert served.send().json() == OPERATION.success.body
            assert time.monotonic() - started >= 0.3
            assert served.send().status_code == 502
            assert served.send().json() == OPERATION.success.body

    def test_strangers_do_not_use_it_up(self) -> None:
        """Requests on other paths or without credentials take nothing from the list."""
        with serving(respond=(REFUSAL.name,)) as served:
            httpx.get(served.url + "/elsewhere")
            httpx.post(served.url + OPERATION.path, json={})
            assert served.send().json() == REFUSAL.body

    def test_prefer_comes_first(self) -> None:
        """A caller's own choice prevails, and takes nothing from the list."""
        other = OPERATION.answers[-1]
        with serving(respond=(REFUSAL.name,)) as served:
            assert served.send(headers={"Prefer": f"example={other.name}"}).json() == other.body
            assert served.send().json() == REFUSAL.body

    def test_unknown_name(self) -> None:
        """A name that does not exist is refused at start, with those that do."""
        with pytest.raises(SettingError, match=f"no such answer.*{REFUSAL.name}"), serving(respond=("nope",)):
            pass


class TestDelay:
    """`--delay`: every answer comes late."""

    def test_fixed(self) -> None:
        """A fixed delay holds for every answer, refusals included."""
        with serving(delay="200") as served:
            for content in (None, b"{"):
                started = time.monotonic()
                served.send(content=content)
                assert time.monotonic() - started >= 0.2

    def test_range(self) -> None:
        """A range is kept."""
        with serving(delay="50-150") as served:
            started = time.monotonic()
            served.send()
            assert 0.05 <= time.monotonic() - started < 1

    @pytest.mark.parametrize("text", ["fast", "-1", "5-1", "1.5", "1-2-3", "99999999999"])
    def test_unusable(self, text: str) -> None:
        """Anything else is refused at start."""
        with pytest.raises(SettingError, match="not a delay"), serving(delay=text):
            pass


def test_script_is_bounded() -> None:
    """Lists for single sessions do not grow without end."""
    script = Script()
    for number in range(20_000):
        script.put(["x"], f"session-{number}")

    sessions: Any = script.pending()["sessions"]
    assert len(sessions) == 10_000
    assert script.take("session-19999") == "x"
    assert script.take("session-19999") is None
