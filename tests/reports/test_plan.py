"""The plan: complete, honest, and without a request."""

import re
from pathlib import Path

import pytest

from contract_tests.plan import plan, plan_lines
from contract_tests.present import verify
from contract_tests.progress import Progress
from contract_tests.reports.report import Report
from contract_tests.run import Run
from contract_tests.settings import VerifySettings
from mockserver.gallery.base import Operator
from mockserver.gallery.serving import Server
from spec import load
from tests import editions
from tests.document import CONTRACT
from tests.reports.conftest import OWN, PARTNER, judged


def settings(**given: object) -> VerifySettings:
    """Settings for a target that there is not."""
    return VerifySettings.create({"base_url": "http://127.0.0.1:9", **given}, {})


def test_nothing_is_sent(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, though nobody is there; without a URL too."""
    assert verify(settings(plan=True)) == 0
    assert verify(settings(plan=True, base_url="")) == 0

    shown = capsys.readouterr().out
    assert all(re.search(rf"^  {rule} ", shown, re.MULTILINE) for rule in CONTRACT.rules)
    assert "[not applicable: no --secret was given]" in shown


def test_a_run_sends_no_more_than_was_planned(kept: Report) -> None:
    """As long as no case fails; and not much less."""
    planned = plan(CONTRACT, settings(quick=True, **OWN)).requests

    assert planned * 0.6 <= kept.verdict.requests <= planned


@pytest.mark.parametrize(
    "rules", [("VAL",), ("VAL-1", "OK-6"), ("AUTH",), ("SIG",), ("HTTP",), ("ROB-1",), ("ROB-2",), ("OK-8",)], ids=str
)
def test_a_part_sends_no_more_than_was_planned(rules: tuple[str, ...]) -> None:
    """A choice of rules is counted as what is sent for it."""
    sent = judged(Operator, rule=rules).verdict.requests

    assert 0.4 * plan(CONTRACT, settings(quick=True, rule=rules, **OWN)).requests <= sent
    assert sent <= plan(CONTRACT, settings(quick=True, rule=rules, **OWN)).requests


def test_what_is_generated_is_counted_by_what_it_is_for() -> None:
    """Valid bodies are for OK-6, the others for the rest."""
    good, bad, both = (
        plan(CONTRACT, settings(rule=rule)).steps[-1] for rule in (("OK-6",), ("VAL-1",), ("VAL", "OK-6"))
    )

    assert {step.name for step in (good, bad, both)} == {"generated cases"}
    assert good.requests + bad.requests == both.requests


def test_every_operation_is_planned(tmp_path: Path) -> None:
    """Two operations, twice the questions; what is generated is counted for each."""
    path = tmp_path / "two.yaml"
    path.write_text(editions.second_operation(), encoding="utf-8")
    contract = load(path)
    server = Server(Operator(contract, PARTNER, ""), "127.0.0.1", 0).start()
    try:
        given = settings(base_url=server.url, **OWN)
        verdict = Run(contract, given, Progress()).judge()
    finally:
        server.stop()

    assert verdict.word == "KEPT"
    assert f"fixed cases to {contract.operations[1]}, 4 at once" in "\n".join(plan_lines(plan(contract, given)))
    assert 0.6 * plan(contract, given).requests <= verdict.requests <= plan(contract, given).requests


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
    assert made.requests <= 31  # eleven of them the look for servers of few connections
    assert "At the worst" in "\n".join(plan_lines(made))
