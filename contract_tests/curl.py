"""A request as a curl line that works when it is pasted; secrets are shell variables, or made up for the purpose."""

import base64
import json
import re
import shlex
from collections.abc import Mapping
from urllib.parse import quote

from contract_tests.exchange import Request
from contract_tests.notification import Maker

_LONGEST = 6000  # characters of a body that are still written out
_SHIFT = str.maketrans("0123456789abcdef", "7890123456defabc")


class _Line:
    """Text to be quoted for a POSIX shell, with places where shell text stands unquoted."""

    def __init__(self) -> None:
        self._places: dict[str, str] = {}

    def place(self, shell_text: str) -> str:
        """A mark for this shell text, to be put into other text."""
        mark = f"\x00{len(self._places)}\x00"
        self._places[mark] = shell_text
        return mark

    def quote(self, text: str) -> str:
        """The text quoted, each mark replaced by its shell text."""
        pieces = [piece for piece in re.split("(\x00\\d+\x00)", text) if piece]
        return "".join(self._places[piece] if piece in self._places else shlex.quote(piece) for piece in pieces)


def curl(request: Request, maker: Maker) -> str:
    """One line for bash with curl. With a secret, the hash is computed anew by `luckymonaco hash`."""
    line = _Line()
    target, headers = request.target, list(request.headers)
    for value, text in _credentials(request, maker).items():
        mark = line.place(f'"{text}"')
        target = target.replace(f"={quote(value, safe='')}", f"={mark}")
        headers = [(name, mark if content == value else content) for name, content in headers]
    parts = ["curl -sS -i"]
    if request.method != "POST" or not request.body:
        parts.append(f"-X {request.method}")
    parts.append(line.quote(maker.target.origin + target))
    parts.extend(f"-H {line.quote(f'{name}: {content}')}" for name, content in headers)
    if request.body:
        parts.append(f"--data-binary {_body(request, maker, line)}")
    return " ".join(parts)


def _credentials(request: Request, maker: Maker) -> dict[str, str]:
    """Value on the wire -> how the shell writes it; the longest first, since one may be a part of another."""
    found = dict(request.shell)
    for credential in maker.operation.credentials:
        if credential.secret:
            found.setdefault(
                maker.partner.value(credential), f"$LUCKYMONACO_{credential.role.replace('-', '_').upper()}"
            )
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def _body(request: Request, maker: Maker, line: _Line) -> str:
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        return _bytes(request.body)
    if "\x00" in text or text.startswith("@") or len(text) > _LONGEST:
        return _bytes(request.body)
    carrier = maker.operation.request_hash
    right = _right_hash(text, maker)
    for value, name in request.canaries.items():
        if name.startswith("the value of") and value != right:
            text = text.replace(value, made_up(value))
    if carrier and right:
        signed = {key: value for key, value in json.loads(text).items() if key != carrier.field}
        command = f"printf %s {shlex.quote(json.dumps(signed))} | luckymonaco hash --body -"
        text = text.replace(right, line.place(f'"$({command})"'))
    return line.quote(text)


def _right_hash(text: str, maker: Maker) -> str:
    """The hash in a body, if a secret is given and it is the right one for that body."""
    carrier = maker.operation.request_hash
    if carrier is None or not maker.partner.secret:
        return ""
    try:
        body = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(body, Mapping) or not isinstance(body.get(carrier.field), str):
        return ""
    right = maker.hash_of({key: value for key, value in body.items() if key != carrier.field})
    return right if body[carrier.field] == right else ""


def _bytes(body: bytes) -> str:
    """Bytes for bash: what repeats itself as a short script, the rest as base64."""
    run = re.fullmatch(rb"(.{1,8}?)\1{99,}(.*)", body, re.DOTALL)
    if run and len(run[2]) < _LONGEST:
        count = (len(body) - len(run[2])) // len(run[1])
        script = f"import sys; sys.stdout.buffer.write({run[1]!r} * {count} + {_shortened(run[2])})"
        return f"@<(python3 -c {shlex.quote(script)})"
    return f"@<(printf %s {base64.b64encode(body).decode()} | base64 -d)"


def _shortened(rest: bytes) -> str:
    run = re.fullmatch(rb"(.{1,8}?)\1{99,}", rest, re.DOTALL)
    return f"{run[1]!r} * {len(rest) // len(run[1])}" if run else repr(rest)


def made_up(value: str) -> str:
    """A value of the same length and look, so that nothing real is shown."""
    return value.translate(_SHIFT)
