"""What Locust's client received, or why it received nothing, as the judge wants to have it."""

import socket
import ssl
import zlib
from typing import Any

import gevent
from geventhttpclient._parser import HTTPParseError
from geventhttpclient.response import HTTPConnectionClosed

from contract_tests.breach import Breach
from contract_tests.exchange import Answer, NoAnswer


def answer_of(response: Any) -> Answer | NoAnswer:
    """The answer, timed as Locust timed it."""
    seconds = response.request_meta["response_time"] / 1000
    error = getattr(response, "error", None) or response.request_meta["exception"]
    if not response.status_code or (error is not None and response.content is None):
        return _no_answer(error, seconds)
    headers = tuple((str(name), str(value)) for name, value in response.headers.items())
    return Answer(response.status_code, "", headers, response.content or b"", seconds)


def _no_answer(error: BaseException | None, seconds: float) -> NoAnswer:
    error = getattr(error, "original", None) or error  # what its user agent wraps, though it is told not to retry
    if isinstance(error, (TimeoutError, gevent.Timeout)):
        return NoAnswer("timeout", "", seconds)
    if isinstance(error, (ConnectionRefusedError, socket.gaierror, ssl.SSLError)):
        return NoAnswer("unreachable", type(error).__name__, seconds)
    if isinstance(error, (HTTPParseError, zlib.error)) and not isinstance(error, HTTPConnectionClosed):
        return NoAnswer("not-http", type(error).__name__, seconds)
    return NoAnswer("dropped", type(error).__name__, seconds)


def failure_text(answer: Answer | NoAnswer, breaches: list[Breach]) -> str:
    """Under what a broken answer is counted in Locust's own tables: few different texts, and no secret."""
    rules = ", ".join(dict.fromkeys(breach.rule for breach in breaches))
    what = f"status {answer.status}" if isinstance(answer, Answer) else f"no answer, {answer.trouble} {answer.detail}"
    return f"{rules}: {what}".strip()
