"""Where traffic may go without asking: this machine and private networks. Everything else has an owner to be named."""

import ipaddress
import socket
from urllib.parse import urlsplit

from contract_tests.target import Target
from spec.errors import SettingError, TargetError

_PRIVATE = tuple(
    ipaddress.ip_network(network)
    for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fe80::/10")
)


def refuse_strangers(target: Target, *, owned: bool) -> None:
    """SettingError unless every address of the host is loopback or private, or the user says that it is theirs."""
    if owned:
        return
    host = urlsplit(target.origin).hostname or ""
    foreign = [address for address in _addresses(host) if not is_near(address)]
    if foreign:
        raise SettingError(
            "the target is neither this machine nor in a private network",
            where=host,
            expected="a loopback or private address, or --i-own-this-target",
            got=foreign[0],
        )


def is_near(address: str) -> bool:
    """Whether an address is loopback or private; what only looks like it (an IPv6 form of IPv4) is unwrapped."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_loopback or found.is_unspecified or any(found in network for network in _PRIVATE)


def _addresses(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TargetError("the host name is not known here", where=host, got=reason) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
