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


@contextlib.contextmanager
def scripted(*replies: Reply, script: Script | None = None) -> Iterator[Scripted]:
    """Serve the replies in turn, the last one for ever; or whatever `script` makes of a request and its number."""

    def in_turn(_: Received, number: int) -> Reply:
        return replies[min(number, len(replies)) - 1]

    answer = script or in_turn
    lock = threading.Lock()
    busy = [0]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            received = Received(time.monotonic(), self.path, body)
            with lock:
                state.received.append(received)
                number = len(state.received)
                busy[0] += 1
                state.most_at_once = max(state.most_at_once, busy[0])
            reply = answer(received, number)
            time.sleep(reply.delay)
            with lock:
                busy[0] -= 1
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
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a killed client is what some tests are about

    server = Server(("127.0.0.1", 0), Handler)
    state = Scripted(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
