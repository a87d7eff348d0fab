"""The socket side of a gallery operator: reads requests whole, also chunked ones, and writes replies as told."""

# ruff: noqa: ARG002 - the library decides what its methods are given

import contextlib
import itertools
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING

from mockserver.gallery.exchange import Call, Dropped, Refused, Reply

if TYPE_CHECKING:
    from mockserver.gallery.base import Operator

_numbers = itertools.count(1)  # of connections
_DRAIN = 1 << 26  # bytes of a body that is too large which are read all the same, so that the caller sees the answer


class _Malformed(Exception):  # noqa: N818 - a verdict on a request
    """The request is framed wrongly."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    operator: "Operator"
    disable_nagle_algorithm = True
    timeout = 30

    def setup(self) -> None:
        """Speak the version of HTTP that the operator speaks."""
        self.number = next(_numbers)
        self.protocol_version = self.operator.http
        super().setup()

    def handle(self) -> None:
        """Serve the connection, and only this one where the operator can do no more."""
        with self.operator.lock if self.operator.one_connection else contextlib.nullcontext():
            super().handle()

    def handle_one_request(self) -> None:
        """Read one request whole, and answer it."""
        try:
            self.raw_requestline = self.rfile.readline(65537)
            if len(self.raw_requestline) > 65536:
                self.requestline = self.command = ""
                self.request_version = self.protocol_version
                self._give_up("too-large")
            elif not self.raw_requestline:
                self.close_connection = True
            elif self.parse_request():
                self._answer()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library itself refuses is answered like everything else."""
        self._give_up("too-large" if code in (413, 414, 431) else "malformed-request")

    def log_message(self, format: str, *args: object) -> None:
        """Be quiet."""

    def _answer(self) -> None:
        try:
            body = self._body()
        except (_Malformed, ValueError):
            self._give_up("malformed-request")
            return
        call = Call(self.command, self.path, self.headers, body or b"", self.operator.contract.operations[0])
        call.connection = self.number
        try:
            if body is None:
                self.close_connection = True
                reply = self.operator.finish(call, self.operator.refuse(call, Refused("too-large")))
            else:
                reply = self.operator.answer(call)
        except Dropped:
            self.close_connection = True
        else:
            self._send(reply)

    def _give_up(self, fault: str) -> None:
        self.close_connection = True
        call = Call(self.command or "", "", self.MessageClass(), b"", self.operator.contract.operations[0])
        with contextlib.suppress(Dropped):
            self._send(self.operator.refuse(call, Refused(fault)))

    def _body(self) -> bytes | None:
        """The body; None if it is over the operator's limit."""
        coding = self.headers.get("Transfer-Encoding", "").strip().lower()
        if coding:
            if coding != "chunked":
                raise _Malformed
            return self._chunked()
        length = self.headers.get("Content-Length", "0").strip()
        if not (length.isascii() and length.isdigit()) or len(length) > 18:
            raise _Malformed
        if int(length) > self.operator.max_body:
            left = min(int(length), _DRAIN)
            while left > 0 and (piece := self.rfile.read(min(left, 65536))):
                left -= len(piece)
            return None
        return self._read(int(length))

    def _chunked(self) -> bytes | None:
        pieces, total = [], 0
        while True:
            line = self.rfile.readline(65537)
            size = int(line.partition(b";")[0].strip(), 16) if line.endswith(b"\n") else -1
            if size < 0 or total + size > _DRAIN:
                raise _Malformed
            if size == 0:
                break
            total += size
            piece = self._read(size)
            pieces.append(piece if total <= self.operator.max_body else b"")
            self.rfile.readline(3)
        while self.rfile.readline(65537).strip():  # trailers
            pass
        return b"".join(pieces) if total <= self.operator.max_body else None

    def _read(self, size: int) -> bytes:
        if self.operator.reads_once and size:
            self.close_connection = True  # what comes later would be taken for the next request
            return self.rfile.read1(size)
        data = self.rfile.read(size)
        if len(data) < size:
            raise _Malformed
        return data

    def _send(self, reply: Reply) -> None:
        framing = reply.framing
        if framing == "close" or (framing == "chunked" and self.request_version != "HTTP/1.1"):
            framing, self.close_connection = "close", True
        self.close_connection |= self.operator.close_each
        headers = dict(reply.headers)
        if framing == "length" and reply.status not in (204, 304):
            length = len(reply.body) if reply.declared_length is None else reply.declared_length
            headers[_like(reply, "Content-Length")] = str(length)
        elif framing == "chunked":
            headers[_like(reply, "Transfer-Encoding")] = "chunked"
        if self.close_connection and self.operator.announce_close:
            headers.setdefault("Connection", "close")
        elif self.request_version == "HTTP/1.0" and not self.close_connection:
            headers.setdefault("Connection", "keep-alive")
        reason = reply.reason or _phrase(reply.status)
        lines = [f"{self.operator.http} {reply.status} {reason}", *(f"{name}: {headers[name]}" for name in headers)]
        head = "\r\n".join(" ".join(line.splitlines()) for line in lines).encode("latin-1", "backslashreplace")
        body = b"" if self.command == "HEAD" or reply.status in (204, 304) else reply.body
        if framing == "chunked" and self.command != "HEAD":
            cut = [body[at : at + 7] for at in range(0, len(body), 7)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in cut) + b"0\r\n\r\n"
        self.wfile.write(head + b"\r\n\r\n" + body)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _like(reply: Reply, name: str) -> str:
    """A header's name in the letter case that the reply's other headers are written in."""
    names = list(reply.headers)
    for write in (str.lower, str.upper):
        if names and all(write(other) == other for other in names):
            return write(name)
    return name
