"""A request as a curl line that works when it is pasted into a shell; secrets are variables, or made up."""

import json
import shlex
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from contract_tests.exchange import Request
from contract_tests.notification import Maker
from contract_tests.reports.commands import Commands, known_variable, variable
from contract_tests.values import texts
from contract_tests.verdict import Finding
from spec.shell import PERCENT_ENCODE, ShellText, body_command, is_plain, with_body
from spec.stand_ins import from_command, from_variable, made_up

_CURL = "curl -sS -i"
_EXPECT_ABOVE = 1000  # bytes of a body for which curl would first ask to continue


def curl(finding: Finding, commands: Commands | None = None) -> str:
    """One line for any shell with curl. With a secret, the hash is computed anew by `luckymonaco hash`.

    What was sent just before over the same connection is part of it.
    """
    exchange, maker = finding.exchange, finding.case.maker
    wait = exchange.answer.elapsed if exchange.answer.timed_out else 0.0
    line = _line(exchange.request, maker, commands, wait)
    before = _line(exchange.before, maker, commands) if exchange.before else ""
    return line.replace(_CURL, f"{before} --next -sS -i", 1) if before.startswith(_CURL) else line


def _line(request: Request, maker: Maker, commands: Commands | None, wait: float = 0.0) -> str:
    line = ShellText()
    parts = [_CURL + (commands.curl_options if commands else "")]
    if wait:
        parts.append(f"-m {max(1, round(wait))}")
    if request.method != "POST":
        parts.append(f"-X {shlex.quote(request.method)}")
    target, headers = _with_places(request, maker, line)
    parts.append(line.quote(maker.target.origin + target))
    parts.extend(f"-H {line.quote(header)}" for header in headers)
    if request.body or request.method not in ("GET", "DELETE"):
        return with_body(" ".join(parts), _body(request, maker, line, commands))
    return " ".join(parts)


def _with_places(request: Request, maker: Maker, line: ShellText) -> tuple[str, list[str]]:
    """Target and headers, with places where a credential stands."""
    target, headers = request.target, [*request.headers]
    for value, text in _credentials(request, maker).items():
        place = line.place(text) if text else ""
        encoded = quote(value, safe="")
        if text and encoded != value:
            in_query = line.place(f'$(printf %s "{text}" | {PERCENT_ENCODE})')
        else:
            in_query = place or quote(made_up(value), safe="")
        target = target.replace(f"={encoded}", f"={in_query}")
        headers = [(name, content.replace(value, place or made_up(value))) for name, content in headers]
    found = [f"{name}: {content}" for name, content in headers]
    found += [f"{name.title()}:" for name in sorted(request.without)]  # curl would send it
    names = {name.lower() for name, _ in headers}
    if "content-type" not in names and (request.body or request.method != "GET"):
        found.append("Content-Type:")  # curl would add one of its own
    if len(request.body) > _EXPECT_ABOVE:
        found.append("Expect:")
    return target, found


def _credentials(request: Request, maker: Maker) -> dict[str, str]:
    """Value on the wire -> how the shell writes it, empty if it is to be made up; the longest first."""
    open_ones = {variable(credential) for credential in maker.operation.credentials if not credential.secret}
    found = {value: text for value, text in request.in_shell.items() if not any(name in text for name in open_ones)}
    for credential in maker.operation.credentials:
        if not credential.secret:
            continue
        name_of_right = variable(credential)
        right = maker.partner.value(credential)
        found.setdefault(right, f"${name_of_right}")
        for value in request.canaries:
            if value in _values_of(request, credential.name):
                found.setdefault(value, from_variable(value, right, name_of_right))
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _values_of(request: Request, name: str) -> set[str]:
    pairs = parse_qsl(urlsplit(request.target).query, keep_blank_values=True, separator="&")
    return {value for key, value in pairs if key == name} | {value for key, value in request.headers if key == name}


def _body(request: Request, maker: Maker, line: ShellText, commands: Commands | None) -> str:
    """The body for curl: quoted where that can be read, as a small script elsewhere."""
    body, signed = request.body, json.dumps(dict(request.signed))
    given = {str(maker.known[f.name]): f.name for f in maker.operation.fields if f.secret and maker.known.get(f.name)}
    sent, right = _hashes(request, maker)
    computed = bool(right and from_command(sent, right, ""))
    for value, name in sorted(request.canaries.items(), key=lambda item: -len(item[0])):
        if name.startswith("the value of") and value not in given and not (computed and value == sent):
            for form in {value, quote(value, safe=""), json.dumps(value)[1:-1]}:
                body = body.replace(_bytes(form), _bytes(made_up(form)))
            signed = signed.replace(json.dumps(value)[1:-1], made_up(json.dumps(value)[1:-1]))
    for value in _signed_only(request, maker):
        signed = signed.replace(json.dumps(value)[1:-1], made_up(json.dumps(value)[1:-1]))
    places = {value: f"${known_variable(name)}" for value, name in given.items()}
    if computed:
        quoted = ShellText()
        for value, text in places.items():
            signed = signed.replace(json.dumps(value)[1:-1], quoted.place(text))
        tool = commands.hash_of(maker.operation) if commands else "luckymonaco hash --body -"
        places[sent] = from_command(sent, right, f"printf %s {quoted.quote(signed)} | {tool}")
    return _written(body, places, line)


def _signed_only(request: Request, maker: Maker) -> list[str]:
    """Secret values of fields that the hash covers and the request does not carry: of the one before it, say."""
    values = {request.signed.get(field.name) for field in maker.operation.fields if field.secret}
    shown = set(texts(_json(request.body))) | set(request.canaries) | {str(value) for value in maker.known.values()}
    return sorted(value for value in values if isinstance(value, str) and value and value not in shown)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _hashes(request: Request, maker: Maker) -> tuple[str, str]:
    """The request hash that was sent, and the right one for what was signed, where a secret is given."""
    carrier = maker.operation.request_hash
    if carrier is None or not request.signed:
        return "", ""
    right = maker.hash_of(request.signed)
    named = (value for value, name in request.canaries.items() if name == f'the value of "{carrier.field}"')
    return next(named, right), right


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _written(body: bytes, places: Mapping[str, str], line: ShellText) -> str:
    if is_plain(body):
        text = body.decode("utf-8")
        for value, shell_text in places.items():
            text = text.replace(value, line.place(shell_text))
        return line.quote(text)
    if not places:
        return body_command(body)
    *others, (last, shell_text) = places.items()
    for value, _ in others:
        body = body.replace(value.encode(), made_up(value).encode())
    return body_command(body, last.encode(), shell_text)
