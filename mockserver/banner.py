"""What the mock says of itself at start: where it is, what it checks and what it does not, and a line to paste."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from mockserver import partners
from mockserver.again import hash_command
from spec import Contract, Operation, Partner, attach
from spec.schema import compact
from spec.settings import PREFIX, variable
from spec.shell import ShellText

if TYPE_CHECKING:
    from mockserver.settings import MockSettings


def text(contract: Contract, settings: MockSettings, url: str, control_token: str = "") -> str:
    """The banner, without a line end."""
    known = partners.read(settings, contract)
    partner = known[0]
    lines = [f"Lucky Monaco mock: {contract.title} {contract.version}".rstrip(), ""]
    for operation in contract.operations:
        lines += _about(contract, operation, partner, url, validate=settings.validate)
    names = ", ".join(answer.name for answer in contract.answers)
    lines += [
        f"Another answer: add -H 'Prefer: example=NAME' or 'Prefer: code=STATUS'. Names: {names}",
        *_about_control(settings, url, control_token),
        f"Only this machine can reach it{'' if _is_local(settings.host) else ': NO, it listens on ' + settings.host}."
        " Ctrl-C stops it.",
    ]
    return "\n".join(lines)


def _about_control(settings: MockSettings, url: str, token: str) -> list[str]:
    if not token:
        return ["Control: off."]
    given = settings.own_control_token() == token
    shown = "the one you gave" if given else f"{token} (new at each start)"
    return [f"Control: {url}/__mock/ shows what arrived and why. Token: {shown}"]


def _about(contract: Contract, operation: Operation, partner: Partner, url: str, *, validate: bool) -> list[str]:
    credentials = [f"{item.name} in the {item.location} (by value)" for item in operation.credentials]
    body = [operation.media_type, "JSON syntax", ", ".join(field.name for field in operation.fields)]
    checked = [*credentials, *body] if validate else credentials or ["path and method"]
    unchecked = [] if operation.credentials else ["credentials (the document asks for none)"]
    if not validate:
        unchecked.append("the body (--no-validate)")
    elif operation.request_hash is not None:
        field = operation.request_hash.field
        scheme = partner.scheme_of(operation).name
        if partner.secret:
            checked.append(f"the value of {field} ({scheme})")
        else:
            unchecked.append(f"the value of {field} (no secret given, see --secret)")
    unchecked.append("whether the session exists")
    line = curl(contract, operation, partner, url)
    return [
        f"{operation.method} {url}{operation.path}",
        f"  checks          {'; '.join(checked)}",
        f"  does not check  {'; '.join(unchecked)}",
        f"  try it          {line}",
        *_needed(partner, line),
        "",
    ]


def _needed(partner: Partner, line: str) -> list[str]:
    found = dict.fromkeys(re.findall(rf"\${PREFIX}[A-Z_]+", line))
    secret = {f"${PREFIX}SECRET": None} if partner.secret and "luckymonaco hash" in line else {}
    names = ", ".join(name[1:] for name in {**found, **secret})
    return [f"  which needs     {names} to be set"] if names else []


def curl(contract: Contract, operation: Operation, partner: Partner, url: str) -> str:
    """A curl line that gets a success. Only demo credentials stand in it, others as the variables they come from."""
    shown = {item.role: "$" + variable(item.role) for item in operation.credentials if partner.value(item) != item.demo}
    query, headers = attach(operation, partner, {role: f"\0{role}\0" for role in shown})
    for role, shell in shown.items():
        query = query.replace(f"%00{role}%00", shell)
        headers = {name: value.replace(f"\0{role}\0", shell) for name, value in headers.items()}
    address = f"{url}{operation.path}" + (f"?{query}" if query else "")
    headers = {"Content-Type": operation.media_type, **headers}
    method = [] if operation.method == "POST" else [f"-X {operation.method}"]
    parts = ["curl -sS", *method, _quoted(address)]
    parts += [f"-H {_quoted(f'{name}: {value}')}" for name, value in headers.items()]
    return " ".join([*parts, f"-d {_body(contract, operation, partner)}"])


def _body(contract: Contract, operation: Operation, partner: Partner) -> str:
    """The example; with a secret its hash is computed by whoever pastes it, since a hash that is right is a secret."""
    body = dict(operation.example)
    hashing = operation.request_hash
    if hashing is None or not partner.secret:
        return shlex.quote(compact(body))
    unsigned = {name: value for name, value in body.items() if name != hashing.field}
    command = f"printf %s {shlex.quote(compact(unsigned))} | {hash_command(contract, operation, partner)}"
    text = ShellText()
    return text.quote(compact({**body, hashing.field: "\x00"}).replace("\\u0000", text.place(f"$({command})")))


def _quoted(text: str) -> str:
    return f'"{text}"' if "$" in text else shlex.quote(text)


def _is_local(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
