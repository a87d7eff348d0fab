"""Of a field every limit is compared, and no spelling that limits nothing."""

import pytest

from luckymonaco.diff import compare
from tests.diff.edited import edited

# a field's schema before and after -> is that breaking, and what is said of it; "" for nothing
SHAPES: dict[str, tuple[bool, str, str, str]] = {
    "exclusive": (
        True,
        "exclusiveMinimum is true, it was false",
        "{type: integer, minimum: 1}",
        "{type: integer, minimum: 1, exclusiveMinimum: true}",
    ),
    "multiple": (True, "multipleOf is 2", "{type: integer}", "{type: integer, multipleOf: 2}"),
    "items": (
        True,
        "The field extra[]: type is integer, it was string",
        "{type: array, items: {type: string}}",
        "{type: array, items: {type: integer}}",
    ),
    "nested": (
        True,
        "The field extra.os is new and required.",
        "{type: object, properties: {}}",
        "{type: object, required: [os], properties: {os: {type: string}}}",
    ),
    "nested and gone": (
        False,
        "The optional field extra.os is no longer sent.",
        "{type: object, properties: {os: {type: string}}}",
        "{type: object}",
    ),
    "alternatives": (True, "oneOf is", "{oneOf: [{type: string}]}", "{oneOf: [{type: integer}]}"),
    "unlisted": (
        True,
        "additionalProperties is false",
        "{type: object}",
        "{type: object, additionalProperties: false}",
    ),
    "null": (True, "nullable is true, it was false", "{type: string}", "{type: string, nullable: true}"),
    "a wider enum": (True, "enum is", "{type: string, enum: [a]}", "{type: string, enum: [a, b]}"),
    "an enum in another order": (False, "", "{type: string, enum: [a, b]}", "{type: string, enum: [b, a]}"),
    "what is so anyway": (False, "", "{type: string}", "{type: string, nullable: false, minLength: 0}"),
    "a default": (False, "", "{type: string}", "{type: string, default: x, title: X, deprecated: true}"),
    "in one part": (False, "", "{type: string, maxLength: 9}", "{allOf: [{type: string}, {maxLength: 9}]}"),
}


@pytest.mark.parametrize(("breaks", "said", "before", "after"), SHAPES.values(), ids=SHAPES)
def test_a_shape_is_compared_whole(breaks: bool, said: str, before: str, after: str) -> None:
    """Of a field every limit counts, nested ones too, and no spelling that limits nothing."""
    old, new = (edited(("        token:\n", f"        extra: {text}\n        token:\n")) for text in (before, after))

    found = compare(old, new)

    assert any(change.breaking for change in found) == breaks, found
    assert said in found[0].text if said else [change.where for change in found] == ["document"]
