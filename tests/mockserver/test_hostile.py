"""Bytes that nobody should send: each is answered in the contract's words, never with a 5XX, a hang or silence."""

import json
import socket
import time
from collections.abc import Iterator

import pytest

from spec import load
from tests.mockserver.serving import Raw, Served, read_answer, serving

CONTRACT = load()
OPERATION = CONTRACT.operations[0]
FIELD = OPERATION.fields[0].name


def member(text: str) -> bytes:
    """A notification with one more member, written out as given."""
    return (json.dumps(dict(OPERATION.example))[:-1] + ", " + text + "}").encode("utf-8", "surrogatepass")


MALFORMED = {
    "empty": b"",
    "blank": b" \r\n\t ",
    "cut off": b'{"a": ',
    "two values": b"{} {}",
    "single quotes": b"{'a': 1}",
    "trailing comma": b'{"a": 1,}',
    "NaN": member('"n": NaN'),
    "Infinity": member('"n": -Infinity'),
    "not UTF-8": member('"n": "x"').replace(b"x", b"\xff\xfe"),
    "Latin-1": member('"n": "\u00fc"').decode().encode("latin-1"),
    "UTF-16": json.dumps(dict(OPERATION.example)).encode("utf-16"),
    "lone surrogate": member('"n": "\\ud800"'),
    "lone surrogate as a key": member('"\\udfff": 1'),
    "surrogate in UTF-8": member('"n": "\ud800"'),
    "duplicate key": member(f'"{FIELD}": "again"'),
    "arrays 100,000 deep": b"[" * 100_000,
    "closed arrays 100,000 deep": b"[" * 100_000 + b"]" * 100_000,
    "objects 100,000 deep": b'{"a":' * 100_000,
    "100,000 deep within": member('"n": ' + "[" * 100_000 + "]" * 100_000),
    "5,000 digits": member('"n": ' + "1" * 5000),
    "raw control character": member('"n": "\x01"'),
    "NUL byte": b"\x00" * 10,
    "form": b"a=b&c=d",
}
ODD = {
    "4,000 digits": member('"n": ' + "1" * 4000),
    "huge exponent": member('"n": 1e999999'),
    "escaped NUL": member('"n": "\\u0000"'),
    "paired surrogates": member('"n": "\\ud83c\\udfb0"'),
    "quoted brackets": member('"n": "' + "[{" * 1000 + '"'),
    "150 deep": member('"n": ' + "[" * 150 + "]" * 150),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_json(mock: Served, name: str) -> None:
    """What is not strict JSON is answered as such, and the connection stays usable."""
    with mock.connect() as connection:
        connection.sendall(mock.request(MALFORMED[name]))
        assert mock.answers("malformed-json", read_answer(connection))

        connection.sendall(mock.request(json.dumps(mock.body()).encode()))
        assert read_answer(connection).json == OPERATION.success.body


@pytest.mark.parametrize("name", ODD)
def test_odd_but_legal_json(mock: Served, name: str) -> None:
    """What is odd but legal, in a field that nobody asked for, is ignored."""
    assert mock.raw(mock.request(ODD[name])).json == OPERATION.success.body


@pytest.mark.parametrize("field", [field.name for field in OPERATION.fields])
@pytest.mark.parametrize(
    "text", ["1" * 4000, "[" * 150 + "]" * 150, "1e400", "-0", "[[{}]]"], ids=lambda text: text[:6]
)
def test_odd_values_in_a_field(mock: Served, field: str, text: str) -> None:
    """Odd values where a string belongs are a wrong type."""
    rest = {name: value for name, value in OPERATION.example.items() if name != field}
    body = json.dumps(rest)[:-1] + f', "{field}": {text}}}'

    assert mock.answers("wrong-type", mock.raw(mock.request(body.encode())))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_chunked(mock: Served, size: int) -> None:
    """A notification that is sent chunked is as good as any other: Java and Node clients send nothing else."""
    body = json.dumps(mock.body()).encode()
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"

    answer = mock.raw(mock.request(headers={"Content-Length": "", "Transfer-Encoding": "chunked"}) + chunks)

    assert answer.json == OPERATION.success.body


def test_byte_by_byte(mock: Served) -> None:
    """A request that arrives one byte at a time is answered like any other."""
    with mock.connect() as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in mock.request(json.dumps(mock.body()).encode()):
            connection.sendall(bytes([byte]))
        assert read_answer(connection).json == OPERATION.success.body


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


LIMIT = 1000


@pytest.fixture(scope="module")
def small() -> Iterator[Served]:
    """A mock with low limits."""
    with serving(
        body_limit=LIMIT, head_limit=2000, head_timeout=1.0, request_timeout=1.0, idle_timeout=2, max_connections=20
    ) as served:
        yield served


class TestLimits:
    """What is too large or too slow."""

    def test_body_at_the_limit(self, small: Served) -> None:
        """A body of exactly the limit is read."""
        body = json.dumps(small.body()).encode()

        assert small.raw(small.request(body + b" " * (LIMIT - len(body)))).json == OPERATION.success.body

    def test_body_over_the_limit(self, small: Served) -> None:
        """One byte more is refused."""
        body = json.dumps(small.body()).encode()

        assert small.answers("too-large", small.raw(small.request(body + b" " * (LIMIT - len(body) + 1))))

    def test_default_limit_is_one_mebibyte(self, mock: Served) -> None:
        """A mebibyte is read, one byte more is not."""
        body = json.dumps(mock.body()).encode()
        whole = body + b" " * (1024 * 1024 - len(body))

        assert mock.raw(mock.request(whole)).json == OPERATION.success.body
        assert mock.answers("too-large", mock.raw(mock.request(whole + b" ")))

    def test_refused_before_it_is_sent(self, small: Served) -> None:
        """A body announced as too large is refused at once, without waiting for it."""
        answer = small.raw(small.request(headers={"Content-Length": str(10**12)}))

        assert small.answers("too-large", answer)
        assert answer.headers["connection"] == "close"

    def test_refused_instead_of_100_continue(self, small: Served) -> None:
        """A caller that asks first is told no."""
        answer = small.raw(small.request(headers={"Content-Length": "100000", "Expect": "100-continue"}))

        assert small.answers("too-large", answer)

    def test_100_continue(self, small: Served) -> None:
        """A caller that asks first, and may, is told to go on."""
        body = json.dumps(small.body()).encode()
        with small.connect() as connection:
            connection.sendall(small.request(headers={"Content-Length": str(len(body)), "Expect": "100-continue"}))
            assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            connection.sendall(body)
            assert read_answer(connection).json == OPERATION.success.body

    @pytest.mark.parametrize("chunked", [False, True])
    def test_refusal_can_be_read_while_sending(self, small: Served, chunked: bool) -> None:
        """A caller that sends all of a large body before it reads finds the refusal, not a reset connection."""
        body = b"x" * (8 * 1024 * 1024)
        headers = {"Content-Length": "", "Transfer-Encoding": "chunked"} if chunked else {}
        sent = (b"%x\r\n" % len(body)) + body + b"\r\n0\r\n\r\n" if chunked else body
        head = small.request(headers={"Content-Length": str(len(body)), **headers})

        answer = small.raw(head + sent)

        assert small.answers("too-large", answer)

    @pytest.mark.parametrize("where", ["a header", "many headers", "the path", "no end"])
    def test_head_too_large(self, small: Served, where: str) -> None:
        """A head over its limit is refused, in one piece or without end."""
        many = {f"X-{number}": "y" * 20 for number in range(200)}
        request = {
            "a header": small.request(headers={"X": "y" * 4000}),
            "many headers": small.request(headers=many),
            "the path": small.request(target="/" + "y" * 4000),
            "no end": b"GET / HTTP/1.1\r\nX: " + b"y" * 4000,
        }[where]

        assert small.answers("too-large", small.raw(request))

    def test_head_that_never_ends(self, small: Served) -> None:
        """A head that does not arrive in time is answered, and the connection closed."""
        started = time.monotonic()

        answer = small.raw(b"POST / HTTP/1.1\r\nHost")

        assert small.answers("malformed-request", answer)
        assert time.monotonic() - started < 4

    def test_body_that_never_ends(self, small: Served) -> None:
        """A body that dribbles in too slowly is answered, and the connection closed."""
        with small.connect() as connection:
            connection.sendall(small.request(b"{", headers={"Content-Length": "100"}))
            answer = read_answer(connection)

        assert small.answers("malformed-request", answer)

    def test_silent_connection_is_closed(self, small: Served) -> None:
        """A connection on which nothing comes is closed."""
        with small.connect() as connection:
            assert connection.recv(1) == b""

    def test_idle_connections_make_room(self, small: Served) -> None:
        """Over the connection limit the oldest idle connections are closed, and callers are served."""
        idle = [small.connect() for _ in range(60)]
        try:
            assert small.send().json() == OPERATION.success.body
        finally:
            for connection in idle:
                connection.close()

    def test_busy_connections_do_not(self, small: Served) -> None:
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


def test_nothing_leaves_but_the_contract(mock: Served) -> None:
    """None of the frameworks' own words can be provoked: every answer is one of the document's, or has its message."""
    known = {json.dumps(answer.body, sort_keys=True) for answer in CONTRACT.answers}
    answers: list[Raw] = [mock.raw(mock.request(body)) for body in (*MALFORMED.values(), *ODD.values())]
    answers += [mock.raw(request) for request in MALFORMED_HTTP.values()]

    for answer in answers:
        assert answer.headers["content-type"] in {known.media_type for known in CONTRACT.answers}
        assert json.dumps(answer.json, sort_keys=True) in known
