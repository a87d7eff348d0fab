"""The `Prefer` header (RFC 7240), as far as a caller chooses a canned answer with it: `example=NAME` or `code=STATUS`.

Preferences that are not ours are ignored, as the RFC demands; of a preference named twice the first counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockserver.answers import Answers, Prepared

_PREFERENCE = re.compile(
    r"""\s*(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*
        (?:=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^\s",;]*)))?\s*
        (?:;[^,"]*(?:"(?:[^"\\]|\\.)*"[^,"]*)*)?(?:,|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Preference:
    """A choice of a canned answer: by the name of its example, or by its status (or its error code)."""

    kind: str
    value: str

    @property
    def applied(self) -> bytes:
        """The value of the Preference-Applied header."""
        plain = re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", self.value)
        value = self.value if plain else '"' + re.sub(r'(["\\])', r"\\\1", self.value) + '"'
        return f"{self.kind}={value}".encode("latin-1", "replace")

    def find(self, answers: Answers) -> Prepared | None:
        """The canned answer that was asked for, or None if there is none."""
        if self.kind == "example":
            return answers.by_name.get(self.value)
        return answers.for_status(self.value) or answers.for_code(self.value)

    def known(self, answers: Answers) -> tuple[str, ...]:
        """What could have been asked for."""
        if self.kind == "example":
            return answers.names
        return tuple(dict.fromkeys(str(answer.status) for answer in answers.by_name.values()))


def parse(header: bytes) -> Preference | None:
    """The choice that a Prefer header makes; None if it makes none."""
    text = header.decode("latin-1")
    position = 0
    while position < len(text):
        match = _PREFERENCE.match(text, position)
        if match is None or match.end() == position:
            break
        position = match.end()
        kind = match["name"].lower()
        if kind in ("example", "code"):
            quoted = match["quoted"]
            return Preference(kind, re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else match["plain"] or "")
    return None
