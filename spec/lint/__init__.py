"""The document's own laws, one function each, and the order in which a document is held to them."""

from collections.abc import Callable, Iterable
from pathlib import Path

from spec.contract import build
from spec.document import Source
from spec.errors import DocumentError
from spec.lint import answers, examples, openapi, readings, rules
from spec.lint.finding import Draft, Finding

__all__ = ["FILE_LAWS", "LAWS", "Finding", "lint", "lint_source"]

Law = Callable[[Draft], Iterable[Finding]]

# Of a document that breaks the last of these, the others below would only report consequences.
FILE_LAWS: tuple[Law, ...] = (openapi.no_key_twice, openapi.quoted_statuses, openapi.valid_openapi)
LAWS: tuple[Law, ...] = (
    openapi.edition_noted,
    examples.valid_examples,
    examples.worked_hash,
    readings.reading_ids,
    readings.readings_resolve,
    readings.readings_used,
    rules.rule_ids,
    rules.rule_texts,
    rules.rules_resolve,
    answers.answer_names,
    answers.answer_standing,
    answers.codes,
    answers.faults_known,
    answers.credential_roles,
)


def lint(path: Path) -> list[Finding]:
    """Every finding in a document, in the order of its lines; DocumentError if it cannot be read as OpenAPI at all."""
    return lint_source(Source.read(path))


def lint_source(source: Source) -> list[Finding]:
    """The same for a text that is already in memory."""
    draft = Draft(source, source.parse())
    found = [finding for law in FILE_LAWS for finding in law(draft)]
    if not any(finding.law == "openapi" for finding in found):
        found += [finding for law in LAWS for finding in law(draft)]
        found += _typed(draft, bool(found))
    return sorted(dict.fromkeys(found), key=lambda finding: finding.line)


def _typed(draft: Draft, already_found: bool) -> list[Finding]:
    try:
        contract = build(draft.source, check=False)
    except (DocumentError, KeyError, TypeError, ValueError) as error:
        # Mostly a consequence of a finding that says it better.
        return [] if already_found else [draft.finding((), "kit", f"the kit cannot read the document: {error}")]
    return list(answers.faults_answered(draft, contract))
