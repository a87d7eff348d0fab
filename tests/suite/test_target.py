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
        ("ftp://127.0.0.1", "no scheme"),
        ("http://", "no host"),
        ("http://127.0.0.1:99999", "no valid port"),
        ("", "no scheme"),
    ],
)
def test_useless_urls_are_refused(url: str, said: str) -> None:
    """One line that says what is wrong with it."""
    with pytest.raises(spec.SettingError, match=said):
        parse_url(url)


def test_base_url_may_carry_prefix_slash_and_path() -> None:
    """D21: any base URL; a slash at its end or the operation's own path is forgiven."""
    operations = CONTRACT.operations
    for url in ("http://h:1/api", "http://h:1/api/", f"http://h:1/api{operations[0].path}"):
        assert parse_url(url, operations).url == "http://h:1/api"
