"""Secrets out of everything that is shown: each is replaced by a short keyed fingerprint, so two can be told apart."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

_KEY = secrets.token_bytes(16)  # new in every process: a fingerprint cannot be looked up in a table
HIDDEN = "‹secret›"  # in the place of a secret of which there is but one, so that none need be told apart

#: by Python's and most others' strictest encoder, Python's usual one, JavaScript's for a part and for a whole
_LEFT_AS_IT_IS = ("", "/", "!'()*", "!#$&'()*+,/:;=?@")
_SHORTEST = 4  # characters; a shorter secret would blank out half of every text


def fingerprint(value: str) -> str:
    """`‹1f09ac›`: the same for the same value within one process, and no way back to it."""
    digest = hmac.new(_KEY, value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
    return f"‹{digest[:6]}›"


def share_fingerprints(key: bytes) -> None:
    """Use this key from now on: several processes that show one journal must write the same fingerprints."""
    global _KEY  # noqa: PLW0603  (the one thing that all fingerprints of a process have in common)
    _KEY = key


def percent_encoded(value: str) -> set[str]:
    """The ways in which encoders write a value into a URL: they differ in what they leave as it is."""
    data = value.encode("utf-8", "surrogatepass")
    return {quote_plus(data), *(quote(data, safe=safe) for safe in _LEFT_AS_IT_IS)}


class Redactor:
    """Replaces every known secret in a text, in its raw, its percent-encoded and its JSON-escaped form."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._forms: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self.add(*values)

    def add(self, *values: str) -> None:
        """Learn more secrets; those shorter than four characters are left to the caller."""
        for value in values:
            if len(value) >= _SHORTEST and value not in self._forms:
                mark = fingerprint(value)
                for form in (value, *percent_encoded(value), _json_escaped(value)):
                    self._forms[form] = mark
                self._pattern = None

    def mask(self, text: str) -> str:
        """The text with each known secret replaced by its fingerprint."""
        if not self._forms:
            return text
        if self._pattern is None:
            longest_first = sorted(self._forms, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        return self._pattern.sub(lambda found: self._forms[found[0]], text)


def _json_escaped(value: str) -> str:
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("unicode_escape").decode("ascii")
