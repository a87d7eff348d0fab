"""A small server whose answers a test scripts, and which remembers what it received and when."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.document import OPERATION

TOKEN = next(item.demo for item in OPERATION.credentials if item.secret)
FREE = next(item.name for item in OPERATION.optional if item.fresh)


@dataclass(frozen=True)
class Reply:
    """One answer. `close` drops the connection without one."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    delay: float = 0.0
    close: bool = False


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    at: float
    path: str
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Scripted:
    """What a test sees of its server."""

    url: str
    received: list[Received] = field(default_factory=list)
    most_at_once: int = 0


def success() -> Reply:
    """The document's success."""
    return Reply(OPERATION.success.status, json.dumps(OPERATION.success.body).encode())


def failure(status: int, **more: Any) -> Reply:
    """The document's failure envelope under any status."""
    refusal = next(answer for answer in OPERATION.answers if not answer.is_success)
    return Reply(status, json.dumps(refusal.body).encode(), **more)


Script = Callable[[Received, int], Reply]


class _Server(ThreadingHTTPServer):
    """Answers by a script, and keeps the state that a test sees."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.state = Scripted(f"http://127.0.0.1:{self.server_address[1]}")
        self._lock = threading.Lock()
        self._busy = 0

    def begin(self, received: Received) -> int:
        """Note a request; its number, counted from 1."""
        with self._lock:
            self.state.received.append(received)
            self._busy += 1
            self.state.most_at_once = max(self.state.most_at_once, self._busy)
            return len(self.state.received)

    def end(self) -> None:
        """Note that one is about to be answered."""
        with self._lock:
            self._busy -= 1

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A killed client is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        """Read the notification, and answer it as the script says."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        received = Received(time.monotonic(), self.path, body)
        reply = self.server.script(received, self.server.begin(received))
        time.sleep(reply.delay)
        self.server.end()
        if reply.close:
            self.close_connection = True
            return
        with contextlib.suppress(OSError):
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Be quiet."""


@contextlib.contextmanager
def scripted(*replies: Reply, script: Script | None = None) -> Iterator[Scripted]:
    """Serve the replies in turn, the last one for ever; or whatever `script` makes of a request and its number."""

    def in_turn(_: Received, number: int) -> Reply:
        return replies[min(number, len(replies)) - 1]

    server = _Server(script or in_turn)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
