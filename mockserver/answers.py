"""The document's canned answers as bytes: by name, by the fault that they answer, by status, by error code.

Bodies are written once, at start. Nothing here knows a name, a status or a text of its own.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from spec import CannedAnswer, Contract, DocumentError, Operation
from spec.schema import compact

if TYPE_CHECKING:
    from mockserver.pipeline import Send

Header = tuple[bytes, bytes]
_KNOWN = frozenset(map(int, HTTPStatus))
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """One canned answer, ready to be sent: the two ASGI messages are made once and never changed."""

    name: str
    status: int
    code: str
    body: bytes
    headers: tuple[Header, ...]
    start: Mapping[str, Any]
    end: Mapping[str, Any]
    head: bytes  # status line and headers as they go over the wire, without the empty line at the end

    @classmethod
    def of(cls, name: str, status: int, code: str, body: bytes, headers: Iterable[Header]) -> Prepared:
        """Write the ASGI messages of an answer."""
        kept = (*headers, (b"content-length", b"%d" % len(body)))
        start = {"type": "http.response.start", "status": status, "headers": kept}
        return cls(
            name, status, code, body, kept, start, {"type": "http.response.body", "body": body}, _head(status, kept)
        )

    async def send(self, send: Send) -> None:
        """Send it as ASGI's two messages."""
        start: Any = self.start
        end: Any = self.end
        await send(start)
        await send(end)

    def with_headers(self, *extra: Header) -> Prepared:
        """The same answer with these headers, in place of any of the same name."""
        names = {name for name, _ in extra}
        headers = (*(header for header in self.headers if header[0] not in names), *extra)
        head = _head(self.status, headers)
        return replace(self, headers=headers, start={**self.start, "headers": headers}, head=head)


class Answers:
    """The canned answers that one operation can give; those that it shares with others stand behind its own."""

    def __init__(self, contract: Contract, operation: Operation) -> None:
        self._contract = contract
        self._operation = operation
        shared = [answer for answer in contract.answers if not answer.is_success]
        self._sources = {answer.name: answer for answer in (*shared, *operation.answers)}
        ordered = dict.fromkeys(answer.name for answer in (*operation.answers, *shared))
        self.by_name = {name: _prepare(self._sources[name]) for name in ordered}
        self.success = self.by_name[operation.success.name]
        self._by_fault: dict[str, Prepared] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all canned answers, the operation's own first."""
        return tuple(self.by_name)

    def for_fault(self, fault: str) -> Prepared:
        """The answer to a fault; DocumentError if the document has none."""
        if fault not in self._by_fault:
            self._by_fault[fault] = self.by_name[self._source_for(fault).name]
        return self._by_fault[fault]

    def _source_for(self, fault: str) -> CannedAnswer:
        try:
            return self._contract.answer_for(fault, self._operation)
        except DocumentError:
            # A credential that the document names no fault for is answered like any other credential.
            kinds = {name for name, entry in self._contract.faults.items() if entry.kind == "credential"}
            for answer in self._sources.values():
                if kinds.intersection(answer.faults) and fault in {item.fault for item in self._operation.credentials}:
                    return answer
            raise

    def for_status(self, status: str) -> Prepared | None:
        """The first canned answer under a status."""
        return next((answer for answer in self.by_name.values() if str(answer.status) == status), None)

    def for_code(self, code: str) -> Prepared | None:
        """The first canned answer with an error code."""
        return next((answer for answer in self.by_name.values() if answer.code and answer.code == code), None)

    def saying(self, answer: Prepared, addition: str) -> Prepared:
        """A canned answer whose message says more; unchanged if the document names no message in its envelope."""
        source = self._sources[answer.name]
        envelope = self._operation.envelope(source.status)
        path = envelope.message_path if envelope else None
        if not path:
            return answer
        body = copy.deepcopy(source.body)
        node = body
        for part in path[:-1]:
            node = node[part]
        node[path[-1]] = f"{node[path[-1]]}: {addition}"
        headers = [header for header in answer.headers if header[0] != b"content-length"]
        return Prepared.of(answer.name, answer.status, answer.code, _encode(body), headers)


def _head(status: int, headers: Iterable[Header]) -> bytes:
    phrase = HTTPStatus(status).phrase if status in _KNOWN else ""
    lines = [b"HTTP/1.1 %d %s" % (status, phrase.encode()), *(b": ".join(header) for header in headers)]
    return b"\r\n".join(_CONTROL.sub(b" ", line) for line in lines) + b"\r\n"


def _prepare(answer: CannedAnswer) -> Prepared:
    headers = [(b"content-type", answer.media_type.encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    return Prepared.of(answer.name, answer.status, answer.code, _encode(answer.body), headers)


def _encode(body: Any) -> bytes:
    return compact(body).encode()
