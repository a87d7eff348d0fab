"""The report for people: one HTML file that works offline, prints, and can run nothing that an implementation sent."""

import base64
import hashlib
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined

from contract_tests.reports.harmless import harmless, harmless_lines
from contract_tests.reports.report import Report
from contract_tests.reports.text import more, standing
from contract_tests.verdict import RuleVerdict
from spec.words import count

_STATUS = {"kept": "kept", "not-applicable": "not applicable", "not-judged": "not judged"}


def html_report(report: Report) -> str:
    """The page. What is not ours is text: escaped, without controls, and under a policy that runs nothing."""
    made = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"shown": _shown, "block": _block, "count": count}
    style, script = _asset("page.css"), _asset("page.js")
    words = {failure.item.rule.id: failure.word for failure in report.failures}
    return made.from_string(_asset("page.html")).render(
        report=report,
        verdict=report.verdict,
        contract=report.contract,
        families=_families(report),
        counts={word: list(words.values()).count(word) for word in ("FAIL", "KNOWN", "WARN")},
        judged=len(report.verdict.kept) + len(report.verdict.all_broken),
        notes=[(item, report.evidence(note)) for item in report.verdict.rules for note in item.notes],
        failed=words,
        status=lambda item: words.get(item.rule.id) or _STATUS[item.status],
        standing=standing,
        more=more,
        style=style,
        script=script,
        policy=_policy(style, script),
    )


def _families(report: Report) -> dict[str, list[RuleVerdict]]:
    found: dict[str, list[RuleVerdict]] = {}
    for item in report.verdict.rules:
        found.setdefault(item.rule.family, []).append(item)
    return found


def _policy(style: str, script: str) -> str:
    """A Content-Security-Policy under which our own style and script work, and nothing else."""
    return (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _asset(name: str) -> str:
    return files("contract_tests.reports").joinpath(name).read_text(encoding="utf-8")


def _shown(text: Any) -> str:
    """Text on one line, without what a browser would act on: controls, marks of direction."""
    return harmless(str(text))


def _block(text: Any) -> str:
    """Text of several lines, likewise."""
    return harmless_lines(str(text))
