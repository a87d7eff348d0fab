"""One test a rule: what `luckymonaco verify` decides, for those who run pytest anyway."""

import pytest

from contract_tests.report_text import failure_lines
from contract_tests.settings import VerifySettings
from contract_tests.tally import decisive
from contract_tests.verdict import RuleVerdict


def test_rule_is_kept(rule_id: str, verdicts: dict[str, RuleVerdict], settings: VerifySettings) -> None:
    """The implementation keeps this rule of the contract."""
    item = verdicts[rule_id]
    if item.status in ("not-applicable", "not-judged"):
        pytest.skip(item.reason)
    if item.status == "broken":
        decides = bool(decisive((item.rule,), settings)) and not item.known_failure
        report = "\n".join(failure_lines(item, decides=decides))
        if not decides:
            pytest.xfail(report)
        pytest.fail(report, pytrace=False)
