"""ROB-3 and its neighbours: what fails now and then, in bursts or alone, and what only seems to."""

import threading
from typing import Any

import pytest

from contract_tests.exchange import NoAnswer
from mockserver import gallery
from mockserver.gallery.exchange import Call, Reply
from tests.suite.running import judge, operator, serving


def test_failures_now_and_then_are_one_rob_3() -> None:
    """One request in ten fails: that is a verdict of its own, and no other rule is blamed at random."""
    with operator("one-in-ten-fails") as url:
        verdict = judge(url)

    assert [item.rule.id for item in verdict.broken] == ["ROB-3"]
    finding = verdict.broken[0].findings[0]
    assert 0 < finding.again[0] < finding.again[1]


@pytest.mark.parametrize("name", ["one-in-sixty-dropped", "one-in-twenty-five-fails"])
def test_what_fails_alone_too_is_not_put_down_to_bursts(name: str) -> None:
    """Rare enough to show in bursts first, where most are sent; ROB-2's hint would lead astray."""
    with operator(name) as url:
        verdict = judge(url)

    assert [item.rule.id for item in verdict.broken] == ["ROB-3"]


def test_where_only_bursts_are_judged_what_fails_at_any_time_is_said() -> None:
    """ROB-2 is kept then; that something is wrong must not be lost."""
    with operator("one-in-twelve-dropped") as url:
        verdict = judge(url, rule=("ROB-2",))

    assert not verdict.broken
    assert any("judge ROB-3 too" in advice for advice in verdict.advice)


class HangsAndDawdles(gallery.Operator):
    """Never answers an empty body, and takes three seconds over DELETE."""

    def read_body(self, call: Call) -> None:
        """A body that does not come is waited for."""
        if not call.body:
            self.hang()
        super().read_body(call)

    def route(self, call: Call) -> None:
        """Another method is looked into at length."""
        if call.method == "DELETE":
            self.pause(3)
        super().route(call)


def test_what_was_only_waited_for_less_is_no_failure() -> None:
    """Once an answer failed to come, others are waited for less long, and for as long again before anyone is blamed."""
    with serving(HangsAndDawdles) as url:
        verdict = judge(url, timeout=4.0, rule=("VAL-4", "HTTP", "ROB"))

    tried = [sent.exchange for sent in verdict.traffic if sent.exchange.request.method == "DELETE"]
    assert {"HTTP-1", "HTTP-2", "ROB-2", "ROB-3"} <= {item.rule.id for item in verdict.kept}
    assert any(isinstance(exchange.answer, NoAnswer) for exchange in tried)
    assert {item.rule.id for item in verdict.broken} == {"VAL-4"}


class ServesOnce(gallery.Operator):
    """Keeps each connection, but the second request on it is never answered."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.connection = threading.local()  # each has a thread of its own

    def decide(self, call: Call) -> Reply:
        """What comes second is held for ever."""
        if hasattr(self.connection, "served"):
            self.hang()
        self.connection.served = True
        return super().decide(call)


def test_a_kept_connection_that_falls_silent_is_one_failure() -> None:
    """Nothing else is blamed for it, and nothing waits for it: other requests have connections of their own."""
    with serving(ServesOnce) as url:
        verdict = judge(url, timeout=1.0)

    assert [item.rule.id for item in verdict.broken] == ["OK-1"]
    assert [finding.case.label for finding in verdict.broken[0].findings] == ["second-of-a-connection"]
