"""A terminal, or what stands in for one: its width and its colours."""

import os
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from contract_tests.reports.harmless import harmless

_COLOURS = {"red": "1;31", "green": "1;32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}
_LABEL = 10
_NARROWEST = 50


@dataclass(frozen=True, slots=True)
class Screen:
    """How lines are laid out; without a width nothing is broken, without colour nothing is painted."""

    width: int = 0
    colour: bool = False

    @classmethod
    def of(cls, stream: IO[str]) -> "Screen":
        """The terminal behind a stream; plain lines where there is none, or where colour is not wanted."""
        if not stream.isatty():
            return cls()
        width = max(shutil.get_terminal_size((100, 24)).columns, _NARROWEST)
        return cls(width, not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")

    def paint(self, text: str, colour: str) -> str:
        """The text in a colour, where there are any."""
        return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if self.colour else text

    def field(self, label: str, text: str, *, indent: int = 10, width: int = _LABEL) -> Iterator[str]:
        """`label     text`, broken at the width with the text hanging under itself."""
        margin = " " * indent
        lines = self._broken(harmless(text), indent + width)
        yield f"{margin}{self.paint(f'{label:<{width - 1}}', 'dim')} {lines[0]}".rstrip()
        yield from (" " * (indent + width) + line for line in lines[1:])

    def command(self, label: str, text: str) -> str:
        """A command line: never broken, so that it can be copied."""
        return f"{' ' * 10}{self.paint(f'{label:<{_LABEL - 1}}', 'dim')} {harmless(text)}"

    def headline(self, head: str, length: int, text: str, end: str) -> Iterator[str]:
        """`head text   end`; the end on a line of its own where the first is full."""
        if not self.width:
            yield f"{head}{text}  {self.paint(end, 'dim')}"
            return
        lines = self._broken(text, length)
        room = self.width - length - len(lines[-1]) - len(end)
        first = [head + self.paint(lines[0], "bold"), *(" " * length + self.paint(line, "bold") for line in lines[1:])]
        if room >= 2:
            first[-1] += " " * room + self.paint(end, "dim")
        else:
            first.append(" " * length + self.paint(end, "dim"))
        yield from first

    def _broken(self, text: str, indent: int) -> list[str]:
        if not self.width:
            return [text]
        room = max(self.width - indent, 20)
        return textwrap.wrap(text, room, break_on_hyphens=False, break_long_words=True) or [""]
