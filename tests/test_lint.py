"""The document's own laws: the kit's document keeps them, and each is broken by an edit made for it."""

from pathlib import Path

import pytest

from spec.errors import DocumentError
from spec.lint import FILE_LAWS, LAWS, lint, lint_source
from spec.lint.finding import Finding
from tests import editions
from tests.editions import edit, source

WORKED = "              hash: f1c1b317fe731df3390b22ba3267278f"
NAMED = "            unknown-session:\n"

# law -> what to replace by what, so that this law is broken and the document can still be read
BREAKS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "no request body schema type": (
        "openapi",
        (("      type: object\n      description: What the", "      type: thing\n      description: What the"),),
    ),
    "no info": ("openapi", (("  title: Lucky Monaco session expired callback\n", ""),)),
    "a reference that leads nowhere": (
        "openapi",
        (("#/components/responses/TooLarge", "#/components/responses/TooBig"),),
    ),
    "a key twice": ("unique-key", (("        token:\n", "        hash: {type: string}\n        token:\n"),)),
    "an edition whose changes are not noted": ("changes", (("  version: 1.0.0", "  version: 1.1.0"),)),
    "an unquoted status": ("status", (('        "413":\n', "        413:\n"),)),
    "an unquoted status of a rule": ("status", (('statuses: ["405"]', "statuses: [405]"),)),
    "an unquoted x-status": ("status", ((NAMED, f"{NAMED}              x-status: 410\n"),)),
    "a request example that breaks its schema": (
        "example",
        (('                  playerId: "123456"', "                  playerId: 123456"),),
    ),
    "an answer that breaks its schema": ("example", (("{code: G.09,", "{code: X.09,"),)),
    "a field's example of another type": ("example", (('          example: "123456"', "          example: 123456"),)),
    "a header's example of another type": ("example", (("          example: POST", "          example: 1"),)),
    "a worked hash that does not compute": ("worked-hash", ((WORKED, WORKED.replace("f1c1", "f1c2")),)),
    "a worked string that does not come out": (
        "worked-hash",
        (("string-to-sign: playerId", "string-to-sign: PlayerId"),),
    ),
    "a worked example of a body that is not there": (
        "worked-hash",
        (("              body: page", "              body: pages"),),
    ),
    "a request hash of an unknown scheme": ("worked-hash", (("default-scheme: sorted-md5", "default-scheme: md5"),)),
    "a scheme with an unknown knob": ("worked-hash", (("    empties: keep", "    emptys: keep"),)),
    "a reading with a bad id": ("reading-id", (("  D22:\n", "  D1:\n"),)),
    "a reading without the page's words": ("reading", (("    page: success status is not said\n", ""),)),
    "a reading without a standing": (
        "reading",
        (("    reading: exactly 200\n    standing: assumed", "    reading: exactly 200\n    standing: maybe"),),
    ),
    "an unknown reading in a schema": ("reading", (("x-reading: [D15]", "x-reading: [D51]"),)),
    "an unknown reading in a text": ("reading", (("are ignored (D18).", "are ignored (D81)."),)),
    "a reading that nothing uses": (
        "reading",
        (("  D22:\n", "  D23: {page: a, reading: b, standing: assumed}\n  D22:\n"),),
    ),
    "an unknown reading of a rule": ("reading", (("    readings: [D13]", "    readings: [D31]"),)),
    "a rule with a bad id": ("rule-id", (("  TIME-1:", "  TIME1:"),)),
    "a rule without a level": ("rule-level", (("  HTTP-1:\n    level: MUST", "  HTTP-1:\n    level: MAY"),)),
    "a rule with an unknown standing": (
        "rule",
        (("    standing: documented\n    text: A refusal has", "    standing: sure\n    text: A refusal has"),),
    ),
    "a rule without a reading": ("rule", (("    readings: [D13]", "    readings: []"),)),
    "a rule of two sentences": (
        "rule-text",
        (("text: A wrong request hash is refused.", "text: A wrong hash is refused. Always."),),
    ),
    "a rule without a full stop": (
        "rule-text",
        (("text: A wrong request hash is refused.", "text: A wrong request hash is refused"),),
    ),
    "a rule of 101 characters": ("rule-text", (("text: A wrong request hash is refused.", f"text: A {'x' * 98}."),)),
    "a rule that says should": ("rule-text", (("hash is refused.", "hash should be refused."),)),
    "a rule that says test that": ("rule-text", (("text: A wrong", "text: Test that a wrong"),)),
    "a rule said twice": (
        "rule-text",
        (("text: A form-encoded or multipart body is refused.", "text: A wrong request hash is refused."),),
    ),
    "a schema with an unknown rule": ("rule", (("x-rule: ERR-3", "x-rule: ERR-33"),)),
    "an answer that no Prefer header can name": (
        "answer-name",
        (("            unknown-session:", '            "unknown session":'),),
    ),
    "two answers of one name": ("answer-name", (("            unknown-session:", "            wrong-method:"),)),
    "an answer with an unknown standing": ("standing", (("x-standing: documented", "x-standing: certain"),)),
    "an answer documented on assumed readings": ("standing", (("x-reading: [D08, D13, D14]", "x-reading: [D13]"),)),
    "a code of one digit": ("code", (("code: G.09", "code: G.9"),)),
    "a code with two meanings": ("code", (("code: G.09", "code: G.08"),)),
    "a code of no family": ("code", (("x-code-families:\n  G:", "x-code-families:\n  H:"),)),
    "a family that does not fit the fault": ("code-family", (("code: V.01", "code: G.21"),)),
    "a fault that is not listed": ("fault", (("x-fault: [too-large]", "x-fault: [too-big]"),)),
    "a fault of no kind": ("fault", (("path: {kind: transport", "path: {kind: weather"),)),
    "a fault without an answer": ("fault-answer", (("              x-fault: [too-large]\n", ""),)),
    "a fault with two answers": ("fault-answer", ((NAMED, f"{NAMED}              x-fault: [path]\n"),)),
    "two credentials of one role": ("credential", (("x-credential: partner-token", "x-credential: partner-id"),)),
    "a credential without a role": ("credential", (("      x-credential: partner-token\n", ""),)),
    "a credential whose fault is not listed": (
        "credential",
        (("x-credential: partner-token", "x-credential: password"),),
    ),
}


