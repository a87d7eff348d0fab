"""The result file of a long run: what was about to be sent and what became of it, on disk before it counts.

One JSON object a line. `run` comes first and says what the file belongs to; `sending` names lines before they are sent;
`answer` is a line's outcome. A line that has the second but not the third was under way when a run ended: nobody can
know whether it was received, and the next run says so.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from luckymonaco.sending.records import Totals
from spec.errors import SettingError

try:
    import fcntl
except ImportError:  # not on Windows, where two runs on one file are not noticed
    fcntl = None  # type: ignore[assignment]

VERSION = 1
_WORDS = {"file": "--from", "target": "the URL", "operation": "--operation", "values": "--set, --vary"}


class Results:
    """An open result file. Only one thread may use it."""

    def __init__(self, path: Path, belongs_to: Mapping[str, str]) -> None:
        self.path = path
        self.totals = Totals()
        self.in_doubt: set[int] = set()
        self.torn = False
        self._done = bytearray()
        try:
            new = not path.exists()
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        except OSError as error:
            raise _unusable(path, error) from None
        try:
            self._lock()
            self._read(belongs_to)
            if new:
                _sync_folder(path)
        except BaseException:
            os.close(self._file)
            raise

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    @property
    def done(self) -> int:
        """How many lines have an outcome."""
        return self._done.count(1)

    def has(self, line: int) -> bool:
        """Whether a line has an outcome."""
        return line < len(self._done) and bool(self._done[line])

    def record(self, records: Sequence[Mapping[str, Any]], sending: Sequence[int]) -> None:
        """Record outcomes, and which lines are about to be sent; both are on disk once this returns."""
        intents = [{"kind": "sending", "lines": list(sending)}] if sending else []
        self._append([*map(_slim, records), *intents])
        for data in (*records, *intents):
            self._learn(data)

    def _append(self, records: Sequence[Mapping[str, Any]]) -> None:
        data = "".join(json.dumps(item, separators=(",", ":")) + "\n" for item in records).encode()
        try:
            while data:
                data = data[os.write(self._file, data) :]
            os.fsync(self._file)
        except OSError as error:
            raise _unusable(self.path, error) from None

    def _learn(self, data: Mapping[str, Any]) -> None:
        if data["kind"] == "sending":
            self.in_doubt.update(data["lines"])
            return
        line = data["line"]
        self.in_doubt.discard(line)
        if data["word"] != "NOT SENT":
            self._done.extend(bytes(max(line + 1 - len(self._done), 0)))
            self._done[line] = 1
            self.totals.count(data)

    def _lock(self) -> None:
        if fcntl is not None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise SettingError("another run is writing the result file", where=str(self.path)) from None

    def _read(self, belongs_to: Mapping[str, str]) -> None:
        header = {"kind": "run", "version": VERSION, **belongs_to}
        found = None
        for number, data in self._lines():
            if found is None:
                found = data
                self._check(header, found)
                continue
            try:
                self._learn(data)
            except (KeyError, TypeError, ValueError):
                raise SettingError("not a line of a result file", where=f"{self.path}:{number}") from None
        if found is None:
            self._append([header])

    def _lines(self) -> Iterator[tuple[int, Any]]:
        """Every whole line; what a crash left of the last one is cut off."""
        end = 0
        with open(self._file, "rb", closefd=False) as file:
            for number, text in enumerate(file, 1):
                try:
                    if not text.endswith(b"\n"):
                        raise ValueError
                    data = json.loads(text)
                except ValueError:
                    if file.read(1):
                        raise SettingError("not a result file", where=f"{self.path}:{number}") from None
                    self.torn = True
                    break
                end += len(text)
                yield number, data
        if self.torn:
            os.ftruncate(self._file, end)

    def _check(self, header: Mapping[str, Any], found: Any) -> None:
        if not isinstance(found, dict) or found.get("kind") != "run" or found.get("version") != VERSION:
            raise SettingError("not a result file", where=f"{self.path}:1", expected="one written by send --from")
        for name, word in _WORDS.items():
            if found.get(name) != header.get(name):
                raise SettingError(
                    f"the result file is of a run with another {word}",
                    where=str(self.path),
                    expected="the same again, or another --results FILE",
                )


def _slim(data: Mapping[str, Any]) -> dict[str, Any]:
    """A record without what nobody asks of an answer with which nothing is wrong: files of a million are large."""
    dull = {"kept", "notes", "number"}
    if data["word"] == "KEPT":
        dull |= {"answer"}
    return {name: value for name, value in data.items() if name not in dull}


def _unusable(path: Path, error: OSError) -> SettingError:
    return SettingError("the result file cannot be written", where=str(path), got=error.strerror or "")


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
