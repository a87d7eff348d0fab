"""What the tests of the suite share: the contract, and answers made by hand."""

import json
from typing import Any

import pytest

import spec
from contract_tests.breach import Breach
from contract_tests.case import Case
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.judge import Learnt, judge
from contract_tests.notification import Maker
from contract_tests.target import Target
from tests.document import CONTRACT
from tests.suite.running import VALUES

PARTNER = spec.Partner(VALUES)


@pytest.fixture(scope="session")
def contract() -> spec.Contract:
    """The kit's own document."""
    return CONTRACT


@pytest.fixture(scope="session")
def operation(contract: spec.Contract) -> spec.Operation:
    """The document's one operation."""
    return contract.operations[0]


@pytest.fixture(scope="session")
def maker(contract: spec.Contract, operation: spec.Operation) -> Maker:
    """Makes requests to nowhere."""
    return Maker(contract, operation, PARTNER, Target("http://127.0.0.1:9", "", ""))


@pytest.fixture
def learnt(contract: spec.Contract, operation: spec.Operation) -> Learnt:
    """A run that has seen the canned success."""
    return Learnt(contract, success_bodies=[operation.success.body])


def case(maker: Maker, expect: Any, fault: Any = "", **more: Any) -> Case:
    """A case of a plain notification."""
    return Case(more.pop("rule", "OK-1"), "test", expect, maker.request, maker, fault=fault, **more)


def answer(body: Any, status: int = 200, content_type: str | None = "application/json", **headers: str) -> Answer:
    """An answer with this body: JSON, or bytes as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = [("Content-Type", content_type)] if content_type is not None else []
    return Answer(status, "", (*kind, *headers.items()), raw, 0.01)


def broken(case: Case, learnt: Learnt, came: Answer, request: Request | None = None) -> set[str]:
    """The ids of the rules that the answer breaks, notes left out."""
    return {breach.rule for breach in breaches(case, learnt, came, request) if not breach.note}


def breaches(case: Case, learnt: Learnt, came: Answer, request: Request | None = None) -> tuple[Breach, ...]:
    """Everything that the judge says of the answer."""
    return judge(case, Exchange(request or case.build(), came), learnt)


def text_name(operation: spec.Operation) -> str:
    """The name of the success's own words."""
    return next(name for name, value in operation.success.body.items() if isinstance(value, str))
