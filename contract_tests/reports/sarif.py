"""The report for code scanning: SARIF 2.1.0, one result a cause, placed at the rule in the document."""

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from contract_tests.reports.harmless import json_text
from contract_tests.reports.report import Cause, Failure, Report
from contract_tests.reports.text import standing
from spec import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"FAIL": "error", "WARN": "warning", "KNOWN": "note"}


def sarif_report(report: Report) -> str:
    """The report as SARIF text."""
    verdict = report.verdict
    rules = [item.rule for item in verdict.rules]
    run = {
        "tool": {
            "driver": {
                "name": "luckymonaco",
                "version": report.kit,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": "luckymonaco/verify/"},
        "invocations": [
            {
                "executionSuccessful": verdict.exit_code != 2,
                "exitCode": verdict.exit_code,
                "startTimeUtc": report.started.replace("+00:00", "Z"),
            }
        ],
        "artifacts": [
            {
                "location": {"uri": _uri(report)},
                "hashes": {"sha-256": report.contract.source.digest},
                "description": {"text": f"{report.contract.title} {report.contract.version}"},
            }
        ],
        "results": [
            _result(report, failure, cause, [rule.id for rule in rules].index(failure.item.rule.id))
            for failure in report.failures
            for cause in failure.causes
        ],
        "columnKind": "unicodeCodePoints",
        "properties": {"verdict": verdict.word, "url": report.url, "seed": verdict.seed},
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(rule: Rule) -> dict[str, Any]:
    readings = "\n\n".join(
        f"{r.id} ({r.standing}). The page: {r.page}. Our reading: {r.reading}." for r in rule.readings
    )
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.text},
        "fullDescription": {"text": f"{rule.text} {rule.detail}".strip()},
        "help": {"text": "\n\n".join(part for part in (rule.fix, readings) if part)},
        "defaultConfiguration": {"level": "error" if rule.level == "MUST" else "warning"},
        "properties": {"tags": [rule.family, rule.level, rule.standing]},
    }


def _result(report: Report, failure: Failure, cause: Cause, index: int) -> dict[str, Any]:
    shown, rule = cause.evidence, failure.item.rule
    text = (
        f"{rule.text} ({rule.level}, {standing(rule)})\n\nSent: {shown.sent}\nExpected: {shown.expected}\n"
        f"Got: {shown.got}\n\nFix: {rule.fix}\n\nSend it: {shown.curl}\nJudge it again: {failure.again}"
    )
    result: dict[str, Any] = {
        "ruleId": rule.id,
        "ruleIndex": index,
        "level": _LEVELS[failure.word],
        "kind": "fail",
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(report), "index": 0},
                    "region": {"startLine": report.contract.source.line(["x-rules", rule.id])},
                },
                "logicalLocations": [{"name": shown.operation, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"case/v1": hashlib.sha256(f"{rule.id} {shown.case}".encode()).hexdigest()[:32]},
        "occurrenceCount": shown.like,
        "webRequest": _message(shown.request, {"method": shown.request["method"], "target": shown.request["target"]}),
    }
    if "status" in shown.answer:
        own = {"statusCode": shown.answer["status"], "reasonPhrase": shown.answer["reason"]}
        result["webResponse"] = _message(shown.answer, own)
    if failure.word == "KNOWN":
        result["suppressions"] = [{"kind": "external", "justification": "listed in the baseline"}]
    return result


def _message(shown: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    return {
        "protocol": "HTTP",
        "version": "1.1",
        **own,
        "headers": dict(shown["headers"]),
        "body": {"text": shown["body"]},
    }


def _uri(report: Report) -> str:
    """The document as seen from the folder of the run; its bare name where it is elsewhere."""
    path = report.contract.source.path.resolve()
    here = Path.cwd().resolve()
    return quote(path.relative_to(here).as_posix() if path.is_relative_to(here) else path.name)
