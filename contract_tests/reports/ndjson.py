"""The report for log pipelines: one JSON object a line, first the run, then every exchange, every rule, the verdict."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from contract_tests.reports.data import VERSION, rule_data, summary
from contract_tests.reports.evidence import answer_data, request_data
from contract_tests.reports.harmless import json_text
from contract_tests.reports.report import Report

_BODY = 2000  # characters of a body


def ndjson_report(report: Report) -> str:
    """The lines; each names its own kind under `type`."""
    return "".join(json_text(line) for line in _lines(report))


def _lines(report: Report) -> Iterator[dict[str, Any]]:
    about = summary(report)
    of_run = ("url", "started", "seed", "kit", "document", "strict", "only_documented")
    yield {"type": "run", "version": VERSION, **{name: about[name] for name in of_run}}
    cases = {id(result.exchange): result for result in report.verdict.results}
    for number, sent in enumerate(report.verdict.traffic, 1):
        result = cases.get(id(sent.exchange))
        yield {
            "type": "exchange",
            "number": number,
            "at": datetime.fromtimestamp(sent.at, UTC).isoformat(timespec="milliseconds"),
            "case": report.mask(result.case.id) if result else "",
            "what": report.mask(sent.exchange.request.what),
            "broken": [breach.rule for breach in result.breaches if not breach.note] if result else [],
            "request": request_data(sent.exchange.request, report.mask, _BODY),
            "answer": answer_data(sent.exchange.answer, report.mask, _BODY),
        }
    for item in report.verdict.rules:
        yield {"type": "rule", **rule_data(report, item)}
    yield {"type": "verdict", **about}
