"""Sending again: only after what the user named, with growing pauses, within bounds, and never in secret."""

import time

import pytest

from tests.sending.conftest import Run
from tests.sending.scripted import Reply, failure, scripted, success


def test_it_is_sent_again_until_it_is_answered(run: Run) -> None:
    """Two 503, then a success: KEPT, sent three times with growing pauses, and all of that is said."""
    with scripted(failure(503), failure(503), success()) as server:
        result = run("send", server.url, "--retry-on", "5xx")

    times = [received.at for received in server.received]
    assert result.code == 0, result.out
    assert result.out.count("again    after 503") == 2
    assert times[1] - times[0] >= 0.45
    assert times[2] - times[1] >= 0.95
    assert len({received.body for received in server.received}) == 1


@pytest.mark.parametrize("reply", [failure(503), failure(429), Reply(close=True)], ids=["503", "429", "dropped"])
def test_nothing_is_sent_again_unasked(run: Run, reply: Reply) -> None:
    """Without --retry-on, every notification is sent once, whatever happens."""
    with scripted(reply, success()) as server:
        run("send", server.url)

    assert len(server.received) == 1


def test_other_failures_are_not_retried(run: Run) -> None:
    """--retry-on 429 does not concern a 503."""
    with scripted(failure(503), success()) as server:
        result = run("send", server.url, "--retry-on", "429")

    assert result.code == 1
    assert len(server.received) == 1


def test_the_target_may_ask_for_more_time(run: Run) -> None:
    """Retry-After is waited for where it is longer than the back-off."""
    headers = (("Content-Type", "application/json"), ("Retry-After", "2"))
    with scripted(failure(429, headers=headers), success()) as server:
        result = run("send", server.url, "--retry-on", "429")

    assert result.code == 0
    assert server.received[1].at - server.received[0].at >= 1.9


def test_retries_are_bounded(run: Run) -> None:
    """After --retries the last answer counts."""
    with scripted(failure(503)) as server:
        result = run("send", server.url, "--retry-on", "503", "--retries", 1)

    assert result.code == 1
    assert "FAIL  OK-1" in result.out
    assert len(server.received) == 2


def test_retries_count_towards_the_total(run: Run) -> None:
    """--max-requests holds for everything that is sent."""
    with scripted(failure(503)) as server:
        run("send", server.url, "--retry-on", "503", "--max-requests", 2, "--repeat", 2)

    assert len(server.received) == 2


def test_the_form_of_a_retried_answer_is_judged(run: Run) -> None:
    """A 503 in HTML breaks ERR-2, though a success followed."""
    html = Reply(503, b"<h1>down</h1>", (("Content-Type", "text/html"),))
    with scripted(html, success()) as server:
        result = run("send", server.url, "--retry-on", "5xx")

    assert result.code == 1
    assert "FAIL  ERR-2" in result.out
    assert "FAIL  OK-1" not in result.out


def test_silence_may_be_retried(run: Run) -> None:
    """A time-out and a dropped connection are reasons too, if named."""
    with scripted(Reply(200, success().body, delay=0.8), Reply(close=True), success()) as server:
        start = time.monotonic()
        result = run("send", server.url, "--retry-on", "timeout,dropped", "--timeout", 0.3)

    assert result.code == 0, result.out
    assert time.monotonic() - start < 10
    assert len(server.received) == 3
