"""Bytes out, an answer or the reason why there is none: proxies, certificates and encodings of a real exchange."""

import gzip
import os
import zlib

import pytest

from contract_tests.exchange import Answer, NoAnswer, Request
from contract_tests.settings import VerifySettings
from contract_tests.target import parse_url
from contract_tests.transport import Transport
from spec import SettingError
from tests.suite.running import judge, replying

BODY = b'{"error": 0}'
REQUEST = Request("POST", "/here?q=1", (("Content-Type", "application/json"),), b"{}", "")


def exchange(url: str, request: Request = REQUEST) -> Answer | NoAnswer:
    """One exchange with what is at this URL."""
    transport = Transport(parse_url(url), VerifySettings(base_url=url))
    try:
        return transport.exchange(request, 5, close=True)
    finally:
        transport.close()


def answering(body: bytes, *headers: str) -> bytes:
    """An answer as bytes."""
    lines = ["HTTP/1.1 200 Fine by me", f"Content-Length: {len(body)}", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body


_RAW = zlib.compressobj(wbits=-zlib.MAX_WBITS)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", _RAW.compress(BODY) + _RAW.flush()),
        ("GZIP, deflate", zlib.compress(gzip.compress(BODY, mtime=0))),
        ("identity", BODY),
        ("made-up", BODY),
    ],
)
def test_content_encodings_are_undone(name: str, body: bytes) -> None:
    """Those that were offered; any other is left to the judge as it came."""
    with replying(answering(body, f"Content-Encoding: {name}")) as port:
        got = exchange(f"http://127.0.0.1:{port}")

    assert isinstance(got, Answer)
    assert (got.status, got.reason, got.body) == (200, "Fine by me", BODY)


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_body_that_is_not_what_it_says_is_unreadable(name: str) -> None:
    """Bytes that cannot be decompressed."""
    with replying(answering(b"not compressed", f"Content-Encoding: {name}")) as port:
        got = exchange(f"http://127.0.0.1:{port}")

    assert isinstance(got, NoAnswer)
    assert got.trouble == "unreadable"


def test_endless_body_is_cut_off() -> None:
    """A few bytes that decompress to very many are not all taken in."""
    with replying(answering(gzip.compress(b" " * 50_000_000), "Content-Encoding: gzip")) as port:
        got = exchange(f"http://127.0.0.1:{port}")

    assert isinstance(got, NoAnswer)
    assert "more than" in got.detail


def test_request_may_say_itself_what_every_request_says() -> None:
    """Its own headers stand in for the transport's, and a header that it has twice is sent twice."""
    seen: list[bytes] = []
    own = (("User-Agent", "mine"), ("X-Twice", "1"), ("X-Twice", "2"))
    with replying(answering(BODY), seen) as port:
        exchange(f"http://127.0.0.1:{port}", Request("POST", "/a%2Fb", own, b"", ""))

    lines = seen[0].decode().lower().split("\r\n")
    assert lines[0] == "post /a%2fb http/1.1"
    assert [line for line in lines if line.startswith("user-agent")] == ["user-agent: mine"]
    assert [line for line in lines if line.startswith("x-twice")] == ["x-twice: 1", "x-twice: 2"]
    assert "content-length: 0" in lines


def test_proxy_of_the_environment_is_asked_for_the_whole_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its own credentials, and the target's path and query as they are."""
    seen: list[bytes] = []
    with replying(answering(BODY), seen) as port:
        monkeypatch.setenv("http_proxy", f"http://user:p%40ss@127.0.0.1:{port}")
        got = exchange("http://operator.invalid:81/prefix")

    head = seen[0].decode()
    assert isinstance(got, Answer)
    assert head.startswith("POST http://operator.invalid:81/here?q=1 HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic dXNlcjpwQHNz" in head


def test_proxy_is_asked_for_a_tunnel_to_an_encrypted_target(monkeypatch: pytest.MonkeyPatch) -> None:
    """CONNECT names host and port; what the target would be sent does not reach the proxy."""
    seen: list[bytes] = []
    with replying(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", seen) as port:
        monkeypatch.setenv("https_proxy", f"127.0.0.1:{port}")
        got = exchange("https://operator.invalid")

    assert isinstance(got, NoAnswer)
    assert (got.trouble, got.detail) == ("unreachable", "403 Forbidden")
    assert seen[0].startswith(b"CONNECT operator.invalid:443 HTTP/1.1\r\n")


def test_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where no_proxy names the host."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", ".invalid")
    with replying(answering(BODY)) as port:
        assert isinstance(exchange(f"http://127.0.0.1:{port}"), Answer)

    got = exchange("http://operator.invalid")
    assert isinstance(got, NoAnswer)
    assert "refused" not in got.detail  # the name is unknown; the proxy would have refused


@pytest.mark.parametrize(
    ("url", "proxy", "what"),
    [("http://operator.invalid", "socks5://127.0.0.1:9", "proxy"), (f"http://{'a' * 70}.example", "", "host")],
)
def test_impossible_settings_are_refused(monkeypatch: pytest.MonkeyPatch, url: str, proxy: str, what: str) -> None:
    """A kind of proxy that is not supported, and a host that is no name: one line each."""
    monkeypatch.setenv("http_proxy", proxy)

    with pytest.raises(SettingError, match=what):
        exchange(url)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        ("Mon, 30 Nov 2026 00:00:07 GMT", 7.0),
        ("Mon, 30 Nov 2026 00:00:00 GMT", 1.0),
        ("Monday", None),
        ("-1", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    """RFC 9110, 10.2.3: a date is measured by the answer's own clock."""
    headers = (("Date", "Mon, 30 Nov 2026 00:00:00 GMT"), ("Retry-After", value))

    assert Answer(429, "", headers, b"", 0.0).retry_after == seconds


def test_an_encoding_that_is_none_breaks_the_success() -> None:
    """It speaks HTTP, so it is judged: nobody can read what it says."""
    body = b'{"error": 0, "description": "Success"}'
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
    with replying(head + b"Content-Length: %d\r\n\r\n" % len(body) + body) as port:
        verdict = judge(f"http://127.0.0.1:{port}")

    assert [item.rule.id for item in verdict.broken] == ["OK-1"]
    assert "cannot be read" in verdict.broken[0].findings[0].breach.got
