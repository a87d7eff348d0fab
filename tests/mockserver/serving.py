"""A mock on a free port, in a thread of the test's own process, and raw sockets to talk to it."""

import contextlib
import json
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from mockserver.app import Mock
from mockserver.background import Background
from mockserver.settings import MockSettings
from spec import Contract, Operation, Partner, attach, load, sign


@dataclass(frozen=True)
class Raw:
    """One answer as it came over the socket."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Served:
    """A running mock."""

    contract: Contract
    settings: MockSettings
    partner: Partner
    mock: Mock
    port: int

    @property
    def operation(self) -> Operation:
        """The document's first operation."""
        return self.contract.operations[0]

    @property
    def url(self) -> str:
        """The base URL."""
        return f"{'https' if self.settings.tls_cert else 'http'}://127.0.0.1:{self.port}"

    def target(self, operation: Operation | None = None, **changed: str | None) -> str:
        """Path and query of an operation with its credentials, by role as `partner_id=None`."""
        operation = operation or self.operation
        roles = {role.replace("_", "-"): value for role, value in changed.items()}
        query, _ = attach(operation, self.partner, roles)
        return operation.path + (f"?{query}" if query else "")

    def body(self, operation: Operation | None = None, **changed: Any) -> dict[str, Any]:
        """The example notification, signed where the partner has a secret."""
        operation = operation or self.operation
        body = {**operation.example, **changed}
        return sign(operation, self.partner, body) if self.partner.secret else body

    def send(
        self, operation: Operation | None = None, *, headers: Any = None, content: Any = None, **changed: Any
    ) -> httpx.Response:
        """Send a notification, valid but for what is changed."""
        operation = operation or self.operation
        _, credentials = attach(operation, self.partner)
        if content is None:
            content = json.dumps(self.body(operation, **changed)).encode()
        sent = {"Content-Type": operation.media_type, **credentials, **(headers or {})}
        url = self.url + self.target(operation)
        return httpx.request(
            operation.method, url, content=content, headers={k: v for k, v in sent.items() if v is not None}
        )

    def connect(self) -> socket.socket:
        """A fresh connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def raw(self, data: bytes, *, half_close: bool = False) -> Raw:
        """Send bytes as they are and read one answer."""
        with self.connect() as connection:
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            return read_answer(connection)

    def request(
        self, body: bytes = b"", *, method: str = "", target: str = "", headers: Mapping[str, str] | None = None
    ) -> bytes:
        """The bytes of a request that is valid but for what is given."""
        lines = {
            "Host": "mock",
            "Content-Type": self.operation.media_type,
            "Content-Length": str(len(body)),
            **(headers or {}),
        }
        head = f"{method or self.operation.method} {target or self.target()} HTTP/1.1\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value != "")
        return head.encode("latin-1") + b"\r\n" + body

    def answers(self, fault: str, answer: Any) -> bool:
        """Whether an answer is the document's answer to a fault, byte for byte."""
        wanted = self.contract.answer_for(fault, self.operation)
        body = answer.body if isinstance(answer, Raw) else answer.content
        status = answer.status if isinstance(answer, Raw) else answer.status_code
        return (
            status == wanted.status
            and json.loads(body) == wanted.body
            and answer.headers["content-type"] == wanted.media_type
        )


def read_answer(connection: socket.socket) -> Raw:
    """Read one answer of announced length from a socket; AssertionError if the connection ends before it."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        assert part, f"the connection ended without an answer, after {data!r}"
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    while len(body) < int(headers.get("content-length", 0)):
        part = connection.recv(65536)
        assert part, "the connection ended within the body"
        body += part
    return Raw(int(lines[0].split()[1]), headers, body)


@contextlib.contextmanager
def serving(
    contract: Contract | None = None, *, prepare: Callable[[Mock], object] = lambda mock: mock, **settings: Any
) -> Iterator[Served]:
    """Run a mock in a thread until the block ends."""
    contract = contract or load()
    chosen = MockSettings(**{"port": 0, "log_format": "none", **settings})
    with Background(contract, chosen) as running:
        prepare(running.mock)
        yield Served(contract, chosen, chosen.partner(contract), running.mock, running.port)


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
