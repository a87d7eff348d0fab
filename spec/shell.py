"""Text and bytes as any POSIX shell takes them, with places where shell text stands unquoted."""

import re
import shlex

#: percent-encodes what comes on its standard input, for a place in a query
PERCENT_ENCODE = "python3 -c 'import sys, urllib.parse as u; print(u.quote(sys.stdin.read(), safe=str()), end=str())'"

_RUN = re.compile(rb"(.{1,8}?)\1{49,}", re.DOTALL)  # what repeats itself fifty times or more
_MARK = re.compile("(\x00\\d+\x00)")
_READABLE = frozenset(range(0x20, 0x7F)) | {0x0A}


class ShellText:
    """Quotes text for the shell, each place in it replaced by shell text of its own."""

    def __init__(self) -> None:
        self._places: dict[str, str] = {}

    def place(self, shell_text: str) -> str:
        """A mark for this shell text, to be put into other text; it stands within double quotes."""
        mark = f"\x00{len(self._places)}\x00"
        self._places[mark] = f'"{shell_text}"'
        return mark

    def quote(self, text: str) -> str:
        """The text quoted, each mark replaced by its shell text."""
        pieces = [piece for piece in _MARK.split(text) if piece]
        quoted = [self._places[piece] if piece in self._places else shlex.quote(piece) for piece in pieces]
        return "".join(quoted) or "''"


def is_plain(body: bytes) -> bool:
    """Whether a body can stand between quotes, and be read there."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return text.isprintable() and not text.startswith("@") and not _RUN.search(body)


class Piped(str):
    """A body as the command that prints it."""

    __slots__ = ()


def with_body(curl: str, body: str) -> str:
    """The curl command with its body: quoted, or from a pipe (`@<(…)` would be bash alone)."""
    return f"{body} | {curl} --data-binary @-" if isinstance(body, Piped) else f"{curl} --data-binary {body}"


def body_command(body: bytes, substitute: bytes = b"", shell_text: str = "") -> Piped:
    """The command that prints any bytes; one value among them may be shell text.

    What repeats itself is written as a short script, the rest with octal escapes.
    """
    parts = body.split(substitute) if substitute else [body]
    if _RUN.search(body):
        script = " + sys.argv[1].encode() + ".join(_python(part) for part in parts)
        argument = f' "{shell_text}"' if len(parts) > 1 else ""
        return Piped(f"python3 -c {shlex.quote(f'import sys; sys.stdout.buffer.write({script})')}{argument}")
    template = "%s".join(_printf(part) for part in parts)
    arguments = "".join([f' "{shell_text}"'] * (len(parts) - 1))
    return Piped(f"printf -- {shlex.quote(template)}{arguments}")


def _python(body: bytes) -> str:
    pieces: list[str] = []
    done = 0
    for run in _RUN.finditer(body):
        if run.start() > done:
            pieces.append(repr(body[done : run.start()]))
        pieces.append(f"{run[1]!r} * {len(run[0]) // len(run[1])}")
        done = run.end()
    if done < len(body) or not pieces:
        pieces.append(repr(body[done:]))
    return " + ".join(pieces)


def _printf(body: bytes) -> str:
    escaped = {0x25: "%%", 0x5C: "\\\\"}
    return "".join(escaped.get(byte) or (chr(byte) if byte in _READABLE else f"\\{byte:03o}") for byte in body)
