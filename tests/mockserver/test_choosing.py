"""Callers that cannot set headers, and whoever runs the mock, choose answers and misbehaviour by name."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from typing import Any

import httpx
import pytest

from mockserver import behaviours
from mockserver.app import create_app
from mockserver.settings import MockSettings
from spec import CannedAnswer, Partner, attach
from tests.document import CONTRACT, OPERATION, REFUSAL, SESSION
from tests.mockserver.serving import Served, read_answer, serving

PREFIX = CONTRACT.raw["x-magic"]["prefix"]


def magic(mock: Served, name: str) -> httpx.Response:
    """Send a notification with a magic value."""
    return mock.send(**{SESSION: PREFIX + name})


def bytes_until_the_end(mock: Served, name: str) -> bytes:
    """What comes over the socket for a magic value until the connection ends; ConnectionResetError if it is reset."""
    data = b""
    with mock.connect() as connection:
        connection.sendall(mock.request(json.dumps(mock.body(**{SESSION: PREFIX + name})).encode()))
        while part := connection.recv(65536):
            data += part
    return data


def test_document_and_mock_know_the_same_behaviours() -> None:
    """Every behaviour that the document declares exists, and the other way round."""
    assert set(CONTRACT.raw["x-magic"]["behaviours"]) == set(behaviours.BEHAVIOURS)


@pytest.mark.parametrize("answer", OPERATION.answers, ids=lambda answer: answer.name)
def test_magic_name(mock: Served, answer: CannedAnswer) -> None:
    """A magic value with the name of a canned answer brings it."""
    got = magic(mock, answer.name)

    assert (got.status_code, got.json()) == (answer.status, answer.body)


@pytest.mark.parametrize("answer", [a for a in OPERATION.answers if a.code], ids=lambda answer: answer.code)
def test_magic_code(mock: Served, answer: CannedAnswer) -> None:
    """So does one with an error code, the first answer that has it."""
    assert magic(mock, answer.code).json()["error"]["code"] == answer.code


def test_unknown_magic_value(mock: Served) -> None:
    """A magic value that means nothing is refused with a list of those that do; it does not silently succeed."""
    got = magic(mock, "no-such-thing")

    assert got.status_code == CONTRACT.answer_for("unknown-preference").status
    assert PREFIX + REFUSAL.name in got.text
    assert PREFIX + "reset" in got.text


def test_delay(mock: Served) -> None:
    """A delay is kept, and the usual answer follows; other callers do not wait."""
    started = time.monotonic()
    slow = threading.Thread(target=magic, args=(mock, "delay-1500"))
    slow.start()
    assert mock.send().json() == OPERATION.success.body
    assert slow.is_alive()
    slow.join()
    assert time.monotonic() - started >= 1.5


def test_delay_keeps_the_refusal(mock: Served) -> None:
    """A behaviour plays with the answer that the request would have had."""
    body = mock.body(**{SESSION: PREFIX + "delay-1"})
    del body[OPERATION.fields[0].name]

    assert mock.answers("missing-field", mock.send(content=json.dumps(body).encode()))


def test_empty_reply(mock: Served) -> None:
    """The connection ends without a byte."""
    assert bytes_until_the_end(mock, "empty-reply") == b""


def test_reset(mock: Served) -> None:
    """The connection is reset."""
    with pytest.raises(ConnectionResetError):
        bytes_until_the_end(mock, "reset")


def test_truncated(mock: Served) -> None:
    """The body ends before its announced length."""
    data = bytes_until_the_end(mock, "truncated")

    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert 0 < len(body) < length


def test_garbage(mock: Served) -> None:
    """The body is not JSON, though the head says so."""
    got = magic(mock, "garbage")

    assert got.headers["content-type"] == OPERATION.media_type
    with pytest.raises((ValueError, UnicodeDecodeError)):
        got.json()


def test_proxy_error(mock: Served) -> None:
    """A proxy's page."""
    got = magic(mock, "proxy-error")

    assert (got.status_code, got.headers["content-type"]) == (502, "text/html")
    assert "Bad Gateway" in got.text


def test_dribble(mock: Served) -> None:
    """The answer comes in pieces over the given time, and whole in the end."""
    started = time.monotonic()
    with mock.connect() as connection:
        connection.sendall(mock.request(json.dumps(mock.body(**{SESSION: PREFIX + "dribble-500"})).encode()))
        pieces = 0
        data = b""
        while not data.endswith(b"}"):
            data += connection.recv(65536)
            pieces += 1

    assert pieces > 3
    assert time.monotonic() - started >= 0.4
    assert json.loads(data.partition(b"\r\n\r\n")[2]) == OPERATION.success.body


def test_hang(mock: Served) -> None:
    """Nothing comes until the caller gives up."""
    with mock.connect() as connection:
        connection.settimeout(1.0)
        connection.sendall(mock.request(json.dumps(mock.body(**{SESSION: PREFIX + "hang"})).encode()))
        with pytest.raises(TimeoutError):
            connection.recv(1)

    assert mock.send().json() == OPERATION.success.body


@pytest.mark.parametrize("name", ["empty-reply", "reset", "truncated", "hang"])
def test_no_credentials_no_magic(mock: Served, name: str) -> None:
    """Who is not authorised cannot make the mock misbehave."""
    credential = OPERATION.credentials[0]
    target = mock.target(**{credential.role.replace("-", "_"): "wrong"})

    got = httpx.post(mock.url + target, json=mock.body(**{SESSION: PREFIX + name}))

    assert mock.answers(credential.fault, got)


def test_server_stops_while_callers_hang() -> None:
    """A caller that hangs does not keep the server from stopping."""
    started = time.monotonic()
    with serving(shutdown_timeout=1) as served:
        connection: socket.socket = served.connect()
        connection.sendall(served.request(json.dumps(served.body(**{SESSION: PREFIX + "hang"})).encode()))
        time.sleep(0.3)

    assert time.monotonic() - started < 6
    with connection:
        connection.settimeout(2)
        with contextlib.suppress(AssertionError):  # closed without an answer, as asked
            assert read_answer(connection).status == CONTRACT.answer_for("unavailable").status


@pytest.mark.parametrize("name", ["", *behaviours.BEHAVIOURS])
def test_under_another_asgi_server(name: str) -> None:
    """The application works under any ASGI server; what needs the socket is then answered as usual."""
    if name == "hang":
        pytest.skip("a hang is a hang")
    app: Any = create_app(CONTRACT, MockSettings(log_format="none"))
    query, _ = attach(OPERATION, Partner({}))
    magic_value = {SESSION: PREFIX + name} if name else {}

    async def post() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            return await client.post(f"{OPERATION.path}?{query}", json={**OPERATION.example, **magic_value})

    got = asyncio.run(post())

    expected = {"proxy-error": 502}.get(name, OPERATION.success.status)
    assert got.status_code == expected
