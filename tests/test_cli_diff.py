"""`luckymonaco diff`: what changed between two editions, and whether it breaks an endpoint that kept the old one."""

import pytest

from luckymonaco.diff import compare
from spec.contract import Contract
from spec.contract import build as build_contract
from tests import editions
from tests.editions import edit

OLD = build_contract(editions.source(editions.TEXT), check=False)

# what is edited -> is it breaking, and what is said of it
CHANGES: dict[str, tuple[bool, str, tuple[tuple[str, str], ...]]] = {
    "the path": (True, "The path is", (("  /V4/sessionexpired:", "  /V5/sessionexpired:"),)),
    "the method": (True, "The method is PUT, it was POST.", (("    post:\n", "    put:\n"),)),
    "a renamed credential": (
        True,
        "The credential HASH in the query is now KEY in the query.",
        (("      name: HASH", "      name: KEY"),),
    ),
    "a moved credential": (
        True,
        "is now HASH in the header",
        (("      in: query\n      name: HASH", "      in: header\n      name: HASH"),),
    ),
    "a required field more": (
        True,
        "The field token is required now.",
        (("playerId, hash]", "playerId, hash, token]"),),
    ),
    "a required field less": (
        True,
        "The field playerId is optional now.",
        (("sessionId, playerId, hash]", "sessionId, hash]"),),
    ),
    "a new optional field": (
        False,
        "The field extra is new and optional.",
        (("        token:\n", "        extra: {type: string}\n        token:\n"),),
    ),
    "a lower limit of a field": (
        True,
        "The field providerId: minLength is 2, it was 1.",
        (
            (
                "          minLength: 1\n          description: Lucky",
                "          minLength: 2\n          description: Lucky",
            ),
        ),
    ),
    "a field's words": (
        False,
        "is described in other words",
        (("description: The player's game session id", "description: Id of the session"),),
    ),
    "a stricter answer": (
        True,
        "error.message: minLength is 9",
        (("              minLength: 1\n", "              minLength: 9\n"),),
    ),
    "a laxer answer": (False, "error.message: minLength is unlimited", (("              minLength: 1\n", ""),)),
    "an answer's key more": (
        True,
        "error.trace is required now",
        (("required: [code, message]", "required: [code, message, trace]"),),
    ),
    "an answer's key less": (
        False,
        "error.message is no longer required",
        (("required: [code, message]", "required: [code]"),),
    ),
    "the hash's scheme": (
        True,
        "The request hash is computed by sorted-sha256",
        (("default-scheme: sorted-md5", "default-scheme: sorted-sha256"),),
    ),
    "a scheme's knob": (True, "computes something else", (("    digest: sha1\n", "    digest: sha512\n"),)),
    "a new code": (
        False,
        "A new canned answer, 404 G.15",
        (
            (
                "            unknown-session:",
                "            closed: {value: {error: {code: G.15, message: M}}}\n            unknown-session:",
            ),
        ),
    ),
    "another code": (False, "The canned answer is 429 G.19, it was 429 G.09.", (("code: G.09", "code: G.19"),)),
    "a new MUST": (
        True,
        "A new MUST rule: It is so.",
        (("  TIME-1:\n", "  TIME-2: {level: MUST, text: It is so., readings: [D20]}\n  TIME-1:\n"),),
    ),
    "a new SHOULD": (
        False,
        "A new SHOULD rule: It is so.",
        (("  TIME-1:\n", "  TIME-2: {level: SHOULD, text: It is so., readings: [D20]}\n  TIME-1:\n"),),
    ),
    "a rule made stricter": (
        True,
        "The rule is MUST, it was SHOULD",
        (("  OK-7:\n    level: SHOULD", "  OK-7:\n    level: MUST"),),
    ),
    "a rule made laxer": (
        False,
        "The rule is SHOULD, it was MUST",
        (("  VAL-3:\n    level: MUST", "  VAL-3:\n    level: SHOULD"),),
    ),
    "a settled reading": (
        False,
        "The reading is documented now, it was assumed.",
        (("    reading: exactly 200\n    standing: assumed", "    reading: exactly 200\n    standing: documented"),),
    ),
    "an example": (
        False,
        "Wording, examples or order changed",
        (("summary: The page's own example", "summary: An example"),),
    ),
    "the version": (False, "The edition is 1.1.0, it was 1.0.0.", (("  version: 1.0.0", "  version: 1.1.0"),)),
}


def edited(*changes: tuple[str, str]) -> Contract:
    """The document after an edit."""
    return build_contract(editions.source(edit(*changes)), check=False)


@pytest.mark.parametrize(("breaks", "said", "changes"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_said(breaks: bool, said: str, changes: tuple[tuple[str, str], ...]) -> None:
    """Each edit is reported in words, as breaking or not."""
    found = [change for change in compare(OLD, edited(*changes)) if said in change.text]

    assert found, compare(OLD, edited(*changes))
    assert {change.breaking for change in found} == {breaks}


@pytest.mark.parametrize(("breaks", "said", "changes"), CHANGES.values(), ids=CHANGES)
def test_nothing_else_is_breaking(breaks: bool, said: str, changes: tuple[tuple[str, str], ...]) -> None:
    """A compatible edit has no breaking change beside it."""
    if not breaks:
        assert [change for change in compare(OLD, edited(*changes)) if change.breaking] == []


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


BESIDE: dict[str, tuple[bool, str, tuple[tuple[str, str], ...]]] = {
    "a required parameter": (
        True,
        "The parameter X-Id in the header is new and required.",
        (
            (
                "      security:\n        - partnerId",
                "      parameters: [{name: X-Id, in: header, required: true, schema: {type: string}}]\n"
                "      security:\n        - partnerId",
            ),
        ),
    ),
    "another media type": (
        True,
        "The body may also be sent as application/xml.",
        (("      responses:\n", "          application/xml: {schema: {type: object}}\n      responses:\n"),),
    ),
    "other credentials": (
        True,
        "The credentials may also be MEMB_ID in the query.",
        (("          partnerToken: []\n", "          partnerToken: []\n        - partnerId: []\n"),),
    ),
    "another success": (
        False,
        "Answers with 202 are foreseen now.",
        (
            (
                '        "200":\n          $ref: "#/components/responses/Success"\n',
                '        "200":\n          $ref: "#/components/responses/Success"\n'
                '        "202":\n          $ref: "#/components/responses/Success"\n',
            ),
        ),
    ),
    "a closed answer": (
        True,
        "In answers, the body: additionalProperties is false",
        (
            (
                "      description: The answer to a notification that was accepted.\n",
                "      description: The answer.\n      additionalProperties: false\n",
            ),
        ),
    ),
    "a rule's words": (
        False,
        "The rule is worded anew",
        (("are each answered as they would", "are answered as they would"),),
    ),
    "magic": (False, "have changed", (("  prefix: mock-", "  prefix: test-"),)),
}


@pytest.mark.parametrize(("breaks", "said", "changes"), BESIDE.values(), ids=BESIDE)
def test_what_stands_beside_is_compared_too(breaks: bool, said: str, changes: tuple[tuple[str, str], ...]) -> None:
    """Parameters, other media types and credentials, closed answers, words of rules, the mock's own keys."""
    found = compare(OLD, edited(*changes))

    assert said in found[0].text, found
    assert {change.breaking for change in found} == {breaks}


def test_the_same_document_has_no_changes() -> None:
    """Nothing differs from itself."""
    assert compare(OLD, OLD) == ()
