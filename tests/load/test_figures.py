"""What needs no Locust: bounds, pace, limits, who was at their limit."""

from dataclasses import replace
from typing import Any

import pytest

from luckymonaco.load.launch import fingerprint, read_plan
from luckymonaco.load.measured import Measured, bottleneck
from luckymonaco.load.settings import LoadSettings
from luckymonaco.load.summary import exit_code
from luckymonaco.load.tally import Tally
from luckymonaco.load.thresholds import parse
from spec import SettingError

GOOD = Measured(
    sent=1000,
    answered=1000,
    accepted=990,
    refused=10,
    broken=0,
    by_rule={},
    reported={},
    asked_rate=100,
    rate=100,
    seconds=10,
    mean=10,
    slowest=90,
    percentiles={"p50": 8, "p95": 40, "p99": 80},
    users=100,
    pace=1.0,
)


def doing(busy: float = 0.1, cpu: float = 0.1, lag: float = 1.0) -> dict[str, float]:
    """What a generator was doing."""
    return {"busy": busy, "cpu": cpu, "lag": lag}


class TestBounds:
    """Rate and total are always bounded."""

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({}, "how much load"),
            ({"rate": -1}, "--rate"),
            ({"rate": 1001}, "--max-rate"),
            ({"rate": 1000, "duration": "20m"}, "--max-requests"),
            ({"rate": 1, "duration": "0s"}, "not a duration"),
            ({"rate": 1, "duration": "soon"}, "not a duration"),
            ({"users": 10_001}, "--users"),
            ({"rate": 1, "faults": 1.1}, "--faults"),
            ({"rate": 1, "master": True, "worker": True}, "one or the other"),
            ({"rate": 1, "timeout": 0}, "--timeout"),
        ],
    )
    def test_what_cannot_be(self, given: dict[str, Any], words: str) -> None:
        """Refused before anything is started."""
        with pytest.raises(SettingError, match=words):
            LoadSettings(**given).check()

    @pytest.mark.parametrize(("text", "seconds"), [("60s", 60), ("90", 90), ("5m", 300), ("1h30m", 5400), ("1m5s", 65)])
    def test_durations(self, text: str, seconds: int) -> None:
        """Hours, minutes and seconds."""
        assert LoadSettings(rate=1, duration=text).seconds == seconds

    @pytest.mark.parametrize(
        "given", [{"rate": 200}, {"rate": 0.5}, {"rate": 1000}, {"users": 7}, {"users": 5000}, {"rate": 50, "users": 3}]
    )
    def test_the_pace_keeps_to_the_rate(self, given: dict[str, Any]) -> None:
        """All users together at their pace send the rate, or without one at most --max-rate."""
        settings = LoadSettings(**given)

        assert settings.crowd / settings.pace == pytest.approx(given.get("rate") or settings.max_rate)

    def test_the_total_bounds_users_too(self) -> None:
        """Users without a rate are slowed down so that --max-requests cannot be passed."""
        settings = LoadSettings(users=100, duration="100s", max_requests=1000)

        assert settings.crowd / settings.pace * settings.seconds == pytest.approx(1000)


class TestLimits:
    """--fail-if."""

    @pytest.mark.parametrize(
        ("text", "crossed"),
        [
            ("p99>79ms", True),
            ("p99>80ms", False),
            ("p99 >= 80ms", True),
            ("p95>0.05s", False),
            ("max>89ms", True),
            ("mean>9ms", True),
            ("errors>0%", False),
            ("rate<101", True),
            ("rate<99/s", False),
        ],
    )
    def test_each_metric(self, text: str, crossed: bool) -> None:
        """Compared with what was measured."""
        assert parse((text,))[0].is_crossed(GOOD) is crossed

    @pytest.mark.parametrize("text", ["p99", "p99>500", "p99=1ms", "errors>1", "rate<5ms", "p999>1ms", "x>1ms", ""])
    def test_what_cannot_be_read(self, text: str) -> None:
        """A limit without a unit, with a wrong one, or of nothing that is measured."""
        with pytest.raises(SettingError, match="not a limit"):
            parse((text,))

    def test_an_error_limit_replaces_the_zero(self) -> None:
        """Broken answers fail the run, unless a share of them is let pass."""
        some = replace(GOOD, broken=5, by_rule={"OK-2": 5})

        assert exit_code(some, (), "") == 1
        assert exit_code(some, parse(("errors>1%",)), "") == 0
        assert exit_code(some, parse(("errors>0.1%",)), "") == 1
        assert exit_code(GOOD, parse(("p99>1ms",)), "") == 1
        assert exit_code(GOOD, (), "interrupted") == 2
        assert exit_code(replace(GOOD, answered=0), (), "") == 2


class TestBottleneck:
    """Who kept the load from being what was asked for."""

    def test_nobody(self) -> None:
        """A rate that was reached by an idle generator."""
        assert bottleneck(replace(GOOD, generators={"a": doing(busy=0.3)})) == ""

    @pytest.mark.parametrize(
        "changed",
        [
            {"generators": {"a": doing(busy=0.2), "b": doing(busy=0.95, cpu=0.95)}},
            {"generators": {"a": doing(busy=0.97, cpu=0.3)}, "rate": 60, "mean": 1700},
            {"generators": {"a": doing(lag=30.0)}},
            {"cpu_warning": True},
            {"rate": 60, "mean": 3},
        ],
        ids=["busy", "starved", "late", "warned", "short-of-a-quick-target"],
    )
    def test_the_generator(self, changed: dict[str, Any]) -> None:
        """A busy processor, late wakings, Locust's warning, or too few requests though the target is quick."""
        assert "the generator is at its limit, not the target" in bottleneck(replace(GOOD, **changed))

    def test_the_target(self) -> None:
        """Too few requests because everybody waits for answers."""
        assert "the target is at its limit" in bottleneck(
            replace(GOOD, rate=60, mean=1700, generators={"a": doing(busy=0.1)})
        )


def test_tallies_add_up() -> None:
    """What workers send is what the leader has, once."""
    worker, leader = Tally(), Tally()
    worker.counts.update(sent=3, answered=2)
    worker.by_rule["OK-2"] = 1

    leader.merge(worker.take())
    leader.merge(worker.take())

    assert (leader.counts["sent"], leader.counts["answered"], leader.by_rule["OK-2"]) == (3, 2, 1)


def test_the_plan_survives_its_way() -> None:
    """Settings handed to Locust's process come out as they went in."""
    import dataclasses
    import json

    settings = LoadSettings(rate=5, set=("a=b,c",), partner_token="t,x", fail_if=("p99>5ms", "errors>1%"), strict=True)

    assert read_plan(json.dumps(dataclasses.asdict(settings), default=str)) == settings


def test_a_plan_is_told_from_another() -> None:
    """What a worker must have in common with its master, and what it need not."""
    settings = LoadSettings(rate=5)

    assert fingerprint(settings) == fingerprint(replace(settings, worker=True, partner_token="x", quiet=True))
    assert fingerprint(settings) != fingerprint(replace(settings, faults=0.5))
