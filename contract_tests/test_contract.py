"""One test a rule: what `luckymonaco verify` decides, for those who run pytest anyway."""

import pytest

from contract_tests.reports.report import Report
from contract_tests.reports.screen import Screen
from contract_tests.reports.text import failure_lines


def test_rule_is_kept(rule_id: str, report: Report) -> None:
    """The implementation keeps this rule of the contract."""
    item = next(item for item in report.verdict.rules if item.rule.id == rule_id)
    if item.status in ("not-applicable", "not-judged"):
        pytest.skip(report.mask(item.reason))
    for failure in report.failures:
        if failure.item is item:
            text = "\n".join(failure_lines(failure, Screen()))
            if not failure.decides:
                pytest.xfail(text)
            pytest.fail(text, pytrace=False)
