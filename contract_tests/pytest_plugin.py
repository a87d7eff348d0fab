"""Tells pytest of the suite's options, only in runs that name the suite: nobody else's options are in danger."""

from pathlib import Path

import pytest

_HERE = Path(__file__).parent


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Load the suite's own plugin where `contract_tests` is among the arguments."""
    if any(_names_the_suite(arg) for arg in args):
        early_config.pluginmanager.import_plugin("contract_tests.pytest_suite")


def _names_the_suite(arg: str) -> bool:
    name = arg.partition("::")[0]
    return name.partition(".")[0] == _HERE.name or (not name.startswith("-") and Path(name).resolve() == _HERE)
