"""The report for programs: one JSON document, its shape described in docs/report.schema.json."""

import json
from typing import Any

from contract_tests.evidence import Evidence, evidence
from contract_tests.verdict import Verdict

VERSION = 1


def report_data(verdict: Verdict) -> dict[str, Any]:
    """The report as plain data; `seconds` are seconds, `times` is [broken, sent]."""
    return {
        "version": VERSION,
        "verdict": verdict.word,
        "exit_code": verdict.exit_code,
        "url": verdict.url,
        "seed": verdict.seed,
        "requests": verdict.requests,
        "seconds": round(verdict.seconds, 3),
        "complete": verdict.complete,
        "document": dict(verdict.meta),
        "broken": [item.rule.id for item in verdict.broken],
        "rules": [
            {
                "id": item.rule.id,
                "level": item.rule.level,
                "text": item.rule.text,
                "readings": [reading.id for reading in item.rule.readings],
                "standing": item.rule.standing,
                "status": item.status,
                "reason": item.reason,
                "decides": item.rule.id in verdict.decisive and not item.known_failure,
                "known_failure": item.known_failure,
                "cases": item.cases,
                "fix": item.rule.fix,
                "findings": [_data(evidence(finding)) for finding in item.findings],
                "notes": [_data(evidence(note)) for note in item.notes],
            }
            for item in verdict.rules
        ],
    }


def json_report(verdict: Verdict) -> str:
    """The report as JSON text."""
    return json.dumps(report_data(verdict), ensure_ascii=False, indent=2) + "\n"


def _data(shown: Evidence) -> dict[str, Any]:
    return {
        "case": shown.case,
        "operation": shown.operation,
        "sent": shown.sent,
        "expected": shown.expected,
        "got": shown.got,
        "curl": shown.curl,
        "request": shown.request,
        "answer": shown.answer,
        "times": list(shown.times),
        "like": shown.like,
    }
