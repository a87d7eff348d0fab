"""Secrets out of what callers sent: values that are known, and whatever stands behind a name that the document marks.

What is not known is found by its name, wherever and however that is written: as a form instead of JSON, in a header, in
the path, in JSON that is broken. Rather a harmless word too many is hidden than a token too few.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import unquote_plus

from spec import Contract, Partner, fingerprint, percent_encoded
from spec.schema import compact
from spec.strict_json import MalformedJsonError, loads

Hide = Callable[[str], str]  # what stands in the place of a secret

_ALWAYS_SECRET = {"authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token"}
_SHORTEST = 4  # characters of a known secret that is looked for anywhere; a shorter one would blank out half a text
_ESCAPED = re.compile(r"\\u00([2-7][0-9a-fA-F])")
# What may stand between a secret's name and its value: in JSON, in a form, in a header, in XML, in a multipart body.
_BETWEEN = r"""["'\\]*(?:\s*(?:=>|[=:>]|%3[dDaA])\s*\\?|(?:\r?\n[^\r\n]+)*\r?\n\r?\n)"""
_VALUE = (
    r"""(?:"(?P<double>(?:[^"\\]|\\.)*)|'(?P<single>(?:[^'\\]|\\.)*)|(?P<many>\[[^\]]*|\{[^}]*)"""
    r"""|(?P<bare>[^\s"'\\&;,<>\[\]{}()|‹›]+))"""
)


class Masking:
    """Knows what is secret: the partners' values, and by name what the document marks as such."""

    def __init__(self, contract: Contract, partners: Sequence[Partner]) -> None:
        credentials = {item for operation in contract.operations for item in operation.credentials if item.secret}
        self.fields = {field.name for operation in contract.operations for field in operation.fields if field.secret}
        self.names = {name.lower() for name in (*self.fields, *(item.name for item in credentials))}
        known = [partner.value(item) for partner in partners for item in credentials]
        self._known = [
            value for value in (*known, *(partner.secret for partner in partners)) if len(value) >= _SHORTEST
        ]

    @cached_property
    def _forms(self) -> tuple[re.Pattern[str] | None, dict[str, str]]:
        forms = {
            form: value for value in self._known for form in (value, *percent_encoded(value), json.dumps(value)[1:-1])
        }
        longest_first = sorted(forms, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first))) if forms else None, forms

    @cached_property
    def _behind_a_name(self) -> re.Pattern[str] | None:
        if not self.names:
            return None
        names = "|".join(sorted(map(re.escape, self.names), key=len, reverse=True))
        return re.compile(rf"(?P<name>(?:{names}){_BETWEEN}){_VALUE}", re.IGNORECASE)

    def known(self, text: str, hide: Hide = fingerprint) -> str:
        """A text with every secret replaced whose value is known."""
        pattern, forms = self._forms
        return pattern.sub(lambda found: hide(forms[found[0]]), text) if pattern else text

    def text(self, text: str, hide: Hide = fingerprint) -> str:
        """Any text with the known secrets replaced, and with what stands behind a secret's name."""
        text = self.known(text, hide)
        return self._behind_a_name.sub(lambda found: _replaced(found, hide), text) if self._behind_a_name else text

    def query(self, raw: bytes, hide: Hide = fingerprint) -> str:
        """A query string, pair by pair."""
        return "&".join(self.pair(part, hide) for part in raw.decode("latin-1").split("&"))

    def pair(self, part: str, hide: Hide = fingerprint) -> str:
        """One pair of a query string."""
        name, _, value = part.partition("=")
        if value and unquote_plus(name).strip().lower() in self.names:
            return f"{name}={hide(unquote_plus(value))}"
        return self.text(part, hide)

    def header(self, name: bytes, value: bytes, hide: Hide = fingerprint) -> str:
        """The value of a header; one that ends in a secret's name, such as `X-Token`, is hidden whole."""
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        if text and (key in _ALWAYS_SECRET or key.endswith(tuple(self.names))):
            return hide(text)
        return self.text(text, hide)

    def body(self, body: bytes) -> str:
        """A body: by its structure where it is JSON, as text where it is not or was cut."""
        try:
            value = loads(body)
        except MalformedJsonError:
            return self.text(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), _decoded(body)))
        return self.known(compact(self.data(value)))

    def unparsed(self, body: bytes, hide: Hide) -> bytes:
        """A body that is not JSON, the same byte for byte unless a secret stands in it."""
        wide = _encoding(body)
        text = body.decode(wide, "replace") if wide else body.decode("utf-8", "surrogateescape")
        plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
        masked = self.text(plain, hide)
        return body if masked == plain else masked.encode(wide or "utf-8", "surrogateescape")

    def data(self, value: Any, hide: Hide = fingerprint, hide_value: Callable[[Any], Any] | None = None) -> Any:
        """JSON data with what stands under a secret's name replaced, at any depth, and in the texts in it."""
        hide_value = hide_value or hidden
        if isinstance(value, dict):
            return {
                name: hide_value(item) if name.lower() in self.names else self.data(item, hide, hide_value)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [self.data(item, hide, hide_value) for item in value]
        return self.text(value, hide) if isinstance(value, str) else value


def hidden(value: Any) -> Any:
    """What is shown of a secret field's value; that it is empty or null is no secret."""
    if value in ("", None):
        return value
    return fingerprint(value if isinstance(value, str) else compact(value))


def _replaced(found: re.Match[str], hide: Hide) -> str:
    value = next(part for part in found.groups()[1:] if part is not None)
    mark = value if not value or value.startswith("‹") else hide(value)
    return found[0][: len(found[0]) - len(value)] + mark


def _decoded(body: bytes) -> str:
    return body.decode(_encoding(body) or "utf-8", "replace")


def _encoding(body: bytes) -> str:
    """UTF-16 or UTF-32, if that is what a body looks like; else nothing."""
    encoding = json.detect_encoding(body)
    return encoding if encoding.startswith(("utf-16", "utf-32")) else ""
