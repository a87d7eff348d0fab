"""What stands in the place of a secret in a line to paste: shell text that makes it, or a value that is made up."""

import hashlib
import hmac
import secrets

_KEY = secrets.token_bytes(16)
_RELATED = 4  # characters in common with the right value, beyond chance
_ALPHABETS = ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")


def made_up(value: str) -> str:
    """A value of the same length and look, the same each time within one process, so that nothing real is shown."""
    stream = b""
    while len(stream) < len(value):
        block = f"{len(stream)}:{value}".encode("utf-8", "surrogatepass")
        stream += hmac.new(_KEY, block, hashlib.sha256).digest()
    return "".join(_another(char, byte) for char, byte in zip(value, stream, strict=False))


def _another(char: str, byte: int) -> str:
    alphabet = next((letters for letters in _ALPHABETS if char in letters), char)
    return alphabet[byte % len(alphabet)]


def from_variable(value: str, right: str, variable: str) -> str:
    """How a shell makes a value from the right one in a variable, where the two have much in common."""
    return from_command(value, right, f'printf %s "${variable}"')


def from_command(value: str, right: str, command: str) -> str:
    """The same, where a command prints the right one."""
    if value.count(right) in (1, 2) and not value.replace(right, ""):
        return f"$({command})" * value.count(right)
    start, middle, end = _parts(value, right)
    if not start and not end:
        return ""
    first = f"$({command} | cut -c1-{start})" if start else ""
    return first + middle + (f"$({command} | cut -c{len(right) - end + 1}-)" if end else "")


def _parts(value: str, right: str) -> tuple[int, str, int]:
    """Length of the beginning that two texts share, what stands between in the first, length of the shared end."""
    shortest = min(len(value), len(right))
    start = next((at for at in range(shortest) if value[at] != right[at]), shortest)
    rest = shortest - start
    end = next((at for at in range(rest) if value[-1 - at] != right[-1 - at]), rest)
    middle = value[start : len(value) - end]
    plain = middle == "" or (middle.isascii() and middle.isalnum())
    if max(start, end) < _RELATED or not plain or len(middle) > len(right):
        return 0, "", 0
    return start, middle, end
