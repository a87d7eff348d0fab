"""However a run ends, nothing is lost: kill -9, a signal, a second one."""

import signal
import time
from pathlib import Path

import pytest

from tests.sending.conftest import Run
from tests.sending.scripted import Reply, scripted, success
from tests.sending.sessions import LINES, finished, intended, line_of, start, wait_for


@pytest.mark.parametrize("parallel", [1, 6])
def test_kill_9_loses_nothing_and_says_what_may_be_sent_twice(run: Run, sessions: Path, parallel: int) -> None:
    """After kill -9, twice, every line has arrived; those that arrived twice were announced."""
    announced: set[int] = set()
    with scripted(Reply(200, success().body, delay=0.02)) as server:
        for count in (15, 35):
            process = start(server, sessions, "--parallel", str(parallel))
            wait_for(server, count)
            process.kill()
            process.communicate()
            announced |= intended(sessions) - set(finished(sessions))
        result = run("send", server.url, "--from", sessions, "--parallel", parallel)

    arrived = [line_of(received) for received in server.received]
    twice = {line for line in arrived if arrived.count(line) > 1}
    assert result.code == 0, result.err
    assert set(arrived) == set(range(2, LINES + 2))
    assert sorted(finished(sessions)) == list(range(2, LINES + 2))
    assert twice <= announced
    assert len(announced) <= 2 * parallel
    assert "going on: " in result.err
    assert f"{LINES} of {LINES} notifications answered" in result.out
    if "under way" in result.err:
        assert "possibly twice" in result.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_is_orderly(run: Run, sessions: Path, number: int) -> None:
    """Ctrl-C waits for what is under way, records it and says so; the next start sends the rest, each line once."""
    with scripted(Reply(200, success().body, delay=0.05)) as server:
        process = start(server, sessions, "--parallel", "3")
        wait_for(server, 9)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        stopped = len(finished(sessions))
        result = run("send", server.url, "--from", sessions, "--rate", 1000)

    arrived = [line_of(received) for received in server.received]
    assert process.returncode == 2, err
    assert "INCOMPLETE" in out
    assert "stopped: interrupted; the same command goes on from here" in err
    assert 9 <= stopped < LINES
    assert result.code == 0
    assert "under way" not in result.err
    assert sorted(arrived) == list(range(2, LINES + 2))


def test_a_second_ctrl_c_waits_for_nothing(sessions: Path) -> None:
    """The first one waits for an answer that does not come, the second ends at once; the line stays in doubt."""
    with scripted(Reply(200, success().body, delay=8)) as server:
        process = start(server, sessions)
        wait_for(server, 1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, err = process.communicate(timeout=20)

    assert time.monotonic() - began < 4
    assert process.returncode == 130
    assert "Traceback" not in err
    assert intended(sessions) == {2}
    assert not finished(sessions)
