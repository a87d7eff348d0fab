"""The report for GitHub Actions: annotations on standard output, and a summary of the step in Markdown."""

import html
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

from contract_tests.reports.harmless import harmless, harmless_lines
from contract_tests.reports.report import Failure, Report
from contract_tests.reports.text import more, standing
from spec.words import count

_ANNOTATIONS = {"FAIL": "error", "WARN": "warning", "KNOWN": "notice"}
_MARKDOWN = str.maketrans({char: f"\\{char}" for char in "\\`*_[]<>#|~@&"})


def runs_here(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this is a step of GitHub Actions."""
    return environ.get("GITHUB_ACTIONS") == "true"


def summary_file(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The file that GitHub shows as the step's summary."""
    name = environ.get("GITHUB_STEP_SUMMARY")
    return Path(name) if name else None


def quiet(text: str) -> str:
    """Text that GitHub prints without looking for commands in it: what an implementation sent may hold some."""
    token = secrets.token_hex(16)
    return f"::stop-commands::{token}\n{text}::{token}::\n"


def annotations(report: Report) -> str:
    """One workflow command a broken rule."""
    return "".join(f"{line}\n" for line in _annotations(report))


def _annotations(report: Report) -> Iterator[str]:
    for failure in report.failures:
        rule, shown = failure.item.rule, failure.causes[0].evidence
        message = (
            f"{rule.text}\nsent {shown.sent}\nexpected {shown.expected}\ngot {shown.got}\nfix {rule.fix}\n"
            f"again {failure.again}"
        )
        title = f"{rule.id} {rule.level}, {standing(rule)}"
        yield f"::{_ANNOTATIONS[failure.word]} title={_property(title)}::{_data(message)}"
    if report.verdict.exit_code == 2:
        reason = report.incomplete or "no rule could be judged"
        yield f"::error title={_property('luckymonaco verify: ' + report.verdict.word)}::{_data(reason)}"
    for item in report.verdict.mended:
        message = f"{item.rule.text}\nIt is kept now; --update-baseline takes it out of the baseline."
        yield f"::notice title={_property(item.rule.id + ' is mended')}::{_data(message)}"


def summary(report: Report) -> str:
    """The summary in Markdown."""
    verdict = report.verdict
    parts = [
        f"## Lucky Monaco contract: {verdict.word}",
        f"{_text(report.url)}, {count(verdict.requests, 'request')}, {verdict.seconds:.1f} s, seed {verdict.seed}, "
        f"kit {_text(report.kit)}, document `{report.contract.source.digest[:12]}`",
    ]
    if report.incomplete:
        parts.append(f"**Incomplete:** {_text(report.incomplete)}")
    if report.failures:
        rows = [
            f"| {failure.word} | {failure.item.rule.id} | {failure.item.rule.level} | {_text(failure.item.rule.text)} "
            f"| {_text(standing(failure.item.rule))} |"
            for failure in report.failures
        ]
        parts.append("\n".join(["| | rule | level | | reading |", "|---|---|---|---|---|", *rows]))
        parts.extend(_details(failure) for failure in report.failures)
    if verdict.mended:
        names = ", ".join(item.rule.id for item in verdict.mended)
        parts.append(f"**Mended:** {names}: kept now; --update-baseline takes out of the baseline what is kept.")
    parts.append(f"Covered: {report.coverage.line}")
    return "\n\n".join(parts) + "\n"


def _details(failure: Failure) -> str:
    rule = failure.item.rule
    lines = [f"<details><summary>{rule.id}: {html.escape(rule.text, quote=False)}</summary>", ""]
    for cause in failure.causes:
        shown = cause.evidence
        block = [
            f"case      {shown.case}{more(shown)}",
            f"sent      {shown.sent}",
            f"expected  {shown.expected}",
            f"got       {shown.got}",
            f"curl      {shown.curl}",
        ]
        lines.extend([_fenced("\n".join(harmless(" ".join(line.splitlines())) for line in block)), ""])
    lines.extend([f"Fix: {_text(rule.fix)}", "", _fenced(failure.again), "", "</details>"])
    return "\n".join(lines)


def _fenced(text: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}"


def _text(text: str) -> str:
    return harmless(" ".join(text.splitlines())).translate(_MARKDOWN)


def _data(text: str) -> str:
    return harmless_lines(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
