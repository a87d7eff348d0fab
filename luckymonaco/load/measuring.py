"""From Locust's statistics and our tally to what was measured."""

from typing import Any

from luckymonaco.load.measured import Measured
from luckymonaco.load.settings import LoadSettings
from luckymonaco.load.tally import Tally
from luckymonaco.load.thresholds import parse

_SHOWN = ("p50", "p95", "p99")
_SHORTEST = 3  # seconds of steady running without which the rate is the plain average


def measure(
    environment: Any, tally: Tally, settings: LoadSettings, seconds: float, *, interrupted: bool
) -> tuple[Measured, str]:
    """What was measured, and what went wrong with the run itself in words."""
    total, runner = environment.stats.total, environment.runner
    metrics = {limit.metric for limit in parse(settings.fail_if) if limit.metric.startswith("p")}
    counts = tally.counts
    measured = Measured(
        sent=counts["sent"],
        answered=counts["answered"],
        accepted=counts["accepted"],
        refused=counts["refused"],
        broken=counts["broken"],
        by_rule=dict(tally.by_rule),
        reported=dict(tally.reported),
        asked_rate=settings.rate,
        rate=_steady_rate(total.num_reqs_per_sec, settings) or (total.num_requests / seconds if seconds else 0.0),
        seconds=seconds,
        mean=float(total.avg_response_time),
        slowest=float(total.max_response_time),
        percentiles={
            name: float(total.get_response_time_percentile(float(name[1:]) / 100)) for name in {*_SHOWN, *metrics}
        },
        users=settings.crowd,
        pace=settings.pace,
        generators=dict(tally.generators),
        cpu_warning=bool(runner.cpu_warning_emitted or runner.worker_cpu_warning_emitted),
    )
    trouble = _trouble(measured, tally, runner)
    if interrupted:
        trouble = f"interrupted after {seconds:.0f} of {settings.seconds} s"
    return measured, trouble


def _trouble(measured: Measured, tally: Tally, runner: Any) -> str:
    if len(tally.plans) > 1:
        return "a worker was started with other options than the master"
    if runner.exceptions:
        return f"the generator itself failed: {next(iter(runner.exceptions.values()))['msg']}"
    if tally.lost:
        return f"{tally.lost} of {len(tally.generators)} workers went away, and with them some of what they counted"
    if not measured.sent:
        return "nothing was sent"
    return ""


def _steady_rate(per_second: dict[int, int], settings: LoadSettings) -> float:
    """Requests a second without the first seconds, in which users still arrive, and without the last."""
    if not per_second:
        return 0.0
    ramp = settings.crowd / spawn_rate(settings) + min(settings.pace, settings.seconds)
    inner = range(min(per_second) + int(ramp) + 1, max(per_second))
    return sum(per_second.get(second, 0) for second in inner) / len(inner) if len(inner) >= _SHORTEST else 0.0


def spawn_rate(settings: LoadSettings) -> int:
    """How many users begin in a second."""
    return max(1, min(settings.crowd, 100))
