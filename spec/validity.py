"""Whether a document is OpenAPI 3.0 at all, asked of openapi-spec-validator, whose crashes become findings here."""

from collections.abc import Iterator, Mapping
from typing import Any

from spec.document import Trail, nodes
from spec.errors import DocumentError
from spec.schema import look_up


def invalidities(raw: Mapping[str, Any]) -> Iterator[tuple[Trail, str]]:
    """Where a document breaks OpenAPI 3.0, and how; statuses written as numbers are let pass here."""
    document = _text_keys(raw)
    broken = list(_broken_references(document))
    yield from broken
    if not broken:
        yield from _asked_of_the_validator(document)


def _asked_of_the_validator(document: Mapping[str, Any]) -> Iterator[tuple[Trail, str]]:
    from openapi_spec_validator import OpenAPIV30SpecValidator  # takes half a second to import

    base: Trail = ()
    try:
        for broken in OpenAPIV30SpecValidator(dict(document)).iter_errors():
            error = _deepest(broken)
            trail = tuple(str(part) for part in getattr(error, "absolute_path", ()))
            if trail and trail[0] not in document:
                trail = (*base, *trail)  # what is wrong within a schema is told from that schema on
            else:
                base = trail
            yield trail, _short(str(getattr(error, "message", error)).partition("\n\nFailed validating")[0])
    except Exception as error:  # it raises many things over documents that are far from valid
        yield (), f"the validator gave up: {type(error).__name__}: {_short(str(error))}"


def _deepest(error: Any) -> Any:
    """Of "not valid under any of the given schemas", the reason that lies deepest: that is where the mistake is."""
    leaves = [_deepest(child) for child in getattr(error, "context", None) or ()]
    return max(leaves, key=lambda leaf: len(leaf.absolute_path), default=error)


def _broken_references(document: Mapping[str, Any]) -> Iterator[tuple[Trail, str]]:
    for trail, node in nodes(document):
        if isinstance(node.get("$ref"), str):
            try:
                look_up(document, node["$ref"])
            except DocumentError as error:
                yield (*trail, "$ref"), str(error)


def _text_keys(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {str(key): _text_keys(value) for key, value in node.items()}
    return [_text_keys(item) for item in node] if isinstance(node, list) else node


def _short(text: str, limit: int = 200) -> str:
    """One line, without the middle of what is long: it begins with what was found and ends with what is wrong."""
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[:60]} … {text[60 - limit :]}"
