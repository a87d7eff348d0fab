"""What the mock says on stderr beside its requests: that Redis went away, that a document is not used, what failed.

Never a traceback: its lines may hold what a caller sent.
"""

import json
import logging
import sys
from datetime import UTC, datetime

from mockserver.logs import one_line

# What uvicorn says of exceptions and of requests cut short by a stop, which the pipeline has already noted.
_SAID_BY_US = ("Exception in ASGI application", "ASGI callable returned", "Cancel %s running task")


class _Human(logging.Formatter):
    """One line."""

    def format(self, record: logging.LogRecord) -> str:
        """The level, and the message with line ends and terminal codes escaped."""
        return f"{record.levelname} {_message(record)}"


class _Json(logging.Formatter):
    """The same as an object, so that every line of a log in JSON is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level and message."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return json.dumps({"time": time, "level": record.levelname.lower(), "message": _message(record)})


def _message(record: logging.LogRecord) -> str:
    error = record.exc_info[0] if record.exc_info else None
    return one_line(record.getMessage() + (f" ({error.__name__})" if error else ""))


def configure(form: str) -> None:
    """Write to stderr, as the requests are written."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(lambda record: not str(record.msg).startswith(_SAID_BY_US))
    handler.setFormatter(_Json() if form == "json" else _Human())
    for name in ("luckymonaco", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.propagate = False
        logger.setLevel(logging.INFO if name == "luckymonaco" else logging.ERROR)
