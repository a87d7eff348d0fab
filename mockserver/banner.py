"""What the mock says of itself at start: where it is, what it checks and what it does not, and a line to paste."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from mockserver import partners
from spec import Contract, Operation, Partner, attach, sign
from spec.schema import compact
from spec.settings import variable

if TYPE_CHECKING:
    from mockserver.settings import MockSettings


def text(contract: Contract, settings: MockSettings, url: str, control_token: str = "") -> str:
    """The banner, without a line end."""
    known = partners.read(settings, contract)
    partner = known[0]
    lines = [f"Lucky Monaco mock: {contract.title} {contract.version}".rstrip(), ""]
    for operation in contract.operations:
        lines += _about(operation, partner, url)
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


def _about(operation: Operation, partner: Partner, url: str) -> list[str]:
    credentials = [f"{item.name} in the {item.location} (by value)" for item in operation.credentials]
    checked = [*credentials, operation.media_type, "JSON syntax", ", ".join(field.name for field in operation.fields)]
    unchecked = [] if operation.credentials else ["credentials (the document asks for none)"]
    if operation.request_hash is not None:
        field = operation.request_hash.field
        scheme = (partner.scheme or operation.request_hash.scheme).name
        if partner.secret:
            checked.append(f"the value of {field} ({scheme})")
        else:
            unchecked.append(f"the value of {field} (no secret given, see --secret)")
    unchecked.append("whether the session exists")
    return [
        f"{operation.method} {url}{operation.path}",
        f"  checks          {'; '.join(checked)}",
        f"  does not check  {'; '.join(unchecked)}",
        f"  try it          {curl(operation, partner, url)}",
        "",
    ]


def curl(operation: Operation, partner: Partner, url: str) -> str:
    """A curl line that gets a success. Only demo credentials stand in it, others as the variables they come from."""
    shown = {item.role: "$" + variable(item.role) for item in operation.credentials if partner.value(item) != item.demo}
    query, headers = attach(operation, partner, {role: f"\0{role}\0" for role in shown})
    for role, shell in shown.items():
        query = query.replace(f"%00{role}%00", shell)
        headers = {name: value.replace(f"\0{role}\0", shell) for name, value in headers.items()}
    address = f"{url}{operation.path}" + (f"?{query}" if query else "")
    headers = {"Content-Type": operation.media_type, **headers}
    body = compact(sign(operation, partner, operation.example) if partner.secret else dict(operation.example))
    parts = ["curl -sS", *(f"-X {operation.method}" for _ in "x" if operation.method != "POST"), _quoted(address)]
    parts += [f"-H {_quoted(f'{name}: {value}')}" for name, value in headers.items()]
    return " ".join([*parts, f"-d {shlex.quote(body)}"])


def _quoted(text: str) -> str:
    return f'"{text}"' if "$" in text else shlex.quote(text)


def _is_local(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")
