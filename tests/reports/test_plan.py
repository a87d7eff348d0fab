"""The plan: complete, honest, and without a request."""

import re

import pytest

from contract_tests.plan import plan, plan_lines
from contract_tests.present import present
from contract_tests.reports.report import Report
from contract_tests.settings import VerifySettings
from tests.reports.conftest import OWN
from tests.reports.operators import CONTRACT


def settings(**given: object) -> VerifySettings:
    """Settings for a target that there is not."""
    return VerifySettings.create({"base_url": "http://127.0.0.1:9", **given}, {})


def test_nothing_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, though nobody is there; without a URL too."""
    assert present(settings(plan=True)) == 0
    assert present(settings(plan=True, base_url="")) == 0

    shown = capsys.readouterr().out
    assert all(re.search(rf"^  {rule} ", shown, re.MULTILINE) for rule in CONTRACT.rules)
    assert "[not applicable: no --secret was given]" in shown


def test_a_run_sends_no_more_than_was_planned(kept: Report) -> None:
    """As long as no case fails; and not much less."""
    planned = plan(CONTRACT, settings(quick=True, **OWN)).requests

    assert planned * 0.6 <= kept.verdict.requests <= planned


def test_time_follows_the_settings() -> None:
    """Time-out, jobs and rate make the worst case."""
    usual = plan(CONTRACT, settings())

    assert plan(CONTRACT, settings(timeout=20.0)).worst == 2 * usual.worst
    assert plan(CONTRACT, settings(jobs=1)).worst > usual.worst
    assert plan(CONTRACT, settings(timeout=0.001, rate=1.0)).worst == usual.requests
    assert (
        plan(CONTRACT, settings(quick=True)).requests
        < usual.requests
        < plan(CONTRACT, settings(thorough=True)).requests
    )


def test_a_part_is_planned_as_a_part() -> None:
    """--rule leaves the others out."""
    made = plan(CONTRACT, settings(rule=("HTTP",)))

    assert [item.rule.family for item in made.rules] == ["HTTP", "HTTP"]
    assert made.requests < 30
    assert "At the worst" in "\n".join(plan_lines(made))
