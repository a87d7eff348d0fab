"""Bytes that are not HTTP, and HTTP that is unusual: each is answered in the contract's words, never with silence."""

import json
import socket
import threading
import time

import pytest

from tests.document import CONTRACT, OPERATION, SESSION
from tests.mockserver.serving import Served, read_answer

PREFIX = CONTRACT.raw["x-magic"]["prefix"]


MALFORMED_HTTP = {
    "no HTTP": b"hello\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "bad version": b"GET / HTTP/9.9\r\n\r\n",
    "unknown method": b"BREW / HTTP/1.1\r\nHost: x\r\n\r\n",
    "control character in the path": b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
    "raw bytes in the path": b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT": b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "space in a header name": b"POST / HTTP/1.1\r\nHo st: x\r\n\r\n",
    "NUL in a header": b"POST / HTTP/1.1\r\nHost: \x00\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "length is no number": b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
    "negative length": b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "huge length": b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n",
    "length and chunked": b"POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "unknown encoding": b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
}


@pytest.mark.parametrize("name", MALFORMED_HTTP)
def test_malformed_http(mock: Served, name: str) -> None:
    """Bytes that are not HTTP are answered in the contract's envelope and media type, too."""
    answer = mock.raw(MALFORMED_HTTP[name])

    assert mock.answers("malformed-request", answer)
    assert answer.headers["connection"] == "close"


def test_malformed_chunk(mock: Served) -> None:
    """A chunk of no length is a malformed request."""
    request = mock.request(headers={"Content-Length": "", "Transfer-Encoding": "chunked"}) + b"zz\r\n"

    assert mock.answers("malformed-request", mock.raw(request))


def test_malformed_after_a_good_one(mock: Served) -> None:
    """Two requests in one packet, the second malformed: each gets its own answer, in order."""
    with mock.connect() as connection:
        connection.sendall(mock.request(json.dumps(mock.body()).encode()) + b"nonsense\r\n\r\n")
        answers = b""
        while part := connection.recv(65536):
            answers += part

    first, second = answers.find(b"HTTP/1.1 200"), answers.find(b"HTTP/1.1 400")
    assert 0 <= first < second


def test_pipelined(mock: Served) -> None:
    """Requests that are sent without waiting are answered one after the other."""
    with mock.connect() as connection:
        connection.sendall(mock.request(json.dumps(mock.body()).encode()) * 3 + mock.request(b"["))
        statuses = _statuses(connection, 4)

    assert statuses == [200, 200, 200, 400]


def _statuses(connection: socket.socket, count: int) -> list[int]:
    data = b""
    while data.count(b"HTTP/1.1 ") < count or not data.endswith(b"}"):
        part = connection.recv(65536)
        assert part
        data += part
    return [int(piece[:3]) for piece in data.split(b"HTTP/1.1 ")[1:]]


def test_pipelined_body_that_comes_later(mock: Served) -> None:
    """A request that waits for its turn may still be on its way: the rest of it is read when it is needed."""
    first = json.dumps(mock.body(**{SESSION: f"{PREFIX}delay-300"})).encode()
    last = json.dumps(mock.body(**{SESSION: "x" * 300_000})).encode()
    request = mock.request(last)
    with mock.connect() as connection:
        connection.sendall(mock.request(first) * 2 + request[:-1000])
        time.sleep(0.2)
        connection.sendall(request[-1000:])
        data = b""
        while data.count(b"HTTP/1.1 200 ") < 3 or not data.endswith(b"}"):
            part = connection.recv(65536)
            assert part, data
            data += part

    assert data.count(b"HTTP/1.1 ") == 3


def test_many_pipelined(mock: Served) -> None:
    """Thousands of requests in one breath are each answered: their heads are not added up."""
    body = json.dumps(mock.body()).encode()
    count = 2000
    with mock.connect() as connection:
        sender = threading.Thread(target=connection.sendall, args=(mock.request(body) * count,))
        sender.start()
        data = b""
        while data.count(b"HTTP/1.1 ") < count or not data.endswith(b"}"):
            part = connection.recv(1 << 20)
            assert part, data[-300:]
            data += part
        sender.join()

    assert data.count(b"HTTP/1.1 200 ") == count


def test_offer_to_upgrade_is_ignored(mock: Served) -> None:
    """Java's client offers h2c with its POST: it is answered in HTTP/1.1, and so is what follows on the connection."""
    offer = {
        "Connection": "Upgrade, HTTP2-Settings",
        "Upgrade": "h2c",
        "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    }
    request = mock.request(json.dumps(mock.body()).encode(), headers=offer)
    with mock.connect() as connection:
        connection.sendall(request)
        assert read_answer(connection).json == OPERATION.success.body
        connection.sendall(request + mock.request(b"["))
        assert _statuses(connection, 2) == [200, 400]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("pieces", [1, 3])
def test_body_after_an_offer_to_upgrade(mock: Served, chunked: bool, pieces: int) -> None:
    """The body that follows such an offer is read, chunked or not, in one piece or in several."""
    body = json.dumps(mock.body()).encode()
    headers = {"Connection": "Upgrade", "Upgrade": "h2c"}
    if chunked:
        headers |= {"Content-Length": "", "Transfer-Encoding": "chunked"}
    head = mock.request(headers={"Content-Length": str(len(body)), **headers})
    sent = head + (b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if chunked else body)
    with mock.connect() as connection:
        step = len(sent) // pieces + 1
        for start in range(0, len(sent), step):
            connection.sendall(sent[start : start + step])
            time.sleep(0.05)
        assert read_answer(connection).json == OPERATION.success.body
        connection.sendall(mock.request(body))
        assert read_answer(connection).json == OPERATION.success.body


def test_offer_of_a_websocket_is_ignored(mock: Served) -> None:
    """There is no WebSocket: the offer is a GET like any other."""
    offer = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "x" * 22 + "==",
    }

    assert mock.answers("method", mock.raw(mock.request(method="GET", headers=offer)))


def test_caller_that_closes_its_side(mock: Served) -> None:
    """A caller that closes only its own side of the connection, as nc does, still gets its answer."""
    answer = mock.raw(mock.request(json.dumps(mock.body()).encode()), half_close=True)

    assert answer.json == OPERATION.success.body


def test_body_cut_short(mock: Served) -> None:
    """A body that ends before its announced length is a malformed request."""
    request = mock.request(b"{", headers={"Content-Length": "100"})

    assert mock.answers("malformed-request", mock.raw(request, half_close=True))


def test_http_1_0(mock: Served) -> None:
    """HTTP/1.0 is answered, and the connection closed."""
    request = mock.request(json.dumps(mock.body()).encode()).replace(b"HTTP/1.1", b"HTTP/1.0", 1)

    answer = mock.raw(request)

    assert (answer.json, answer.headers["connection"]) == (OPERATION.success.body, "close")
