"""Generated notifications, kept on disk: the same document, seed and versions give the same ones, so once is enough.

Making them takes longer than sending everything. A kept file is only ever a copy of what would be made again: its name
is a digest of all that goes into it, and one that cannot be read or written is done without.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from contract_tests.generating import Bodies
from contract_tests.writing import write_whole
from spec import LuckyMonacoError

_MAKERS = ("schemathesis", "hypothesis")  # a later version of one of them makes other notifications
_MOST = 64  # files; the oldest go


class Kept:
    """The kept notifications of one wish: what was asked of the generator, as JSON data."""

    def __init__(self, wish: Mapping[str, Any], code: Path, folder: Path | None = None) -> None:
        """`code` is the file that does the generating: once it is edited, nothing that it made before counts."""
        makers = [f"{name} {version(name)}" for name in _MAKERS]
        parts = [json.dumps(wish, sort_keys=True), *makers, sys.version, hashlib.sha256(code.read_bytes()).hexdigest()]
        name = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        self._file = (folder or user_cache_path("luckymonaco")) / "generated" / f"{name}.json"
        self._count = len(wish["schemas"])

    def read(self) -> list[Bodies] | None:
        """What is kept; None where there is nothing, or nothing that can be used."""
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        return found if self._is_whole(found) else None

    def write(self, made: list[Bodies]) -> None:
        """Keep it for the next run, whole or not at all; a folder that cannot be written is no reason to complain."""
        with suppress(OSError, LuckyMonacoError):
            folder = self._file.parent
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._file, json.dumps(made).encode(), "the generated notifications")
            by_age = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
            for file in by_age[_MOST:]:
                file.unlink(missing_ok=True)

    def _is_whole(self, found: Any) -> bool:
        return (
            isinstance(found, list)
            and len(found) == self._count
            and all(isinstance(pair, list) and len(pair) == 2 for pair in found)
            and all(isinstance(bodies, list) for pair in found for bodies in pair)
        )
