"""The server around an operator: requests read whole, connections kept, an end that comes at once."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from mockserver.gallery import Entry, Operator, listing, running, serve
from spec import Contract, Partner, ServeError
from tests.gallery.battery import battery
from tests.gallery.case import PARTNERS, Caller
from tests.gallery.conftest import ENTRIES

PLAIN = PARTNERS["plain"]
SOME = {name: entry for place, (name, entry) in enumerate(ENTRIES.items()) if place % 8 == 0}


def post(url: str, contract: Contract, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    """Send a plain notification with the library's own client."""
    parts = urlsplit(url)
    call = (caller := Caller(contract, PLAIN)).call(caller.body())
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    all_headers = {"Content-Type": "application/json", **headers}
    connection.request(call.method, parts.path + call.target, call.body if body is None else body, all_headers)
    response = connection.getresponse()
    try:
        with suppress(http.client.IncompleteRead):
            return response.status, response.read()
        return response.status, b""
    finally:
        connection.close()


def exchange(url: str, data: bytes) -> bytes:
    """Send raw bytes and read to the end of the connection."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as connection:
        connection.sendall(data)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received


@pytest.mark.parametrize("entry", SOME.values(), ids=SOME)
def test_operator_starts_answers_and_ends(contract: Contract, entry: Entry) -> None:
    """An operator is up at once, answers a plain notification, and goes quietly."""
    start = time.perf_counter()
    with running(contract, PLAIN, entry.name) as url:
        status, _ = post(url, contract)
    took = time.perf_counter() - start

    assert 200 <= status < 600
    assert took < 2


def test_chunked_body_is_read(contract: Contract) -> None:
    """A body in chunks is as good as one with a length."""
    caller = Caller(contract, PLAIN)
    call = caller.call(caller.body())
    half = len(call.body) // 2
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (call.body[:half], call.body[half:]))
    head = f"{call.method} {call.target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"

    with running(contract, PLAIN, "plain") as url:
        answer = exchange(url, head.encode() + pieces + b"0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def test_connection_is_kept(contract: Contract) -> None:
    """Two notifications go over one connection."""
    with running(contract, PLAIN, "plain") as url:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        sockets = []
        for _ in range(2):
            call = Caller(contract, PLAIN).call({})
            connection.request("POST", call.target, b"{}", {"Content-Type": "application/json"})
            connection.getresponse().read()
            sockets.append(connection.sock)
        connection.close()

    assert sockets[0] is sockets[1] is not None


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"POST / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"POST /" + b"x" * 70000 + b" HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n",
    ],
    ids=["no-http", "version", "length", "coding", "chunk", "long-path", "many-headers"],
)
def test_bytes_that_are_not_http_get_the_envelope(contract: Contract, data: bytes) -> None:
    """What the library refuses is answered like every refusal."""
    with running(contract, PLAIN, "plain") as url:
        head, _, body = exchange(url, data).partition(b"\r\n\r\n")

    assert head.split()[1].startswith(b"4")
    assert contract.operations[0].envelope(400) is not None
    assert json.loads(body)


def test_body_over_the_limit_is_refused(contract: Contract) -> None:
    """A body of two megabytes is read, and refused."""
    with running(contract, PLAIN, "plain") as url:
        status, _ = post(url, contract, b"x" * (2 << 20))

    assert status == contract.answer_for("too-large").status


def test_prefix_is_the_entrys_or_the_callers(contract: Contract) -> None:
    """An operator stands behind its own prefix, or behind the one that is asked for."""
    with (
        running(contract, PLAIN, "behind-prefix") as own,
        running(contract, PLAIN, "plain", path_prefix="/a/b") as asked,
    ):
        assert post(own, contract)[0] == 200
        assert post(asked, contract)[0] == 200
        assert asked.endswith("/a/b")


def test_hanging_request_does_not_hold_up_the_end(contract: Contract, make: Callable[[Entry, str], Operator]) -> None:
    """A server stops at once, also while a request hangs."""
    case = next(case for case in battery(contract, PLAIN) if case.name == "hostile-deep")
    server = serve(contract, PLAIN, "hangs-on-deep-nesting").start()
    host, port = server.server_address[:2]
    with socket.create_connection((str(host), int(port))) as connection:
        head = f"POST {case.call.target} HTTP/1.1\r\nContent-Type: application/json\r\n"
        connection.sendall(f"{head}Content-Length: {len(case.call.body)}\r\n\r\n".encode() + case.call.body)
        time.sleep(0.1)
        start = time.perf_counter()
        server.stop()

    assert time.perf_counter() - start < 1


def test_port_in_use_is_one_clear_error(contract: Contract) -> None:
    """A port that is taken is said in one line."""
    with running(contract, PLAIN, "plain") as url:
        port = urlsplit(url).port or 0
        with pytest.raises(ServeError, match="port in use"):
            serve(contract, Partner({}), "plain", port=port)


def test_run_serves_until_it_is_interrupted() -> None:
    """In the foreground an operator says what is wrong with it, serves, and ends with 0 on Ctrl-C."""
    code = (
        "from functools import partial; from spec import Partner, load; from mockserver import gallery;"
        "raise SystemExit(gallery.run(load(), Partner({}), 'hash-unchecked', port=0, echo=partial(print, flush=True)))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(5)]
        process.send_signal(signal.SIGINT)
        status = process.wait(5)

    assert lines[0].startswith("hash-unchecked (broken) at http://127.0.0.1:")
    assert "SIG-1 MUST" in lines[2]
    assert "LUCKYMONACO_SECRET" in lines[3]
    assert status == 0


def test_listing_has_a_line_for_each_entry(contract: Contract) -> None:
    """The list names every operator, with its rule."""
    lines = list(listing(contract))

    assert len(lines) == len(ENTRIES)
    assert any(line.startswith("success-201 ") and " OK-1 " in line for line in lines)
