"""One request and one reply of a gallery operator, and the two ways in which a stage ends the work on a request."""

import json
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

from spec import Operation


@dataclass(slots=True)
class Call:
    """A request as it was received, and what the stages have found out about it so far."""

    method: str
    target: str  # path and query, as sent
    headers: Message
    body: bytes
    operation: Operation
    number: int = 0  # the operator counts its requests from 1
    connection: int = 0  # the same for all requests of one connection
    data: Any = None  # the body once it is read

    @property
    def path(self) -> str:
        """The path, with percent-encoding undone."""
        return unquote(self.target.partition("?")[0].partition("#")[0])

    def parameters(self, name: str) -> list[str]:
        """Every value of a query parameter, in the order sent."""
        query = self.target.partition("?")[2].partition("#")[0]
        return [value for key, value in parse_qsl(query, keep_blank_values=True) if key == name]

    @property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case; empty if none is given."""
        return str(self.headers.get("Content-Type", "")).partition(";")[0].strip().lower()


@dataclass(slots=True)
class Reply:
    """What is sent back, down to how it is framed."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    reason: str = ""  # the standard phrase when empty
    framing: Literal["length", "chunked", "close", "none"] = "length"  # none: nothing says where it ends
    declared_length: int | None = None  # in place of the true one

    @property
    def json(self) -> Any:
        """The body read back as JSON."""
        return json.loads(self.body)

    def rewrite(self, value: Any, *, indent: int | None = None, raw: bool = False) -> "Reply":
        """Put other JSON in place of the body; `raw` writes characters that are not ASCII as they are."""
        self.body = json.dumps(value, ensure_ascii=not raw, indent=indent).encode("utf-8", "backslashreplace")
        return self


class Refused(Exception):  # noqa: N818 - not an error of the program, but a verdict on a request
    """A stage refuses the request for this fault of the document."""

    def __init__(self, fault: str, field: str = "") -> None:
        super().__init__(fault, field)
        self.fault = fault
        self.field = field


class Dropped(Exception):  # noqa: N818 - likewise
    """The connection is closed without an answer."""
