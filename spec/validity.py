"""Whether a document is OpenAPI 3.0 at all, asked of openapi-spec-validator, whose crashes become findings here."""

from collections.abc import Iterator, Mapping
from typing import Any

from spec.errors import DocumentError
from spec.schema import look_up

Trail = tuple[str, ...]

_PAYLOAD = ("example", "value", "default", "enum")  # below these it is a message, in which "$ref" is a name like others


def invalidities(raw: Mapping[str, Any]) -> Iterator[tuple[Trail, str]]:
    """Where a document breaks OpenAPI 3.0, and how; statuses written as numbers are let pass here."""
    document = _text_keys(raw)
    broken = list(_broken_references(document, document, ()))
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


def _broken_references(document: Mapping[str, Any], node: Any, trail: Trail) -> Iterator[tuple[Trail, str]]:
    if isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str):
            try:
                look_up(document, reference)
            except DocumentError as error:
                yield (*trail, "$ref"), str(error)
        for key, value in node.items():
            if key not in _PAYLOAD or trail[-1:] == ("properties",):
                yield from _broken_references(document, value, (*trail, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _broken_references(document, value, (*trail, str(index)))


def _text_keys(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {str(key): _text_keys(value) for key, value in node.items()}
    return [_text_keys(item) for item in node] if isinstance(node, list) else node


def _short(text: str, limit: int = 200) -> str:
    """One line, without the middle of what is long: it begins with what was found and ends with what is wrong."""
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[:60]} … {text[60 - limit :]}"
