"""ERR-7: secrets and stack traces in answers, in whatever form they come back."""

import base64
import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from urllib.parse import quote, unquote_plus

from contract_tests.exchange import Answer

_SHORTEST_CORE = 8  # characters of base64; fewer may stand in an answer by chance

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
        r'\{(?=[^{}]*"methodName"\s*:\s*")(?=[^{}]*"lineNumber"\s*:\s*-?\d)[^{}]*"(?:class|file)Name"',  # as JSON
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
    """Whose stack trace the answer shows and where, as in `a Java stack trace in`, or an empty string."""
    language = next((found for part in _everything(answer) if (found := _traced(part))), "")
    return f"a {language} stack trace{_place(answer, lambda text: bool(_traced(text)))}" if language else ""


@lru_cache(maxsize=256)  # the same page comes back again and again, and long ones take long
def _traced(text: str) -> str:
    return next((language for language, pattern in _TRACE.items() if pattern.search(text)), "")


def leaked(answer: Answer, canaries: Mapping[str, str]) -> str:
    """What the answer repeats and where, as in `the token in the header X of`, or an empty string."""
    text = "\n".join(_everything(answer))
    low = text.lower()
    for value, name in canaries.items():
        if _repeats(value, text, low):
            return name + _place(answer, lambda part: _repeats(value, part, part.lower()))  # noqa: B023
    return ""


def _repeats(value: str, text: str, low: str) -> bool:
    return value.lower() in low or any(form in text for form in _forms(value))


def _place(answer: Answer, is_there: Callable[[str], bool]) -> str:
    """Where in an answer something stands: what is not in its body would be looked for there in vain."""
    if is_there("\n".join(_of_body(answer))):
        return " in"
    for name, value in answer.headers:
        if is_there(f"{value}\n{unquote_plus(value)}"):
            return f" in the header {name} of"
    return " in the reason phrase of" if is_there(answer.reason) else " in"


def _everything(answer: Answer) -> list[str]:
    """Reason phrase, headers and body; the body also unescaped, so that every form need not be guessed."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers)
    return list(dict.fromkeys([answer.reason, headers, unquote_plus(headers), *_of_body(answer)]))


def _of_body(answer: Answer) -> list[str]:
    body = answer.text
    parts = [body, html.unescape(body), unquote_plus(body)]
    decoded = answer.json_or_none
    return [*parts, *_strings(decoded)] if decoded is not None else parts


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
    forms.update(core for core in base64_cores(data) if len(core) >= _SHORTEST_CORE)
    return tuple(form for form in forms if form)


def base64_cores(data: bytes) -> Iterator[str]:
    """What of some bytes is the same in base64 whatever stands around them: for each alignment, in both alphabets."""
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + data).decode().rstrip("=")
        core = whole[-(-shift * 4 // 3) : len(whole) - 1]
        yield core
        yield core.replace("+", "-").replace("/", "_")
