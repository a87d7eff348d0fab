"""The implementation under test: its URL, and what is no implementation at all."""

import pytest

import spec
from contract_tests.run import NotJudgedError
from contract_tests.target import parse_url
from tests.document import CONTRACT
from tests.suite.running import judge, replying


@pytest.mark.parametrize("reply", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", b"\x15\x03\x01\x00\x02\x02"])
def test_what_speaks_no_http_is_not_judged(reply: bytes) -> None:
    """Neither kept nor broken: there is no implementation."""
    with replying(reply) as port, pytest.raises((spec.TargetError, NotJudgedError)):
        judge(f"http://127.0.0.1:{port}")


def test_nobody_there_is_not_judged() -> None:
    """A closed port."""
    with pytest.raises(spec.TargetError, match="cannot be reached"):
        judge("http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("127.0.0.1:8080", "no scheme"),
        ("ftp://127.0.0.1", "another scheme"),
        ("http://", "no host"),
        ("http://127.0.0.1:99999", "no valid port"),
        ("", "no URL was given"),
        ("http://user@127.0.0.1:1", "holds a user name"),
    ],
)
def test_useless_urls_are_refused(url: str, said: str) -> None:
    """One line that says what is wrong with it."""
    with pytest.raises(spec.SettingError, match=said):
        parse_url(url)


def test_a_password_in_the_url_is_not_shown() -> None:
    """It is refused, since it is not sent; and the line that says so may stand in a log."""
    with pytest.raises(spec.SettingError) as refused:
        parse_url("http://someone:hunter2@127.0.0.1:1")

    assert "hunter2" not in str(refused.value)


def test_where_a_redirect_leads_is_said() -> None:
    """From http to https, say: the URL is at fault, not the credentials."""
    reply = b"HTTP/1.1 301 Moved\r\nLocation: https://h.test/api\r\nContent-Length: 0\r\n\r\n"
    with (
        replying(reply) as port,
        pytest.raises(NotJudgedError, match=r"301 to https://h.test/api .*URL that it leads to"),
    ):
        judge(f"http://127.0.0.1:{port}")


def test_base_url_may_carry_prefix_slash_and_path() -> None:
    """D21: any base URL; a slash at its end or the operation's own path is forgiven."""
    operations = CONTRACT.operations
    for url in ("http://h:1/api", "http://h:1/api/", f"http://h:1/api{operations[0].path}"):
        assert parse_url(url, operations).url == "http://h:1/api"
