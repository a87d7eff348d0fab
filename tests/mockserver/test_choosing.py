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
from mockserver.script import Script
from mockserver.settings import MockSettings
from spec import Answer, Partner, SettingError, attach, load
from tests.mockserver.serving import Served, read_answer, serving

CONTRACT = load()
OPERATION = CONTRACT.operations[0]
PREFIX = CONTRACT.raw["x-magic"]["prefix"]
FIELD = next(field.name for field in OPERATION.fields if field.session_id)
REFUSAL = next(answer for answer in OPERATION.answers if not answer.is_success)


def magic(mock: Served, name: str) -> httpx.Response:
    """Send a notification with a magic value."""
    return mock.send(**{FIELD: PREFIX + name})


def bytes_until_the_end(mock: Served, name: str) -> bytes:
    """What comes over the socket for a magic value until the connection ends; ConnectionResetError if it is reset."""
    data = b""
    with mock.connect() as connection:
        connection.sendall(mock.request(json.dumps(mock.body(**{FIELD: PREFIX + name})).encode()))
        while part := connection.recv(65536):
            data += part
    return data


def test_document_and_mock_know_the_same_behaviours() -> None:
    """Every behaviour that the document declares exists, and the other way round."""
    assert set(CONTRACT.raw["x-magic"]["behaviours"]) == set(behaviours.BEHAVIOURS)


@pytest.mark.parametrize("answer", OPERATION.answers, ids=lambda answer: answer.name)
def test_magic_name(mock: Served, answer: Answer) -> None:
    """A magic value with the name of a canned answer brings it."""
    got = magic(mock, answer.name)

    assert (got.status_code, got.json()) == (answer.status, answer.body)


@pytest.mark.parametrize("answer", [a for a in OPERATION.answers if a.code], ids=lambda answer: answer.code)
def test_magic_code(mock: Served, answer: Answer) -> None:
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
    body = mock.body(**{FIELD: PREFIX + "delay-1"})
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
        connection.sendall(mock.request(json.dumps(mock.body(**{FIELD: PREFIX + "dribble-500"})).encode()))
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
        connection.sendall(mock.request(json.dumps(mock.body(**{FIELD: PREFIX + "hang"})).encode()))
        with pytest.raises(TimeoutError):
            connection.recv(1)

    assert mock.send().json() == OPERATION.success.body


@pytest.mark.parametrize("name", ["empty-reply", "reset", "truncated", "hang"])
def test_no_credentials_no_magic(mock: Served, name: str) -> None:
    """Who is not authorised cannot make the mock misbehave."""
    credential = OPERATION.credentials[0]
    target = mock.target(**{credential.role.replace("-", "_"): "wrong"})

    got = httpx.post(mock.url + target, json=mock.body(**{FIELD: PREFIX + name}))

    assert mock.answers(credential.fault, got)


class TestSequence:
    """`--respond`: answers for the whole server, one after the other."""

    def test_ends_as_usual(self) -> None:
        """A caller's retry meets two refusals and then a success; later requests are answered as usual."""
        with serving(respond=(REFUSAL.name, REFUSAL.code, OPERATION.success.name)) as served:
            got = [served.send().json() for _ in range(4)]

        assert got == [REFUSAL.body, REFUSAL.body, OPERATION.success.body, OPERATION.success.body]

    def test_cycles(self) -> None:
        """With --respond-cycle it begins again."""
        with serving(respond=(REFUSAL.name, OPERATION.success.name), respond_cycle=True) as served:
            got = [served.send().is_success for _ in range(5)]

        assert got == [False, True, False, True, False]

    def test_success_means_as_usual(self) -> None:
        """A success on the list does not make the mock accept what it would refuse."""
        with serving(respond=(OPERATION.success.name,), respond_cycle=True) as served:
            assert served.answers("malformed-json", served.send(content=b"{"))

    def test_behaviours_on_the_list(self) -> None:
        """Behaviours can stand on the list."""
        with serving(respond=("delay-300", "proxy-error")) as served:
            started = time.monotonic()
            assert served.send().json() == OPERATION.success.body
            assert time.monotonic() - started >= 0.3
            assert served.send().status_code == 502
            assert served.send().json() == OPERATION.success.body

    def test_strangers_do_not_use_it_up(self) -> None:
        """Requests on other paths or without credentials take nothing from the list."""
        with serving(respond=(REFUSAL.name,)) as served:
            httpx.get(served.url + "/elsewhere")
            httpx.post(served.url + OPERATION.path, json={})
            assert served.send().json() == REFUSAL.body

    def test_prefer_comes_first(self) -> None:
        """A caller's own choice prevails, and takes nothing from the list."""
        other = OPERATION.answers[-1]
        with serving(respond=(REFUSAL.name,)) as served:
            assert served.send(headers={"Prefer": f"example={other.name}"}).json() == other.body
            assert served.send().json() == REFUSAL.body

    def test_unknown_name(self) -> None:
        """A name that does not exist is refused at start, with those that do."""
        with pytest.raises(SettingError, match=f"no such answer.*{REFUSAL.name}"), serving(respond=("nope",)):
            pass


class TestDelay:
    """`--delay`: every answer comes late."""

    def test_fixed(self) -> None:
        """A fixed delay holds for every answer, refusals included."""
        with serving(delay="200") as served:
            for content in (None, b"{"):
                started = time.monotonic()
                served.send(content=content)
                assert time.monotonic() - started >= 0.2

    def test_range(self) -> None:
        """A range is kept."""
        with serving(delay="50-150") as served:
            started = time.monotonic()
            served.send()
            assert 0.05 <= time.monotonic() - started < 1

    @pytest.mark.parametrize("text", ["fast", "-1", "5-1", "1.5", "1-2-3", "99999999999"])
    def test_unusable(self, text: str) -> None:
        """Anything else is refused at start."""
        with pytest.raises(SettingError, match="not a delay"), serving(delay=text):
            pass


def test_script_is_bounded() -> None:
    """Lists for single sessions do not grow without end."""
    script = Script()
    for number in range(20_000):
        script.put(["x"], f"session-{number}")

    sessions: Any = script.pending()["sessions"]
    assert len(sessions) == 10_000
    assert script.take("session-19999") == "x"
    assert script.take("session-19999") is None


def test_server_stops_while_callers_hang() -> None:
    """A caller that hangs does not keep the server from stopping."""
    started = time.monotonic()
    with serving(shutdown_timeout=1) as served:
        connection: socket.socket = served.connect()
        connection.sendall(served.request(json.dumps(served.body(**{FIELD: PREFIX + "hang"})).encode()))
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
    magic_value = {FIELD: PREFIX + name} if name else {}

    async def post() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
            return await client.post(f"{OPERATION.path}?{query}", json={**OPERATION.example, **magic_value})

    got = asyncio.run(post())

    expected = {"proxy-error": 502}.get(name, OPERATION.success.status)
    assert got.status_code == expected
