"""Only this machine and private networks, unless the user says that the target is theirs."""

import socket
from typing import Any

import pytest

from contract_tests.target import Target
from luckymonaco.sending.safety import is_near, refuse_strangers
from spec import SettingError
from tests.sending.conftest import Run

NEAR = (
    *("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "0.0.0.0"),
    *("10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fe80::1%2"),
)


@pytest.mark.parametrize("address", NEAR)
def test_near_addresses(address: str) -> None:
    """Loopback, private and link-local addresses are near."""
    assert is_near(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "172.32.0.1", "192.169.0.1", "100.64.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8", "169.254.169.254"],
)
def test_foreign_addresses(address: str) -> None:
    """Everything else is foreign, the address of cloud metadata and mapped forms too."""
    assert not is_near(address)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Make every host name resolve to these addresses."""

    def answer(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def test_one_foreign_address_of_many_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is refused if any of its addresses is foreign: nobody knows which one will be used."""
    resolving(monkeypatch, "127.0.0.1", "8.8.8.8")

    with pytest.raises(SettingError, match="i-own-this-target"):
        refuse_strangers(Target("http://api.example.com", "", ""), owned=False)


def test_a_private_name_is_near(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name all of whose addresses are private is let through."""
    resolving(monkeypatch, "10.0.0.7", "192.168.1.7")

    refuse_strangers(Target("http://staging", "", ""), owned=False)


def test_an_owned_target_is_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """--i-own-this-target lets everything through."""
    resolving(monkeypatch, "8.8.8.8")

    refuse_strangers(Target("https://api.example.com", "", ""), owned=True)


@pytest.mark.parametrize("command", [("send",), ("load", "--rate", "1", "--duration", "1s")], ids=lambda c: c[0])
def test_both_commands_refuse(run: Run, command: tuple[str, ...]) -> None:
    """Exit code 2 and one line that says what to do; nothing is sent."""
    result = run(command[0], "http://8.8.8.8", *command[1:])

    assert result.code == 2
    assert "--i-own-this-target" in result.err
    assert result.err.count("\n") == 1


def test_an_unknown_host_is_said_to_be_unknown(run: Run) -> None:
    """A name that does not resolve gets one line."""
    result = run("send", "http://no-such-host.invalid")

    assert result.code == 2
    assert "host name is not known" in result.err
