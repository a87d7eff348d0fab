"""The file: YAML or JSON text to a plain mapping, and from a place in it back to a line."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from spec.errors import DocumentError

DEFAULT_PATH = Path(__file__).with_name("openapi.yaml")

Trail = tuple[str, ...]  # the keys that lead to a place in the document, indexes as text

# Below these stands a message and not the document: "$ref", for example, is a name there like any other.
_PAYLOAD = ("example", "value", "default", "enum", "worked-example")

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Source:
    """The text of a document and where it came from."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Read a file as UTF-8; DocumentError if that is not possible."""
        try:
            return cls(path, path.read_bytes().decode("utf-8"))
        except UnicodeDecodeError as error:
            raise DocumentError("the document is not UTF-8", where=f"{path}, byte {error.start}") from None
        except OSError as error:
            raise DocumentError("the document cannot be read", where=str(path), got=error.strerror or "") from None

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal: which edition of the document this is."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def parse(self) -> dict[str, Any]:
        """The document as a mapping with string keys; DocumentError names the line of a syntax error."""
        try:
            data = yaml.load(self.text, Loader=_Loader)  # noqa: S506 - both loaders are safe ones
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            place = f"{self.path}, line {mark.line + 1}, column {mark.column + 1}" if mark else str(self.path)
            raise DocumentError("the document is not YAML", where=place, got=error.problem or "") from None
        except yaml.YAMLError as error:
            raise DocumentError("the document is not YAML", where=str(self.path), got=str(error)) from None
        if not isinstance(data, Mapping):
            raise DocumentError("the document is not a mapping", where=str(self.path), expected="OpenAPI 3.0")
        version = str(data.get("openapi", "none"))
        if not version.startswith("3.0."):
            raise DocumentError("the document is not OpenAPI 3.0", where=self.place(["openapi"]), got=version)
        return dict(data)

    def place(self, path: Sequence[str | int]) -> str:
        """`file, line N (a/b/c)` for a path of keys and indexes; the nearest ancestor's line if the end is missing."""
        line = self.line(path)
        trail = "/".join(str(part) for part in path)
        return f"{self.path}, line {line} ({trail})" if trail else f"{self.path}, line {line}"

    def line(self, path: Sequence[str | int]) -> int:
        """The line, counted from 1, on which the value at this path begins."""
        node = yaml.compose(self.text, Loader=_Loader)
        line = 1
        for part in path:
            child = _child(node, part)
            if child is None:
                break
            node, line = child
        return line


def nodes(node: Any, trail: Trail = ()) -> Iterator[tuple[Trail, Mapping[str, Any]]]:
    """Every mapping of a document with the keys that lead to it, each before those within it; no messages."""
    if isinstance(node, Mapping):
        yield trail, node
        for key, value in node.items():
            if key not in _PAYLOAD or trail[-1:] == ("properties",):
                yield from nodes(value, (*trail, str(key)))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from nodes(value, (*trail, str(index)))


def _child(node: Any, part: str | int) -> tuple[Any, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and str(part).isdigit() and int(part) < len(node.value):
        item = node.value[int(part)]
        return item, item.start_mark.line + 1
    return None
