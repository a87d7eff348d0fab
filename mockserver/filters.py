"""The filters of the journal's list, as the control API's query gives them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from spec import fingerprint
from spec.schema import compact

if TYPE_CHECKING:
    from mockserver.state import Entry


class BadRequestError(Exception):
    """The control API was asked for something that it cannot make sense of."""


def test(name: str, value: str) -> Callable[[Entry], bool]:
    """Whether an entry passes the filter of this name with this value; BadRequestError for an unknown name."""
    if name in ("outcome", "code", "answer"):
        return lambda entry: entry.summary[name] == value
    if name == "after":
        last = number(value, name)
        return lambda entry: entry.number > last
    if name == "since":
        moment = _moment(value)
        return lambda entry: entry.started >= moment
    if name.startswith("field."):
        field = name.removeprefix("field.")
        return lambda entry: _is(entry.fields().get(field), value)
    raise BadRequestError("unknown filter; there are outcome, code, answer, after, since, field.NAME and limit")


def _is(found: Any, wanted: str) -> bool:
    """Whether a field is this string, or another value that is written so; secrets may be fingerprints by now."""
    return found in (wanted, fingerprint(wanted)) if isinstance(found, str) else compact(found) == wanted


def number(text: str, name: str) -> int:
    """A whole number of the query or the path."""
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise BadRequestError(f"{name} is a whole number")
    return int(text)


def _moment(text: str) -> float:
    """ISO 8601, or seconds: since the epoch, or with a minus before now."""
    try:
        if text.startswith("-"):
            return time.time() + float(text)
        if text.replace(".", "", 1).isdigit():
            return float(text)
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)  # a plus, undone by the query
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except ValueError:
        raise BadRequestError("since is an ISO 8601 time, or seconds such as -60") from None
