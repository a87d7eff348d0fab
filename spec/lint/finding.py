"""One thing that is wrong with a document, and the document as the laws read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from spec.document import Source, Trail, nodes


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken law: `file:line: law: what; expected …; got …`."""

    file: str
    line: int
    law: str
    what: str
    expected: str = ""
    got: str = ""

    def __str__(self) -> str:
        parts = [f"{self.file}:{self.line}: {self.law}: {self.what}"]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.got:
            parts.append(f"got {self.got}")
        return "; ".join(" ".join(part.split()) for part in parts)


@dataclass(frozen=True)
class Draft:
    """The document under examination: what laws read, and how they name a place in it."""

    source: Source
    raw: Mapping[str, Any]

    def finding(self, trail: Trail, law: str, what: str, *, expected: str = "", got: str = "") -> Finding:
        """A finding at the place to which the keys of the trail lead."""
        return Finding(str(self.source.path), self.source.line(trail), law, what, expected, got)

    def section(self, name: str) -> Mapping[str, Any]:
        """A mapping at the root; empty if it is missing or something else."""
        value = self.raw.get(name)
        return value if isinstance(value, Mapping) else {}

    def nodes(self) -> Iterator[tuple[Trail, Mapping[str, Any]]]:
        """Every mapping of the document with the keys that lead to it, messages in examples left out."""
        return nodes(self.raw)
