"""A second start goes on where the first one ended."""

from pathlib import Path

from tests.sending.conftest import Run
from tests.sending.scripted import Reply, scripted, success
from tests.sending.sessions import LINES, finished, recorded, results


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


def test_what_never_left_is_sent_next_time(run: Run, sessions: Path) -> None:
    """A target that is not there ends the run after some lines; they are no doubtful ones, and are sent later."""
    with scripted(success()) as server:
        port = server.url.rpartition(":")[2]
    gone = run("send", f"http://127.0.0.1:{port}", "--from", sessions)

    assert gone.code == 2
    assert "not sent" in gone.err
    assert all(data["word"] == "NOT SENT" for data in recorded(sessions) if data["kind"] == "answer")
    assert len(recorded(sessions)) < 20
