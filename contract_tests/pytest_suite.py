"""The suite as plain pytest: `pytest --pyargs contract_tests --base-url URL`, with the options of `verify`."""

import argparse
import fnmatch
from pathlib import Path
from typing import Any

import pytest

from contract_tests.baseline import check_baseline
from contract_tests.progress import Progress
from contract_tests.reports.report import Report
from contract_tests.run import Run
from contract_tests.selection import selected_rules
from contract_tests.settings import VerifySettings
from spec import LuckyMonacoError

_SUITE = Path(__file__).with_name("test_contract.py")
_RUN = pytest.StashKey[Report]()
_NOT_FOR_PYTEST = ("list", "plan", "report", "evidence", "update_baseline")  # pytest lists and reports by itself


def pytest_addoption(parser: pytest.Parser) -> None:
    """Every setting of the suite as an option; where pytest has one of that name already, that one serves."""
    group = parser.getgroup("luckymonaco", "contract suite")
    for option in VerifySettings.options():
        if option.field in _NOT_FOR_PYTEST:
            continue
        how: dict[str, Any] = (
            {"action": "store_true"} if option.type is bool else {"metavar": option.metavar or "VALUE"}
        )
        if option.many:
            how["action"] = "append"
        try:
            group.addoption(option.flag, dest=option.field, default=None, help=f"{option.help} [{option.env}]", **how)
        except (ValueError, argparse.ArgumentError):
            continue


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Collect the suite also where the folder's own configuration looks for files of other names."""
    patterns = parent.config.getini("python_files")
    if file_path == _SUITE and not any(fnmatch.fnmatch(file_path.name, pattern) for pattern in patterns):
        return pytest.Module.from_parent(parent, path=file_path)
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a rule of the document."""
    if "rule_id" in metafunc.fixturenames:
        settings = _settings(metafunc.config)
        try:
            rules = selected_rules(settings.contract(), settings)
        except LuckyMonacoError as error:
            raise pytest.UsageError(str(error)) from None
        metafunc.parametrize("rule_id", [rule.id for rule in rules])


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest) -> Report:
    """What became of each rule; the run takes place when this is first asked for."""
    stash = request.config.stash
    if _RUN not in stash:
        settings = _settings(request.config)
        try:
            contract = settings.contract()
            check_baseline(settings.baseline, contract, update=False)
            stash[_RUN] = Report(Run(contract, settings, Progress()).judge(), contract, settings)
        except LuckyMonacoError as error:
            pytest.exit(f"luckymonaco: {error}", returncode=2)
    return stash[_RUN]


def _settings(config: pytest.Config) -> VerifySettings:
    given = {
        o.field: config.getoption(o.field, None) for o in VerifySettings.options() if o.field not in _NOT_FOR_PYTEST
    }
    flags = {option.field for option in VerifySettings.options() if option.type is bool}
    try:
        return VerifySettings.create({name: value or None if name in flags else value for name, value in given.items()})
    except LuckyMonacoError as error:
        raise pytest.UsageError(str(error)) from None
