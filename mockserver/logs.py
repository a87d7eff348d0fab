"""One line for each request, for people or as JSON: no secret, and no line that a caller could forge.

Lines are gathered and written a few times a second, since a write for each request would cost more than the request.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TextIO

from mockserver.view import View, outcome

if TYPE_CHECKING:
    from mockserver.exchange import Exchange

FORMATS = ("human", "json", "none")
_FLUSH_SECONDS = 0.2
_MOST_PATH = 200  # characters of a path that is none of the document's


class RequestLog:
    """Writes the lines; `flush` is called by a timer, and once more at the end."""

    view: View

    def __init__(self, form: str, stream: TextIO | None = None) -> None:
        self._write: Callable[[Exchange], str] = self._json if form == "json" else self._human
        self._stream = stream or sys.stderr
        self._lines: list[str] = []
        self._lock = threading.Lock()
        self._second = 0
        self._stamp = ""

    def observe(self, exchange: Exchange) -> None:
        """Note one exchange."""
        self._lines.append(self._write(exchange))
        if len(self._lines) > 2000:
            self.flush()

    def flush(self) -> None:
        """Write what has been gathered."""
        with self._lock:
            lines, self._lines = self._lines, []
        if lines:
            try:
                self._stream.write("\n".join(lines) + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                return  # nobody reads the log any more; that is no reason to stop answering

    def _time(self, started: float) -> str:
        second = int(started)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._stamp}.{int(started % 1 * 1000):03d}Z"

    def _path(self, exchange: Exchange) -> str:
        if exchange.plan is not None and exchange.path == exchange.plan.operation.path:
            return exchange.path
        return _one_line(self.view.mask(exchange.path[:_MOST_PATH]))

    def _human(self, exchange: Exchange) -> str:
        answer = exchange.answer
        shown = f"{answer.status} {answer.name}" if answer else "-"
        line = (
            f"{self._time(exchange.started)} {_one_line(exchange.method)} {self._path(exchange)} "
            f"{shown} {exchange.seconds * 1000:.1f}ms"
        )
        if exchange.act is not None:
            line += f" [{exchange.act}]"
        return f"{line} ({_one_line(exchange.why)})" if exchange.why else line

    def _json(self, exchange: Exchange) -> str:
        answer = exchange.answer
        return json.dumps(
            {
                "time": self._time(exchange.started),
                "client": exchange.client[0] if exchange.client else None,
                "method": exchange.method,
                "path": self._path(exchange),
                "outcome": outcome(exchange),
                "status": answer.status if answer else None,
                "answer": answer.name if answer else None,
                "code": answer.code if answer else None,
                "behaviour": str(exchange.act) if exchange.act else None,
                "why": exchange.why or None,
                "milliseconds": round(exchange.seconds * 1000, 2),
            }
        )


def _one_line(text: str) -> str:
    return text if text.isprintable() else text.encode("unicode_escape").decode()
