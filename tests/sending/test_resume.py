"""A crash loses nothing: intents and outcomes are on disk in time, and a second start goes on where the first ended."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.sending.conftest import Run
from tests.sending.scripted import SESSION, Received, Reply, Scripted, failure, scripted, success

LINES = 60


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    """A file of sessions, s2 on line 2 and so on."""
    path = tmp_path / "sessions.csv"
    path.write_text(f"{SESSION}\n" + "".join(f"s{line}\n" for line in range(2, LINES + 2)), encoding="utf-8")
    return path


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
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LUCKYMONACO_")}
    command = [sys.executable, "-m", "luckymonaco", "send", server.url, "--from", str(path), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=clean)


def wait_for(server: Scripted, count: int) -> None:
    """Wait until so many notifications have arrived."""
    end = time.monotonic() + 30
    while len(server.received) < count:
        assert time.monotonic() < end
        time.sleep(0.005)


def test_intents_and_outcomes_are_on_disk_in_time(run: Run, sessions: Path) -> None:
    """When a notification arrives, its intent is in the file, and the outcome of each one counted before."""
    seen = []

    def script(received: Received, number: int) -> Reply:
        seen.append((line_of(received) in intended(sessions), len(finished(sessions)) >= number - 1))
        return success()

    with scripted(script=script) as server:
        result = run("send", server.url, "--from", sessions)

    assert result.code == 0
    assert len(seen) == LINES
    assert set(seen) == {(True, True)}


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


def test_a_finished_file_sends_nothing(run: Run, sessions: Path) -> None:
    """A second start after the end says so by its result, which is that of the first."""
    with scripted(success(), Reply(200, b"no JSON"), success()) as server:
        first = run("send", server.url, "--from", sessions, "--rate", 1000)
        second = run("send", server.url, "--from", sessions)

    assert (first.code, second.code) == (1, 1)
    assert len(server.received) == LINES
    assert f"going on: {LINES} lines have an outcome" in second.err


def test_a_torn_last_line_is_cut_off(run: Run, sessions: Path) -> None:
    """What a crash left of a line is left out, and its notification is announced as possibly sent twice."""
    with scripted(success()) as server:
        run("send", server.url, "--from", sessions, "--rate", 1000)
        whole = results(sessions).read_bytes()
        results(sessions).write_bytes(whole[:-20])
        result = run("send", server.url, "--from", sessions)

    assert result.code == 0
    assert "cut short by a crash" in result.err
    assert "1 lines were under way" in result.err
    assert len(server.received) == LINES + 1
    assert len(finished(sessions)) == LINES


def test_lines_in_doubt_may_be_skipped(run: Run, sessions: Path) -> None:
    """--in-doubt skip sends nothing twice; the run is not complete then."""
    with scripted(success()) as server:
        run("send", server.url, "--from", sessions, "--rate", 1000)
        results(sessions).write_bytes(results(sessions).read_bytes()[:-20])
        result = run("send", server.url, "--from", sessions, "--in-doubt", "skip")

    assert result.code == 2
    assert "INCOMPLETE" in result.out
    assert "skipped (--in-doubt skip)" in result.err
    assert len(server.received) == LINES
    assert f"{LINES - 1} of {LINES} notifications answered" in result.out


@pytest.mark.parametrize("change", ["--set", "--from", "URL"])
def test_a_result_file_belongs_to_one_run(run: Run, sessions: Path, change: str) -> None:
    """Another file, other values or another target: refused, nothing is sent."""
    with scripted(success()) as first, scripted(success()) as second:
        run("send", first.url, "--from", sessions, "--rate", 1000)
        other = ("--set", f"{SESSION}=x") if change == "--set" else ()
        if change == "--from":
            sessions.write_text(sessions.read_text() + "one-more\n")
        result = run("send", (second if change == "URL" else first).url, "--from", sessions, *other)

    assert result.code == 2
    assert change in result.err
    assert (len(first.received), len(second.received)) == (LINES, 0)


def test_two_runs_do_not_share_a_result_file(run: Run, sessions: Path) -> None:
    """The second one is refused."""
    with scripted(Reply(200, success().body, delay=0.05)) as server:
        process = start(server, sessions)
        wait_for(server, 2)
        result = run("send", server.url, "--from", sessions)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)

    assert result.code == 2
    assert "another run is writing" in result.err


def test_another_file_is_not_overwritten(run: Run, sessions: Path, tmp_path: Path) -> None:
    """--results with a file that is none: refused, and left as it was."""
    precious = tmp_path / "precious.txt"
    precious.write_text("do not touch\nme\n")

    with scripted(success()) as server:
        result = run("send", server.url, "--from", sessions, "--results", precious)

    assert result.code == 2
    assert "not a result file" in result.err
    assert precious.read_text() == "do not touch\nme\n"
    assert not server.received


def test_what_never_left_is_sent_next_time(run: Run, sessions: Path) -> None:
    """A target that is not there ends the run after some lines; they are no doubtful ones, and are sent later."""
    with scripted(success()) as server:
        port = server.url.rpartition(":")[2]
    gone = run("send", f"http://127.0.0.1:{port}", "--from", sessions)

    assert gone.code == 2
    assert "not sent" in gone.err
    assert all(data["word"] == "NOT SENT" for data in recorded(sessions) if data["kind"] == "answer")
    assert len(recorded(sessions)) < 20


def test_retries_are_recorded(run: Run, sessions: Path) -> None:
    """How often a line was sent is in its outcome."""
    with scripted(failure(503), success()) as server:
        result = run("send", server.url, "--from", sessions, "--retry-on", "503", "--rate", 1000)

    answers = [data for data in recorded(sessions) if data["kind"] == "answer"]
    assert result.code == 0
    assert [data["sendings"] for data in answers] == [2] + [1] * (LINES - 1)
    assert "1 were sent more than once" in result.out


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
