"""One line for each request, for people or as JSON: no secret, and no line that a caller could forge.

What they say is gathered, then put into words and written a few times a second: a write for each request would cost
more than the request, and many lines in a row are put into words in half the time.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TextIO

from mockserver.view import View, outcome

if TYPE_CHECKING:
    from mockserver.answers import Prepared
    from mockserver.behaviours import Act
    from mockserver.exchange import Exchange

_MOST_LINES = 500  # written at a time, so that answers wait for less than a millisecond
_MOST_PATH = 200  # characters of a path that is none of the document's


class _Line(NamedTuple):
    """What one line says. Not the exchange: its body would be kept until the line is written."""

    started: float
    client: tuple[str, int] | None
    method: str
    path: str
    answer: Prepared | None
    act: Act | None
    why: str
    seconds: float


class RequestLog:
    """Writes the lines; `flush` is called by a timer, and once more at the end."""

    view: View

    def __init__(self, form: str, stream: TextIO | None = None) -> None:
        self._write: Callable[[_Line], str] = self._json if form == "json" else self._human
        self._stream = stream or sys.stderr
        self._lines: list[_Line] = []
        self._lock = threading.Lock()
        self._second = 0
        self._stamp = ""

    def observe(self, exchange: Exchange) -> None:
        """Note one exchange."""
        path = exchange.path
        if exchange.plan is None or path != exchange.plan.operation.path:
            path = one_line(self.view.mask(path[:_MOST_PATH]))
        self._lines.append(
            _Line(
                exchange.started,
                exchange.client,
                exchange.method,
                path,
                exchange.answer,
                exchange.act,
                exchange.why,
                exchange.seconds,
            )
        )
        if len(self._lines) >= _MOST_LINES:
            self.flush()

    def flush(self) -> None:
        """Write what has been gathered."""
        with self._lock:
            lines, self._lines = self._lines, []
        text = "".join(self._write(line) + "\n" for line in lines)
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            return  # nobody reads the log any more; that is no reason to stop answering

    def _time(self, started: float) -> str:
        second = int(started)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._stamp}.{int(started % 1 * 1000):03d}Z"

    def _human(self, line: _Line) -> str:
        shown = f"{line.answer.status} {line.answer.name}" if line.answer else "-"
        text = f"{self._time(line.started)} {one_line(line.method)} {line.path} {shown} {line.seconds * 1000:.1f}ms"
        if line.act is not None:
            text += f" [{line.act}]"
        return f"{text} ({one_line(line.why)})" if line.why else text

    def _json(self, line: _Line) -> str:
        answer = line.answer
        return json.dumps(
            {
                "time": self._time(line.started),
                "client": line.client[0] if line.client else None,
                "method": line.method,
                "path": line.path,
                "outcome": outcome(answer, line.act),
                "status": answer.status if answer else None,
                "answer": answer.name if answer else None,
                "code": answer.code if answer else None,
                "behaviour": str(line.act) if line.act else None,
                "why": line.why or None,
                "milliseconds": round(line.seconds * 1000, 2),
            }
        )


def one_line(text: str) -> str:
    """The text with line ends, terminal codes and the like escaped: a caller cannot forge a line with it."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()
