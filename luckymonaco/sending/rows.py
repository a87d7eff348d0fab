"""A file of notifications, .csv or .ndjson, read line by line: a million of them need no more memory than one."""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from luckymonaco.sending.compose import check_names, from_text
from spec import Operation, SettingError
from spec.strict_json import MalformedJsonError, loads

_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one notification, and the line on which it begins, counted from 1."""

    line: int
    values: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class Rows:
    """A file, its kind taken from its name."""

    path: Path
    operation: Operation

    def __iter__(self) -> Iterator[Row]:
        """Every row; SettingError names the line of one that cannot be read."""
        read = _READERS.get(self.path.suffix.lower())
        if read is None:
            raise SettingError(
                "unknown kind of file", where="--from", expected=" or ".join(_READERS), got=self.path.name
            )
        try:
            yield from read(self)
        except UnicodeDecodeError:
            raise SettingError("the file is not UTF-8", where=str(self.path)) from None
        except OSError as error:
            raise SettingError("the file cannot be read", where=str(self.path), got=error.strerror or "") from None

    def place(self, line: int) -> str:
        """`file:line`."""
        return f"{self.path}:{line}"

    def digest(self) -> str:
        """SHA-256 of the file: a result file belongs to one edition of it."""
        try:
            with self.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise SettingError("the file cannot be read", where=str(self.path), got=error.strerror or "") from None


def _csv(rows: Rows) -> Iterator[Row]:
    """The first line names the fields; an empty cell leaves an optional field out."""
    with rows.path.open(encoding="utf-8-sig", newline="") as file:
        header = file.readline()
        delimiter = max(_DELIMITERS, key=header.count)
        names = next(csv.reader(io.StringIO(header), delimiter=delimiter), [])
        if not names:
            raise SettingError("the file has no line of field names", where=rows.place(1))
        check_names(rows.operation, names, rows.place(1))
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        line = 2
        try:
            for cells in reader:
                if cells:
                    yield Row(line, _cells(rows, names, cells, line))
                line = reader.line_num + 2
        except csv.Error as error:
            raise SettingError("a line is not CSV", where=rows.place(line), got=str(error)) from None


def _cells(rows: Rows, names: list[str], cells: list[str], line: int) -> dict[str, Any]:
    if len(cells) != len(names):
        raise SettingError(
            "a line has another number of cells than the first",
            where=rows.place(line),
            expected=str(len(names)),
            got=str(len(cells)),
        )
    fields = rows.operation.by_name
    return {
        name: from_text(fields[name], text, rows.place(line))
        for name, text in zip(names, cells, strict=True)
        if text or fields[name].required
    }


def _ndjson(rows: Rows) -> Iterator[Row]:
    with rows.path.open("rb") as file:
        for line, data in enumerate(file, 1):
            if data.strip():
                yield Row(line, _object(rows, data, line))


def _object(rows: Rows, data: bytes, line: int) -> dict[str, Any]:
    try:
        value = loads(data.removeprefix(b"\xef\xbb\xbf") if line == 1 else data)
    except MalformedJsonError as error:
        raise SettingError("a line is not JSON", where=rows.place(line), got=str(error)) from None
    if not isinstance(value, dict):
        raise SettingError("a line is not a JSON object", where=rows.place(line), got=json.dumps(value)[:40])
    check_names(rows.operation, value, rows.place(line))
    return value


_READERS: Mapping[str, Callable[[Rows], Iterator[Row]]] = {
    ".csv": _csv,
    ".tsv": _csv,
    ".ndjson": _ndjson,
    ".jsonl": _ndjson,
}
