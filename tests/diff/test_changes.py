"""Each edit of the document is said in words, as breaking for an endpoint that kept the old one, or not."""

import pytest

from luckymonaco.diff import compare
from tests.diff.edited import OLD, edited

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


def test_the_same_document_has_no_changes() -> None:
    """Nothing differs from itself."""
    assert compare(OLD, OLD) == ()
