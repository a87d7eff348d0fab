"""The report for programs: one JSON document, its shape described in docs/report.schema.json."""

from dataclasses import asdict
from typing import Any

from contract_tests.reports.evidence import Evidence
from contract_tests.reports.harmless import json_text
from contract_tests.reports.report import Failure, Report
from contract_tests.verdict import RuleVerdict

VERSION = 1


def report_data(report: Report) -> dict[str, Any]:
    """The whole report as plain data, masked; every time is in seconds."""
    verdict = report.verdict
    return {
        "version": VERSION,
        **summary(report),
        "advice": [report.mask(advice) for advice in verdict.advice],
        "coverage": {kind: [asdict(item) for item in items] for kind, items in report.coverage.kinds.items()},
        "rules": [rule_data(report, item) for item in verdict.rules],
    }


def summary(report: Report) -> dict[str, Any]:
    """The verdict, and what it was reached with."""
    verdict = report.verdict
    return {
        "verdict": verdict.word,
        "exit_code": verdict.exit_code,
        "complete": verdict.complete,
        "incomplete_because": report.incomplete,
        "url": report.url,
        "started": report.started,
        "seconds": round(verdict.seconds, 3),
        "requests": verdict.requests,
        "seed": verdict.seed,
        "kit": report.kit,
        "document": {
            "title": report.contract.title,
            "version": report.contract.version,
            "sha256": report.contract.source.digest,
        },
        "strict": report.settings.strict,
        "only_documented": report.settings.only_documented,
        "broken": [item.rule.id for item in verdict.broken],
        "known_failures": [failure.item.rule.id for failure in report.failures if failure.word == "KNOWN"],
        "mended": [item.rule.id for item in verdict.mended],
        "reported_only": [failure.item.rule.id for failure in report.failures if failure.word == "WARN"],
    }


def rule_data(report: Report, item: RuleVerdict) -> dict[str, Any]:
    """What became of one rule."""
    rule = item.rule
    failure = next((failure for failure in report.failures if failure.item is item), None)
    return {
        "id": rule.id,
        "level": rule.level,
        "text": rule.text,
        "detail": rule.detail,
        "readings": [
            {"id": reading.id, "page": reading.page, "reading": reading.reading, "standing": reading.standing}
            for reading in rule.readings
        ],
        "standing": rule.standing,
        "status": item.status,
        "reason": report.mask(item.reason),
        "decides": bool(failure and failure.decides),
        "known_failure": item.known_failure,
        "cases": item.cases,
        "fix": rule.fix,
        "frameworks": dict(rule.frameworks),
        "again": failure.again if failure else "",
        "findings": _findings(failure),
        "notes": [_note(report.evidence(note)) for note in item.notes],
    }


def _findings(failure: Failure | None) -> list[dict[str, Any]]:
    causes = failure.causes if failure else ()
    return [{**evidence_data(cause.evidence), "as_above": cause.as_above} for cause in causes]


def _note(shown: Evidence) -> dict[str, Any]:
    return {**evidence_data(shown), "meaning": shown.meaning}


def evidence_data(shown: Evidence) -> dict[str, Any]:
    """One finding; `times` is how often it was seen, and how often it was sent."""
    return {
        "case": shown.case,
        "operation": shown.operation,
        "sent": shown.sent,
        "expected": shown.expected,
        "got": shown.got,
        "curl": shown.curl,
        "request": shown.request,
        "answer": shown.answer,
        "times": {"broken": shown.times[0], "sent": shown.times[1]},
        "like": shown.like,
        "cases": list(shown.cases),
    }


def json_report(report: Report) -> str:
    """The report as JSON text."""
    return json_text(report_data(report), indent=2)
