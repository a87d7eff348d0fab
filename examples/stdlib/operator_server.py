"""An operator's "session expired" endpoint on Python's standard library: HTTP/1.0, a connection for each request.

It keeps a list of open sessions, refuses those it does not know, and answers an exact repeat with 409.
The ids in the comments (AUTH-2, VAL-4, D19, ...) are those of the Lucky Monaco contract page.
Order of checks: path, method, credentials, media type, length, body, request hash, session, repeat.
"""

import hashlib
import hmac
import json
import os
import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

PORT = int(os.environ.get("PORT", "8080"))
PARTNER_ID = os.environ.get("PARTNER_ID", "demo-partner")
PARTNER_TOKEN = os.environ.get("PARTNER_TOKEN", "demo-Token-7Kq2Vx9b")
HASH_SECRET = os.environ.get("HASH_SECRET", "")  # D07: empty means that the request hash is not checked

PATH = "/V4/sessionexpired"
REQUIRED = ("providerId", "sessionId", "playerId", "hash")
BODY_LIMIT = 2 * 1024 * 1024


class Refusal(Exception):
    """A failure to be sent in the contract's envelope; its text quotes nothing that was received (ERR-7)."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class Sessions:
    """The sessions this operator knows, and the notifications it has had. Here in memory, with you in a database."""

    REMEMBERED = 100_000

    def __init__(self):
        # The session of the contract page's example: id -> (provider, player).
        self.known = {"6fd2d6f3bb8f4c5a9fadf15d81206af2": ("luckymonaco", "123456")}
        self.seen: dict[bytes, None] = {}  # as an ordered set
        self.lock = threading.Lock()

    def expire(self, notification: dict, raw: bytes) -> None:
        # D19: an unknown session may be refused, but only in a well-formed way.
        if self.known.get(notification["sessionId"]) != (notification["providerId"], notification["playerId"]):
            raise Refusal(404, "G.30", "Unknown session")
        fingerprint = hashlib.sha256(raw).digest()
        with self.lock:  # ROB-2: of two equal notifications at once, one is the first
            if fingerprint in self.seen:
                raise Refusal(409, "G.31", "This notification was received before")  # legal, OK-8 is a SHOULD
            self.seen[fingerprint] = None
            if len(self.seen) > self.REMEMBERED:
                del self.seen[next(iter(self.seen))]


SESSIONS = Sessions()


class Operator(BaseHTTPRequestHandler):
    timeout = 15  # a client that stops sending does not keep a thread for ever

    def do_POST(self) -> None:
        try:
            raw = self.accept()
            notification = parse(raw)
            check_hash(notification)
            SESSIONS.expire(notification, raw)
            self.answer(200, {"description": "Session expired", "error": 0})
        except Refusal as refusal:
            self.refuse(refusal.status, refusal.code, refusal.message)
        except TimeoutError:
            self.refuse(408, "G.38", "The body did not arrive in time")
        except Exception as error:  # the trace goes to the log, never to the client (ERR-7)
            sys.excepthook(type(error), error, error.__traceback__)
            self.refuse(500, "G.39", "Internal error")

    def accept(self) -> bytes:
        """The body of a request whose head is in order."""
        path, _, query = self.path.partition("?")
        if path != PATH:
            raise Refusal(404, "G.32", "No such path")
        credentials = parse_qs(query)
        for name, expected in (("MEMB_ID", PARTNER_ID), ("HASH", PARTNER_TOKEN)):
            if not same(credentials.get(name, [""])[0], expected):
                raise Refusal(403, "G.33", "Access denied")

        if self.headers.get_content_type() != "application/json" or "Content-Type" not in self.headers:
            raise Refusal(415, "G.34", "The media type must be application/json")  # VAL-5, VAL-6
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:  # HTTP/1.0 knows no chunked bodies
            raise Refusal(411, "G.35", "Content-Length is needed")
        if not (length.isascii() and length.isdigit()):  # int() would also take "+1", " 1" and "1_0"
            raise Refusal(400, "G.35", "Content-Length is not a number")
        if int(length) > BODY_LIMIT:
            raise Refusal(413, "G.36", "The body is too large")
        return self.rfile.read(int(length))

    def refuse_method(self) -> None:
        # Without these methods the library would answer 501, and a caller's fault is never 5XX (ERR-5).
        self.refuse(405, "G.37", "Only POST is allowed")

    do_GET = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = refuse_method

    def send_error(self, code: int, message=None, explain=None) -> None:
        """The library's own refusals (bad request line, unknown method), which it would send as HTML."""
        self.refuse(405 if code == 501 else code, "G.37", "The request is not acceptable")

    def refuse(self, status: int, code: str, message: str) -> None:
        self.answer(status, {"error": {"message": message, "code": code}})

    def answer(self, status: int, body: dict) -> None:
        self.send_response(status)
        self.send_header("CONTENT-TYPE", "application/json")
        if status == 405:
            self.send_header("ALLOW", "POST")
        self.end_headers()  # no Content-Length: the end of the connection is the end of the answer
        if self.command != "HEAD":
            self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_) -> None:
        """Log nothing: the library would write each URL, and HASH with it."""


def parse(raw: bytes) -> dict:
    try:
        body = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError):  # bad syntax or UTF-8, numbers of 5,000 digits; nesting (ROB-1)
        raise Refusal(400, "V.30", "The body is not JSON that can be read") from None
    if not isinstance(body, dict):
        raise Refusal(400, "V.31", "The body is not an object")
    for name in REQUIRED:
        if not isinstance(body.get(name), str) or not body[name]:  # VAL-1, VAL-2
            raise Refusal(400, "V.32", f"{name} must be a string of at least one character")
    if not isinstance(body.get("token", ""), str):  # VAL-3
        raise Refusal(400, "V.33", "token must be a string")
    return body


def check_hash(body: dict) -> None:
    if not HASH_SECRET:
        return
    names = sorted(name for name, value in body.items() if name != "hash" and isinstance(value, str) and value)
    signed = "&".join(f"{name}={body[name]}" for name in names) + HASH_SECRET
    if not same(body["hash"].lower(), hashlib.md5(signed.encode("utf-8", "surrogatepass")).hexdigest()):
        raise Refusal(403, "G.33", "The request hash is wrong")


def same(given: str, expected: str) -> bool:
    """In constant time, as bytes: compare_digest raises TypeError on text that is not ASCII."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), expected.encode())


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # the library's 5 makes parallel callers wait

    def shutdown_request(self, request: socket.socket) -> None:
        # Most refusals are sent before the body is read. To close now would reset the connection and
        # could take the answer along, so the rest is let in first: up to 64 MiB, 2 seconds of silence.
        try:
            request.shutdown(socket.SHUT_WR)
            request.settimeout(2)
            for _ in range(1024):
                if not request.recv(65536):
                    break
        except OSError:
            pass
        self.close_request(request)

    def handle_error(self, request, client_address) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that went away is no news
            super().handle_error(request, client_address)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Server(("127.0.0.1", PORT), Operator) as server:
        print(f"operator (http.server) listens on http://127.0.0.1:{PORT}", flush=True)
        server.serve_forever()
