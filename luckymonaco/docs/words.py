"""Small pieces of text that every edition of the documentation words alike."""

import json
from collections.abc import Mapping
from typing import Any

from spec import Contract, Field

_MOCK = "http://127.0.0.1:8080"
_LIMITS = {
    "minLength": "at least {} character{s}",
    "maxLength": "at most {} character{s}",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minItems": "at least {} item{s}",
    "maxItems": "at most {} item{s}",
    "pattern": "matches `{}`",
    "format": "format {}",
    "multipleOf": "a multiple of {}",
    "enum": "one of {}",
}


def base_url(contract: Contract) -> str:
    """The first server's URL with its variables' defaults; the mock's where the document names no whole URL."""
    servers = contract.raw.get("servers") or [{"url": ""}]
    url = str(servers[0].get("url", ""))
    for name, variable in servers[0].get("variables", {}).items():
        url = url.replace("{" + name + "}", str(variable.get("default", "")))
    return url.rstrip("/") if "://" in url else _MOCK


def typed(field: Field) -> str:
    """The JSON type of a field, as the document declares it."""
    return str(field.schema.node.get("type", "any"))


def limits(node: Mapping[str, Any]) -> str:
    """The limits of a schema in words; empty when there are none."""
    found = [_limit(node, key, words) for key, words in _LIMITS.items() if key in node]
    return "; ".join([*found, *(["or null"] if node.get("nullable") is True else [])])


def _limit(node: Mapping[str, Any], key: str, words: str) -> str:
    value = node[key]
    if key == "enum":
        one = "always {}" if len(value) == 1 else words
        return one.format(", ".join(f"`{json_text(item, indent=None)}`" for item in value))
    if node.get(f"exclusive{key.capitalize()}") is True:
        words = words.replace("at least", "more than").replace("at most", "less than")
    return words.replace("{s}", "" if value == 1 else "s").format(value)


def json_text(value: Any, indent: int | None = 2) -> str:
    """JSON as people write it: two blanks of indentation, or on one line with a blank after the separators."""
    plain = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(plain, ensure_ascii=False, indent=indent)


def sentence(text: str) -> str:
    """The text with a capital at its front and a full stop at its end."""
    text = " ".join(text.split())
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?:" else ".")
