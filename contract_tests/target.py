"""The implementation under test: where it is, and which ids it knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from contract_tests.settings import VerifySettings
from spec import Operation, SettingError


@dataclass(frozen=True, slots=True)
class Target:
    """A base URL split into what connects and what is prefixed to every path."""

    origin: str  # https://host:port
    prefix: str  # path before the document's own, without a slash at its end
    query: str  # of the base URL itself, sent with every request

    @property
    def url(self) -> str:
        """The base URL without credentials, for people."""
        return f"{self.origin}{self.prefix}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine, where no proxy is in between."""
        host = urlsplit(self.origin).hostname or ""
        return host in ("localhost", "::1") or host.startswith("127.")


def parse_url(url: str, operations: tuple[Operation, ...] = ()) -> Target:
    """Split a base URL; the operation's own path at its end is forgiven. SettingError for anything but http(s)."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        what = "the URL has no valid port" if "ort" in str(error) else "the URL cannot be read"
        raise SettingError(what, where="URL", expected="http://host[:port][/prefix]", got=url) from None
    if parts.scheme not in ("http", "https"):
        what = "no URL was given" if not url.strip() else f"the URL has {'another' if '://' in url else 'no'} scheme"
        raise SettingError(what, where="URL", expected="http://… or https://…", got=url)
    if not parts.hostname:
        raise SettingError("the URL has no host", where="URL", expected="http://host[:port][/prefix]", got=url)
    if parts.username is not None or parts.password is not None:
        where_to = "http://host[:port][/prefix]; a login in front of the endpoint is not sent"
        raise SettingError("the URL holds a user name or a password", where="URL", expected=where_to)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    prefix = parts.path.rstrip("/")
    for operation in operations:
        prefix = prefix.removesuffix(operation.path).rstrip("/")
    return Target(f"{parts.scheme}://{host}" + (f":{port}" if port else ""), prefix, parts.query)


def known_session(settings: VerifySettings, operation: Operation) -> Mapping[str, str]:
    """What the user says of this operation's known session, by field; the document's example fills the rest."""
    return MappingProxyType({name: value for name, value in _known(settings).items() if name in operation.by_name})


def check_known(settings: VerifySettings, operations: tuple[Operation, ...]) -> None:
    """SettingError for a name that no operation of the document has."""
    names = {name for operation in operations for name in operation.by_name}
    for name in _known(settings):
        if name not in names:
            raise SettingError("unknown field", where="--known", expected=", ".join(sorted(names)), got=name)


def _known(settings: VerifySettings) -> dict[str, str]:
    found = {}
    for item in settings.known:
        for pair in item.split(","):
            name, equals, value = pair.partition("=")
            if not equals:
                raise SettingError("not a known id", where="--known", expected="name=value[,name=value…]", got=pair)
            found[name.strip()] = value
    return found
