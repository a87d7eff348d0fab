"""Bytes that nobody should send: each is answered in the contract's words, never with a 5XX, a hang or silence."""

import json
import socket

import pytest

from tests.document import CONTRACT, OPERATION
from tests.mockserver.serving import Raw, Served, read_answer
from tests.mockserver.test_http import MALFORMED_HTTP

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


def test_nothing_leaves_but_the_contract(mock: Served) -> None:
    """None of the frameworks' own words can be provoked: every answer is one of the document's, or has its message."""
    known = {json.dumps(answer.body, sort_keys=True) for answer in CONTRACT.answers}
    answers: list[Raw] = [mock.raw(mock.request(body)) for body in (*MALFORMED.values(), *ODD.values())]
    answers += [mock.raw(request) for request in MALFORMED_HTTP.values()]

    for answer in answers:
        assert answer.headers["content-type"] in {known.media_type for known in CONTRACT.answers}
        assert json.dumps(answer.json, sort_keys=True) in known
