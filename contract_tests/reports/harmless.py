"""Text of others, made safe to show: nothing in it that a terminal, a log viewer or a reader's eye would act on."""

import json
import re
import unicodedata
from typing import Any

_BEYOND_ASCII = re.compile("[^ -~\n]")


def harmless(text: str) -> str:
    """The text without controls, escapes and marks of direction: each is written as in a Python string."""
    return "".join(char if _is_shown(char) else char.encode("unicode_escape").decode() for char in text)


def harmless_lines(text: str) -> str:
    """Text of several lines, likewise."""
    return "\n".join(harmless(line) for line in text.splitlines())


def json_text(data: Any, indent: int | None = None) -> str:
    """JSON that says the same with such characters escaped, and that no reader of lines takes for several."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    return _BEYOND_ASCII.sub(lambda found: found[0] if _is_shown(found[0]) else json.dumps(found[0])[1:-1], text) + "\n"


def _is_shown(char: str) -> bool:
    return char.isprintable() and unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co")
