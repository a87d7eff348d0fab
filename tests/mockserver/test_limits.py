"""What is too large, too slow or too many is refused, or let go, and does not stop the others."""

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.document import OPERATION
from tests.mockserver.serving import Served, read_answer, serving

FIELD = OPERATION.fields[0].name


LIMIT = 1000


@pytest.fixture(scope="module")
def small() -> Iterator[Served]:
    """A mock with low limits."""
    with serving(
        body_limit=LIMIT, head_limit=2000, head_timeout=1.0, request_timeout=1.0, idle_timeout=2, max_connections=20
    ) as served:
        yield served


def test_body_at_the_limit(small: Served) -> None:
    """A body of exactly the limit is read."""
    body = json.dumps(small.body()).encode()

    assert small.raw(small.request(body + b" " * (LIMIT - len(body)))).json == OPERATION.success.body


def test_body_over_the_limit(small: Served) -> None:
    """One byte more is refused."""
    body = json.dumps(small.body()).encode()

    assert small.answers("too-large", small.raw(small.request(body + b" " * (LIMIT - len(body) + 1))))


def test_default_limit_is_one_mebibyte(mock: Served) -> None:
    """A mebibyte is read, one byte more is not."""
    body = json.dumps(mock.body()).encode()
    whole = body + b" " * (1024 * 1024 - len(body))

    assert mock.raw(mock.request(whole)).json == OPERATION.success.body
    assert mock.answers("too-large", mock.raw(mock.request(whole + b" ")))


def test_refused_before_it_is_sent(small: Served) -> None:
    """A body announced as too large is refused at once, without waiting for it."""
    answer = small.raw(small.request(headers={"Content-Length": str(10**12)}))

    assert small.answers("too-large", answer)
    assert answer.headers["connection"] == "close"


def test_refused_instead_of_100_continue(small: Served) -> None:
    """A caller that asks first is told no."""
    answer = small.raw(small.request(headers={"Content-Length": "100000", "Expect": "100-continue"}))

    assert small.answers("too-large", answer)


def test_100_continue(small: Served) -> None:
    """A caller that asks first, and may, is told to go on."""
    body = json.dumps(small.body()).encode()
    with small.connect() as connection:
        connection.sendall(small.request(headers={"Content-Length": str(len(body)), "Expect": "100-continue"}))
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert read_answer(connection).json == OPERATION.success.body


@pytest.mark.parametrize("chunked", [False, True])
def test_refusal_can_be_read_while_sending(small: Served, chunked: bool) -> None:
    """A caller that sends all of a large body before it reads finds the refusal, not a reset connection."""
    body = b"x" * (8 * 1024 * 1024)
    headers = {"Content-Length": "", "Transfer-Encoding": "chunked"} if chunked else {}
    sent = (b"%x\r\n" % len(body)) + body + b"\r\n0\r\n\r\n" if chunked else body
    head = small.request(headers={"Content-Length": str(len(body)), **headers})

    answer = small.raw(head + sent)

    assert small.answers("too-large", answer)


@pytest.mark.parametrize("where", ["a header", "many headers", "the path", "no end"])
def test_head_too_large(small: Served, where: str) -> None:
    """A head over its limit is refused, in one piece or without end."""
    many = {f"X-{number}": "y" * 20 for number in range(200)}
    request = {
        "a header": small.request(headers={"X": "y" * 4000}),
        "many headers": small.request(headers=many),
        "the path": small.request(target="/" + "y" * 4000),
        "no end": b"GET / HTTP/1.1\r\nX: " + b"y" * 4000,
    }[where]

    assert small.answers("too-large", small.raw(request))


def test_head_that_never_ends(small: Served) -> None:
    """A head that does not arrive in time is answered, and the connection closed."""
    started = time.monotonic()

    answer = small.raw(b"POST / HTTP/1.1\r\nHost")

    assert small.answers("malformed-request", answer)
    assert time.monotonic() - started < 4


def test_body_that_never_ends(small: Served) -> None:
    """A body that dribbles in too slowly is answered, and the connection closed."""
    with small.connect() as connection:
        connection.sendall(small.request(b"{", headers={"Content-Length": "100"}))
        answer = read_answer(connection)

    assert small.answers("malformed-request", answer)


def test_silent_connection_is_closed(small: Served) -> None:
    """A connection on which nothing comes is closed."""
    with small.connect() as connection:
        assert connection.recv(1) == b""


def test_idle_connections_make_room(small: Served) -> None:
    """Over the connection limit the oldest idle connections are closed, and callers are served."""
    idle = [small.connect() for _ in range(60)]
    try:
        assert small.send().json() == OPERATION.success.body
    finally:
        for connection in idle:
            connection.close()


def test_busy_connections_do_not(small: Served) -> None:
    """When every connection is at work, a new caller is told so in the contract's words."""
    busy = [small.connect() for _ in range(20)]
    try:
        for connection in busy:
            connection.sendall(small.request(b"{", headers={"Content-Length": "100"}))
        time.sleep(0.2)
        answer = small.raw(small.request(json.dumps(small.body()).encode()))
    finally:
        for connection in busy:
            connection.close()

    assert small.answers("unavailable", answer)
    assert answer.headers["connection"] == "close"


def test_caller_that_never_reads(small: Served) -> None:
    """A caller that asks and asks and reads nothing is let go in the end; nor is more of it read than is answered."""
    with small.connect() as connection:
        connection.settimeout(0.2)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)

        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            _ask_without_end(connection)


def _ask_without_end(connection: socket.socket) -> None:
    asked = b"GET /openapi.yaml HTTP/1.1\r\nHost: x\r\n\r\n" * 1000
    end, left = time.monotonic() + 20, b""
    while time.monotonic() < end:
        left = left or asked
        with contextlib.suppress(TimeoutError):
            left = left[connection.send(left) :]


@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "room"), [(256, 256, 1000, 192), (256, 600, 500, 500), (9, 9, 5, 1)]
)
def test_connections_fit_into_what_the_system_allows(soft: int, hard: int, wanted: int, room: int) -> None:
    """The limit on open files is raised as far as connections need it, and else their number is lowered."""
    code = (
        "import resource\nfrom mockserver.descriptors import room_for\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))\nprint(room_for({wanted}))"
    )
    got = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=30)

    assert got.stdout.strip() == str(room), got.stderr
