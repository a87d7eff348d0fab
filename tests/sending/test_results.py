"""The result file: what is on disk in time, and to which run it belongs."""

import signal
from pathlib import Path

import pytest

from tests.document import SESSION
from tests.sending.conftest import Run
from tests.sending.scripted import Received, Reply, failure, scripted, success
from tests.sending.sessions import LINES, finished, intended, line_of, recorded, start, wait_for


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


def test_retries_are_recorded(run: Run, sessions: Path) -> None:
    """How often a line was sent is in its outcome."""
    with scripted(failure(503), success()) as server:
        result = run("send", server.url, "--from", sessions, "--retry-on", "503", "--rate", 1000)

    answers = [data for data in recorded(sessions) if data["kind"] == "answer"]
    assert result.code == 0
    assert [data["sendings"] for data in answers] == [2] + [1] * (LINES - 1)
    assert "1 were sent more than once" in result.out
