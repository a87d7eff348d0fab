"""Laws of the file as such: valid OpenAPI 3.0, no key twice, statuses written as text."""

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from spec.document import Trail
from spec.lint.finding import Draft, Finding
from spec.validity import invalidities


def no_key_twice(draft: Draft) -> Iterator[Finding]:
    """YAML readers silently keep the last of two equal keys, so half of the document would be lost."""
    for node in _walk(yaml.compose(draft.source.text, Loader=yaml.SafeLoader)):
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                yield Finding(str(draft.source.path), line, "unique-key", f"{key.value} stands twice in one mapping")
            seen.add(key.value)


def valid_openapi(draft: Draft) -> Iterator[Finding]:
    """The document is valid OpenAPI 3.0; also where its statuses are written as numbers, which has a law of its own."""
    for trail, message in invalidities(draft.raw):
        yield draft.finding(trail, "openapi", f"{'/'.join(trail) or 'the document'}: {message}")


def quoted_statuses(draft: Draft) -> Iterator[Finding]:
    """A status is text: in YAML an unquoted 200 is a number, and some readers then lose it."""
    for trail, node in draft.nodes():
        for status in _statuses(trail, node):
            if not isinstance(status, str):
                place = (*trail, str(status)) if str(status) in map(str, node) else trail
                yield draft.finding(place, "status", "a status is not quoted", expected=f'"{status}"', got=str(status))


def edition_noted(draft: Draft) -> Iterator[Finding]:
    """Where the document keeps a list of changes, the edition that it calls itself stands in it."""
    changes = draft.section("x-changes")
    version = str(draft.section("info").get("version", ""))
    if changes and version not in map(str, changes):
        known = ", ".join(map(str, changes))
        what = "the edition has no entry under x-changes"
        yield draft.finding(("info", "version"), "changes", what, expected=version, got=known)


def _statuses(trail: Trail, node: Mapping[str, Any]) -> Iterator[Any]:
    if trail[-1:] == ("responses",) and trail[:1] == ("paths",):
        yield from node
    if "x-status" in node:
        yield node["x-status"]
    if trail[:1] == ("x-rules",) and isinstance(node.get("statuses"), list):
        yield from node["statuses"]


def _walk(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    if isinstance(node, yaml.MappingNode):
        yield node
        for _, value in node.value:
            yield from _walk(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _walk(item)
