"""A request as a curl line that sends it again and gets the same answer, when it is pasted into bash.

Secrets that were right stand in it as the variables that they are set by, the request hash as the command that computes
it; secrets that were wrong are made up, as wrong as they were. What has to be set, and what is not as it was, is noted.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus

from mockserver.masking import Masking
from spec import DEFAULT_PATH, Contract, Credential, Operation, Partner, hash_where_possible
from spec.schema import compact
from spec.settings import PREFIX, variable
from spec.shell import PERCENT_ENCODE, ShellText, body_command, is_plain, with_body
from spec.stand_ins import from_command, from_variable, made_up
from spec.strict_json import MalformedJsonError, loads

if TYPE_CHECKING:
    from mockserver.exchange import Exchange

URL = PREFIX + "URL"
_ASKED = (b"content-type", b"content-encoding", b"prefer")  # headers that an answer depends on, beside credentials


@dataclass(frozen=True, slots=True)
class Line:
    """The line, empty where curl cannot send what was sent, and what there is to know of it."""

    line: str
    notes: tuple[str, ...] = ()


def hash_command(contract: Contract, operation: Operation, partner: Partner) -> str:
    """The command that computes the hash of the body on its standard input, as this mock does."""
    assert operation.request_hash is not None
    parts = ["luckymonaco hash --body -"]
    if contract.source.path != DEFAULT_PATH:
        parts.append(f"--spec {shlex.quote(str(contract.source.path))}")
    if operation is not next(item for item in contract.operations if item.request_hash):
        parts.append(f"--operation {shlex.quote(operation.id)}")
    scheme = partner.scheme_of(operation)
    if scheme != operation.request_hash.scheme:
        parts.append(f"--hash-scheme {shlex.quote(scheme.name)}")
    if scheme.credentials or scheme.function is not None:
        named = [item for item in operation.credentials if not item.secret and partner.value(item) != item.demo]
        parts += [f"--{item.role} {shlex.quote(partner.value(item))}" for item in named]
    return " ".join(parts)


class Again:
    """Writes the lines for the exchanges of one document."""

    def __init__(self, contract: Contract, partners: Sequence[Partner], masking: Masking) -> None:
        self._contract = contract
        self._partners = partners
        self._masking = masking

    def of(self, exchange: Exchange) -> Line:
        """The line for one exchange."""
        if not exchange.path.startswith("/"):
            return Line("", ("what arrived was not HTTP: curl cannot send it",))
        return _Writing(exchange, self._contract, exchange.partner or self._partners[0], self._masking).line()


@dataclass(slots=True)
class _Writing:
    exchange: Exchange
    contract: Contract
    partner: Partner
    masking: Masking
    text: ShellText = field(default_factory=ShellText)
    variables: dict[str, str] = field(default_factory=dict)  # that the line needs -> what they are
    notes: dict[str, None] = field(default_factory=dict)

    def line(self) -> Line:
        exchange = self.exchange
        parts = ["curl -sS -i -g --path-as-is", *self._method()]
        path = quote(self.masking.text(exchange.path, self._made_up), safe="/:@!$&'()*+,;=~-._")
        query = "&".join(self._pair(part) for part in exchange.query.decode("latin-1").split("&"))
        parts.append(f'"${URL}"' + self.text.quote(path + (f"?{query}" if exchange.query else "")))
        parts += [f"-H {self.text.quote(header)}" for header in self._headers()]
        curl = " ".join(parts)
        if exchange.body or exchange.method == "POST":
            curl = with_body(curl, self._body())
        if exchange.body_size > len(exchange.body):
            kept = f"only the first {len(exchange.body)} of {exchange.body_size} bytes of the body were kept"
            self.notes[kept] = None
        needed = [f"set {name} to {what}" for name, what in {URL: "the URL of the mock", **self.variables}.items()]
        return Line(curl, (*needed, *self.notes))

    def _method(self) -> list[str]:
        method = self.exchange.method
        if method == "POST":
            return []
        return ["-I"] if method == "HEAD" and not self.exchange.body else [f"-X {shlex.quote(method)}"]

    def _made_up(self, value: str) -> str:
        self.notes["secrets that no variable holds are made up"] = None
        return made_up(value)

    def _stand_in(self, value: Any) -> Any:
        """A made-up value of the same type: what is wrong with a secret field must stay wrong."""
        if isinstance(value, str):
            return self._made_up(value) if value else value
        if isinstance(value, dict):
            return {name: self._stand_in(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._stand_in(item) for item in value]
        return int(self._made_up(str(value))) if type(value) is int else value

    def _credentials(self, location: str) -> dict[str, Credential]:
        operations = [self.exchange.plan.operation] if self.exchange.plan else self.contract.operations
        found = [item for operation in operations for item in operation.credentials]
        return {item.name: item for item in found if item.secret and item.location == location}

    def _secret(self, credential: Credential, value: str, *, encoded: bool = False) -> str:
        """A credential's value as text with a place in it: its variable, something like it, or one made up."""
        right = self.partner.value(credential)
        name = variable(credential.role)
        shell = f"${name}" if value == right else from_variable(value, right, name) if _nearly(value, right) else ""
        if not shell:
            return quote(self._made_up(value), safe="") if encoded else self._made_up(value)
        demo = " (here the document's demo value)" if right == credential.demo else ""
        self.variables[name] = f"the partner's {credential.role.removeprefix('partner-').replace('-', ' ')}{demo}"
        if encoded and quote(value, safe="") != value:
            return self.text.place(f'$(printf %s "{shell}" | {PERCENT_ENCODE})')
        return self.text.place(shell)

    def _pair(self, part: str) -> str:
        name, _, value = part.partition("=")
        credential = self._credentials("query").get(unquote_plus(name))
        if credential is not None and value:
            return f"{name}={self._secret(credential, unquote_plus(value), encoded=True)}"
        return self.masking.pair(part, self._made_up)

    def _headers(self) -> Iterator[str]:
        credentials = {name.lower(): item for name, item in self._credentials("header").items()}
        open_ones = {
            item.name.lower()
            for operation in self.contract.operations
            for item in operation.credentials
            if item.location == "header" and not item.secret
        }
        for header, content in self.exchange.headers:
            name, value = header.decode("latin-1"), content.decode("latin-1")
            if name in credentials and value:
                yield f"{name}: {self._secret(credentials[name], value)}"
            elif name == "cookie":
                yield f"cookie: {self._cookies(value)}"
            elif header in _ASKED or name in open_ones:
                yield f"{name}: {self.masking.header(header, content, self._made_up)}" if value else f"{name};"
        if not self.exchange.header(b"content-type") and (self.exchange.body or self.exchange.method == "POST"):
            yield "content-type:"  # curl would add one of its own

    def _cookies(self, text: str) -> str:
        secret, open_ones = self._credentials("cookie"), self.contract.operations
        known = {item.name for operation in open_ones for item in operation.credentials if item.location == "cookie"}
        cookies = []
        for part in text.split(";"):
            name, equals, value = part.strip().partition("=")
            if name in secret and value:
                value = self._secret(secret[name], value)
            elif name not in known and value:
                value = self._made_up(value)
            cookies.append(name + equals + value)
        return "; ".join(cookies)

    def _body(self) -> str:
        try:
            value = loads(self.exchange.body)
        except MalformedJsonError:
            return self._unparsed()
        sent = self.masking.data(value, self._made_up, self._stand_in)
        operation = self.exchange.plan.operation if self.exchange.plan else None
        hashing = operation.request_hash if operation else None
        given = value.get(hashing.field) if hashing and isinstance(value, dict) else None
        if operation is not None and isinstance(given, str) and given and self.partner.secret:
            return self._hashed(operation, value, sent, given)
        return self._quoted(self._plain(sent))

    def _hashed(self, operation: Operation, value: dict[str, Any], sent: dict[str, Any], given: str) -> str:
        """The body with its hash computed anew if it was right, since the secrets in it are made up."""
        assert operation.request_hash is not None
        name = operation.request_hash.field
        right = hash_where_possible(operation, self.partner, value) or ""
        rest = {key: item for key, item in sent.items() if key != name}
        command = f"printf %s {shlex.quote(self._plain(rest))} | {hash_command(self.contract, operation, self.partner)}"
        scheme = self.partner.scheme_of(operation)
        if scheme.matches(given, right):
            shell = f"$({command})"
        elif _nearly(given, right):
            shell = from_command(given, right, command)
        else:
            return self._quoted(self._plain(sent))
        self.variables[PREFIX + "SECRET"] = "the partner's secret"
        # The hash stands for itself until the body is text, then gives way to the command.
        stand_in = made_up(given)
        text = self._plain({**sent, name: stand_in})
        return self._quoted(text, stand_in, shell)

    def _plain(self, value: Any) -> str:
        return self.masking.known(compact(value), self._made_up)

    def _unparsed(self) -> str:
        """A body that is not JSON, byte for byte but for what is secret in it."""
        return self._bytes(self.masking.unparsed(self.exchange.body, self._made_up))

    def _quoted(self, text: str, stand_in: str = "", shell: str = "") -> str:
        return self._bytes(text.encode("utf-8", "surrogatepass"), stand_in.encode(), shell)

    def _bytes(self, body: bytes, stand_in: bytes = b"", shell: str = "") -> str:
        if not is_plain(body):
            return body_command(body, stand_in, shell)
        text = body.decode("utf-8")
        return self.text.quote(text.replace(stand_in.decode(), self.text.place(shell)) if stand_in else text)


def _nearly(value: str, right: str) -> bool:
    """Whether a value is the right one cut short, or with a character or two more, which tell nothing of another."""
    return right.startswith(value) or (value.startswith(right) and len(value) <= len(right) + 2)
