"""The log: one line for each request, no secret, and none that a caller forged."""

import io
import json
import logging
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from mockserver import app as application
from mockserver import own_log
from mockserver.logs import RequestLog
from tests.document import OPERATION
from tests.mockserver.serving import Served, serving


def logged(monkeypatch: pytest.MonkeyPatch, form: str, play: Callable[[Served], object]) -> list[str]:
    """The lines that are logged while something is played."""
    stream = io.StringIO()
    monkeypatch.setattr(application, "RequestLog", lambda kind: RequestLog(kind, stream))
    with serving(log_format=form, partner_token="tok-3n-Secret") as served:
        play(served)
    return stream.getvalue().splitlines()


def test_human(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line says when, what, how it was answered and why."""
    (line,) = logged(monkeypatch, "human", lambda mock: mock.send(content=b"{"))

    assert f"{OPERATION.method} {OPERATION.path} 400 malformed-json" in line
    assert "the body is not JSON" in line


def test_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """With --log-format json each line is an object."""
    (line,) = logged(monkeypatch, "json", lambda mock: mock.send())

    entry = json.loads(line)
    assert (entry["outcome"], entry["path"], entry["status"]) == ("success", OPERATION.path, 200)


@pytest.mark.parametrize("form", ["human", "json"])
def test_no_secret_and_no_forged_line(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    """Tokens in the query or in the path do not reach the log; line ends and terminal codes in a path are escaped."""

    def play(mock: Served) -> None:
        mock.send()
        httpx.post(mock.url + mock.target(partner_token="tok-wrong"), json=mock.body())
        httpx.get(mock.url + "/tok-3n-Secret")
        mock.raw(mock.request(target="/x%0A2026-01-01T00:00:00.000Z%20POST%20/forged%20200%1b[31m"))
        mock.raw(b"forged\r\nline\r\n\r\n")

    lines = logged(monkeypatch, form, play)

    assert len(lines) == 5
    text = "\n".join(lines)
    assert "tok-" not in text
    assert "\x1b" not in text


def test_log_to_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that nobody reads any more does not stop the answers."""
    stream = io.StringIO()
    stream.close()
    monkeypatch.setattr(application, "RequestLog", lambda kind: RequestLog(kind, stream))
    with serving(log_format="human") as served:
        assert served.send().json() == OPERATION.success.body
        assert replace(served).send().json() == OPERATION.success.body


def test_own_messages_are_json_too(capfd: pytest.CaptureFixture[str]) -> None:
    """With --log-format json what the mock says of itself is an object as well, of one line whatever is in it."""
    before = logging.getLogger("luckymonaco").handlers
    own_log.configure("json")
    try:
        logging.getLogger("luckymonaco.mock").warning("a line\nand \x1b[31m another: %s", "x")
    finally:
        for name in ("luckymonaco", "uvicorn.error"):
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = before, True

    (line,) = capfd.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "a line\\nand \\x1b[31m another: x"
