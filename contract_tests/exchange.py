"""What was sent and what came back, as values."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, ClassVar, Literal

from spec import strict_json

Headers = tuple[tuple[str, str], ...]
Trouble = Literal["timeout", "dropped", "cut-off", "unreadable", "unreachable", "not-http"]


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready for the wire."""

    method: str
    target: str  # path and query, as sent
    headers: Headers
    body: bytes
    what: str  # how it differs from a plain notification, in words
    canaries: Mapping[str, str] = field(default_factory=dict)  # value that no answer may repeat -> what it is
    in_shell: Mapping[str, str] = field(default_factory=dict)  # text of the request -> how a shell writes it
    signed: Mapping[str, Any] = field(default_factory=dict)  # what its request hash was computed over, with a secret
    without: frozenset[str] = frozenset()  # headers, in lower case, that are left out though others always carry them
    in_pieces: bool = False  # the body goes out in pieces, with a pause between: TCP promises nothing else


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, its body decoded as far as Content-Encoding goes. `elapsed` is in seconds."""

    status: int
    reason: str
    headers: Headers
    body: bytes
    elapsed: float

    timed_out: ClassVar[bool] = False

    @property
    def is_2xx(self) -> bool:
        """Whether the status says that the request was accepted."""
        return 200 <= self.status < 300

    @property
    def is_4xx(self) -> bool:
        """Whether the status blames the caller."""
        return 400 <= self.status < 500

    @property
    def is_conflict(self) -> bool:
        """Whether the status is 409, which an exact repeat of a notification may get."""
        return self.status == 409

    def header(self, name: str) -> str:
        """The first value of a header, or an empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def retry_after(self) -> float | None:
        """Seconds after which the target asks to be asked again: so many, or until a date (RFC 9110, 10.2.3)."""
        value = self.header("retry-after").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        at, now = _date(value), _date(self.header("date")) or datetime.now(UTC)
        return max(1.0, (at - now).total_seconds()) if at else None  # a date has whole seconds only

    @property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.header("content-type").partition(";")[0].strip().lower()

    @property
    def _charset(self) -> str:
        return self.header("content-type").lower().partition("charset=")[2].partition(";")[0].strip(" \"'")

    @cached_property
    def text(self) -> str:
        """The body as text; bytes that are no text are replaced."""
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            try:
                return self.body.decode(self._charset or "utf-8", "replace")
            except LookupError:
                return self.body.decode("utf-8", "replace")

    @cached_property
    def json(self) -> Any:
        """The body as JSON; raises ValueError if it is none. RFC 8259 wants UTF-8; a charset is forgiven if it is true.

        A byte order mark is left open by the contract; so are lone surrogates, of which no validator takes any: each
        is replaced by U+FFFD.
        """
        return self._parsed(_refuse)

    def _parsed(self, constant: Callable[[str], Any]) -> Any:
        try:
            text = self.body.decode("utf-8")
        except UnicodeDecodeError:
            try:
                text = self.body.decode(self._charset or "utf-8")
            except (UnicodeDecodeError, LookupError):
                raise ValueError("not UTF-8") from None
        if strict_json.is_too_deep(self.body):  # an operator may repeat what it was sent, and nobody walks that far
            text = strict_json.shallow(text)
        try:
            value = json.loads(text.removeprefix("\ufeff"), parse_constant=constant)
            return without_lone_surrogates(value) if "\\u" in text else value
        except RecursionError:
            raise ValueError("nested too deeply") from None

    @cached_property
    def json_or_none(self) -> Any:
        """The body as JSON, or None where it is none (or null)."""
        try:
            return self.json
        except ValueError:
            return None

    @cached_property
    def meant(self) -> Any:
        """What the body means to readers that take NaN and Infinity too, null in their place; None where it is none."""
        try:
            return self._parsed(lambda _: None)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """Nothing usable came back, so that no question about a status is answered with yes."""

    is_2xx: ClassVar[bool] = False
    is_4xx: ClassVar[bool] = False
    is_conflict: ClassVar[bool] = False

    trouble: Trouble
    detail: str
    elapsed: float

    @property
    def timed_out(self) -> bool:
        """Whether it was waited for in vain."""
        return self.trouble == "timeout"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its outcome."""

    request: Request
    answer: Answer | NoAnswer
    put_off: Answer | None = None  # the answer that asked for a later repeat, where one did
    before: Request | None = None  # what was sent just before over the same connection
    unended: NoAnswer | None = None  # over a kept connection, where it took a closing one to get an answer


@dataclass(frozen=True, slots=True)
class Sent:
    """An exchange in the order of the run; `at` is the time of sending, in seconds of the clock on the wall."""

    at: float
    exchange: Exchange


def like(first: Answer | NoAnswer, second: Answer | NoAnswer) -> bool:
    """Whether two answers to like requests are the same verdict: accepted, refused, failed or none at all."""
    return _class(first) == _class(second)


def _class(answer: Answer | NoAnswer) -> int:
    return answer.status // 100 if isinstance(answer, Answer) else 0


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def without_lone_surrogates(value: Any) -> Any:
    """The same JSON with U+FFFD for each surrogate that stands alone."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {without_lone_surrogates(name): without_lone_surrogates(item) for name, item in value.items()}
    return [without_lone_surrogates(item) for item in value] if isinstance(value, list) else value
