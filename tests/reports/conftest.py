"""Runs of the suite against the operators of these tests, each made once."""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from contract_tests.progress import Progress
from contract_tests.reports.report import Report
from contract_tests.run import Run
from contract_tests.settings import VerifySettings
from mockserver.gallery.base import Operator
from spec import Partner
from tests.document import CONTRACT
from tests.own_operator import serving
from tests.reports.operators import Hostile, Leaky, Lenient, Pages

TOKEN = "Own-Token_9/z+Q~37xY"
SECRET = "s3cr3t-of-the-tests"
PARTNER = Partner({"partner-id": "own-partner", "partner-token": TOKEN}, SECRET)
OWN = {"partner_id": "own-partner", "partner_token": TOKEN, "secret": SECRET}


def judge(url: str, **given: Any) -> Report:
    """One run, quick unless it is said otherwise."""
    settings = VerifySettings.create({"quick": True, **given, "base_url": url}, {})
    return Report(Run(CONTRACT, settings, Progress()).judge(), CONTRACT, settings)


@cache
def judged(kind: type[Operator], **given: Any) -> Report:
    """One run against an operator that has ended by now."""
    with serving(kind, PARTNER) as url:
        return judge(url, **{**OWN, **given})


@pytest.fixture(scope="session")
def kept() -> Report:
    """A run in which every rule is kept."""
    return judged(Operator)


@pytest.fixture(scope="session")
def broken() -> Report:
    """A run in which many rules are broken."""
    return judged(Lenient)


@pytest.fixture(scope="session")
def pages() -> Report:
    """A run in which one rule is broken, for one cause."""
    return judged(Pages)


@pytest.fixture(scope="session")
def leaky() -> Report:
    """A run against an operator that repeats every secret."""
    return judged(Leaky)


@pytest.fixture(scope="session")
def hostile() -> Report:
    """A run against an operator that attacks whoever reads the report."""
    return judged(Hostile)


@pytest.fixture(params=["kept", "broken", "pages", "leaky", "hostile"])
def any_report(request: pytest.FixtureRequest) -> Report:
    """Each of these runs."""
    report: Report = request.getfixturevalue(request.param)
    return report


Judge = Callable[..., Report]
