"""What a run of load came to, and who was at its limit: the generator, or the target. Pure: numbers in, words out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_BUSY = 0.9  # share of its time above which a generator measures itself
_IDLE: Mapping[str, float] = {"busy": 0.0, "cpu": 0.0, "lag": 0.0}
_LATE = 20.0  # milliseconds by which a generator with nothing else to do does not wake up late
_KEPT_UP = 0.95  # share of the asked rate that counts as all of it


@dataclass(frozen=True, slots=True)
class Measured:
    """Times are in milliseconds, rates in requests a second."""

    sent: int
    answered: int
    accepted: int
    refused: int
    broken: int  # answers that break a deciding rule, and requests without an answer
    by_rule: Mapping[str, int]
    reported: Mapping[str, int]
    asked_rate: float  # 0 where users were asked for
    rate: float
    seconds: float
    mean: float
    slowest: float
    percentiles: Mapping[str, float]
    users: int
    pace: float  # seconds from one request of a user to its next
    generators: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # process -> busy, cpu, lag (see watch)
    cpu_warning: bool = False  # Locust's own

    @property
    def error_share(self) -> float:
        """Broken ones among all that were sent."""
        return self.broken / self.sent if self.sent else 0.0


def bottleneck(measured: Measured) -> str:
    """Who kept the load from being what was asked for, in words; empty if nobody did."""
    busiest = max(measured.generators.values(), key=lambda one: one["busy"], default=_IDLE)
    busy, cpu, lag = busiest["busy"], busiest["cpu"], busiest["lag"]
    short = bool(measured.asked_rate) and measured.rate < measured.asked_rate * _KEPT_UP
    late = lag > max(_LATE, measured.mean / 4)
    achieved = f"{measured.rate:.0f} of {measured.asked_rate:.0f} requests a second were sent" if short else ""
    if busy > _BUSY or late or measured.cpu_warning:
        parts = [f"it was busy for {busy:.0%} of the time and had a processor for {cpu:.0%}"]
        parts += [f"it woke up {lag:.0f} ms late on average"] if late else []
        parts += [achieved] if achieved else []
        parts += ["Locust warned of it"] if measured.cpu_warning else []
        remedy = "more workers (--master, --worker)" if cpu > _BUSY / 2 or measured.cpu_warning else "an idler machine"
        why = f"the generator is at its limit, not the target: {'; '.join(parts)}."
        return f"{why} The times are the generator's own; it takes {remedy}"
    if not short:
        return ""
    if measured.mean / 1000 < measured.pace / 2:
        return (
            f"the generator is at its limit, not the target: {achieved}, although an answer takes"
            f" {measured.mean:.0f} ms on average. Is this machine busy with something else?"
        )
    return (
        f"the target is at its limit: {achieved}, since an answer takes {measured.mean:.0f} ms on average and"
        f" {measured.users} users wait for theirs. More --users help only if it could work on more at once"
    )