def test_the_kits_own_document_is_clean() -> None:
    """Nothing is found in the document that the kit ships."""
    assert lint(editions.DEFAULT_PATH) == []


@pytest.mark.parametrize(("law", "changes"), BREAKS.values(), ids=BREAKS)
def test_a_broken_law_is_found(law: str, changes: tuple[tuple[str, str], ...]) -> None:
    """The edit is found, under the law that it breaks."""
    findings = lint_source(source(edit(*changes)))

    assert law in {finding.law for finding in findings}, findings


def test_every_law_is_broken_by_some_edit() -> None:
    """No law is without a proof that it can find something."""
    functions = {law.__name__ for law in (*FILE_LAWS, *LAWS)} | {"faults_answered"}

    assert len({law for law, _ in BREAKS.values()}) >= len(functions) - 3, "some functions share the name of a law"


def test_a_finding_names_the_line() -> None:
    """The line is the one that was edited."""
    text = edit(("{code: G.09,", "{code: X.09,"))
    line = text[: text.index("{code: X.09,")].count("\n") + 1

    assert line in {finding.line for finding in lint_source(source(text))}


def test_a_finding_is_one_line() -> None:
    """file:line: law: what; expected; got."""
    finding = Finding("a.yaml", 7, "code", "two\nlines", expected="one", got="two")

    assert str(finding) == "a.yaml:7: code: two lines; expected one; got two"


@pytest.mark.parametrize("edition", [editions.new_error_answer, editions.later_revision, editions.second_operation])
def test_a_sensible_later_edition_is_clean(edition) -> None:
    """A new answer, a later revision of the page and a second operation each leave nothing to be found."""
    assert [str(finding) for finding in lint_source(source(edition()))] == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("openapi: [", "not YAML"),
        ("- a\n- b\n", "not a mapping"),
        ("openapi: 3.1.0\n", "not OpenAPI 3.0"),
        ("", "not a mapping"),
    ],
    ids=["syntax", "list", "version", "empty"],
)
def test_what_is_no_document_cannot_be_judged(text: str, what: str) -> None:
    """A text that is no OpenAPI 3.0 document is an error, not a finding."""
    with pytest.raises(DocumentError, match=what):
        lint_source(source(text))


def test_what_the_kit_cannot_read_is_a_finding() -> None:
    """A valid document that the kit has no use for is said to be that."""
    text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n"

    assert [finding.law for finding in lint_source(source(text))] == ["kit"]


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(DocumentError, match=r"missing\.yaml"):
        lint(tmp_path / "missing.yaml")
