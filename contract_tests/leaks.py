"""ERR-7: secrets and stack traces in answers, in whatever form they come back."""

import base64
import html
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote, unquote_plus

from contract_tests.exchange import Answer

#: language -> what its stack traces look like; one match is enough
_TRACES: dict[str, tuple[str, ...]] = {
    "Python": (
        r"Traceback \(most recent call last\)",
        r"^\s*File \"[^\"\n]+\", line \d+",
        r"\bFile \"[^\"\n]+\.py\", line \d+",
    ),
    "Java": (
        r"[\w$>]\([A-Z]\w*\.(?:java|kt|scala):\d+\)",
        r"\bat [\w$]+(?:\.[\w$<>]+){2,}\((?:\w+\.(?:java|kt|scala):\d+|Native Method|Unknown Source)\)",
    ),
    "Node": (r"\bat (?:async )?(?:[\w.<>$\[\] ]+ )?\(?(?:node:|file:|/|[A-Z]:\\)[^\s()]*:\d+:\d+\)?",),
    "PHP": (
        r"#\d+ (?:/|[A-Z]:\\)[^\s(]+\.php\(\d+\)",
        r"(?:Fatal error|Warning|Notice|Parse error)(?:</b>)?:.{0,300} on line",
        r"\bin (?:<b>)?(?:/|[A-Z]:\\)\S+\.php(?:</b>)?(?: on line |:)(?:<b>)?\d+",
        r"Stack trace:\s*#0",
    ),
    ".NET": (
        r"\bat [\w.<>`]+\([^)\n]*\) in \S.*:line \d+",
        r"^\s*at (?:System|Microsoft)\.[\w.<>`]+\(",
    ),
    "Go": (r"\bgoroutine \d+ \[", r"^\s+/\S+\.go:\d+ \+0x", r"\bpanic: runtime error"),
    "Perl": (r"\bat /\S+\.p[lm] line \d+",),
    "Ruby": (r"^\s*(?:from )?/\S+\.rb:\d+:in [`']",),
}
_TRACE = {language: re.compile("|".join(patterns), re.MULTILINE) for language, patterns in _TRACES.items()}


def trace(answer: Answer) -> str:
    """The language whose stack trace the answer shows, or an empty string."""
    return next((found for part in _everything(answer) if (found := _traced(part))), "")


@lru_cache(maxsize=256)  # the same page comes back again and again, and long ones take long
def _traced(text: str) -> str:
    return next((language for language, pattern in _TRACE.items() if pattern.search(text)), "")


def leaked(answer: Answer, canaries: Mapping[str, str]) -> tuple[str, str] | None:
    """(the value, what it is) of the first canary that the answer repeats, or None."""
    text = "\n".join(_everything(answer))
    low = text.lower()
    for value, name in canaries.items():
        if value.lower() in low or any(form in text for form in _forms(value)):
            return value, name
    return None


def _everything(answer: Answer) -> list[str]:
    """Reason phrase, headers and body; the body also unescaped, so that every form need not be guessed."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    body = answer.text
    parts = [answer.reason, headers, body, unquote_plus(headers), html.unescape(body), unquote_plus(body)]
    decoded = answer.json_or_none
    if decoded is not None:
        parts.extend(_strings(decoded))
    return list(dict.fromkeys(parts))


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, item in value.items() for text in (str(key), *_strings(item))]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [json.dumps(value)]


@lru_cache(maxsize=4096)
def _forms(value: str) -> tuple[str, ...]:
    data = value.encode("utf-8", "surrogatepass")
    forms = {value, quote(value, safe=""), html.escape(value), json.dumps(value)[1:-1], data.hex()}
    # Base64 looks different at each of three alignments; what does not depend on the neighbours is searched for.
    for shift in range(3):
        inner = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        start, end = -(-shift * 4 // 3), len(inner) - 1
        core = inner[start:end]
        if len(core) >= 8:
            forms.update({core, core.replace("+", "-").replace("/", "_")})
    return tuple(form for form in forms if form)
