"""What a run of load came to, and who was at its limit: the generator, or the target. Pure: numbers in, words out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

_BUSY = 0.9  # share of one processor above which Locust's own figures are no longer to be trusted
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
    cpu: Mapping[str, float] = field(default_factory=dict)  # generator process -> share of one processor
    lag: Mapping[str, float] = field(default_factory=dict)  # generator process -> milliseconds that it woke up late
    cpu_warning: bool = False  # Locust's own

    @property
    def error_share(self) -> float:
        """Broken ones among all that were sent."""
        return self.broken / self.sent if self.sent else 0.0


def bottleneck(measured: Measured) -> str:
    """Who kept the load from being what was asked for, in words; empty if nobody did."""
    busy = max(measured.cpu.values(), default=0.0)
    short = bool(measured.asked_rate) and measured.rate < measured.asked_rate * _KEPT_UP
    achieved = f"{measured.rate:.0f} of {measured.asked_rate:.0f} requests a second were sent" if short else ""
    lag = max(measured.lag.values(), default=0.0)
    late = lag > max(_LATE, measured.mean / 4)
    if busy > _BUSY or late or measured.cpu_warning:
        parts = [f"its processor was {busy:.0%} busy"]
        parts += [f"it woke up {lag:.0f} ms late on average"] if late else []
        parts += [achieved] if achieved else []
        parts += ["Locust warned of it"] if measured.cpu_warning else []
        return (
            f"the generator is at its limit, not the target ({', '.join(parts)}): the times are the generator's own; "
            "use more workers (--master, --worker)"
        )
    if not short:
        return ""
    if measured.mean / 1000 < measured.pace / 2:
        return (
            f"the generator is at its limit, not the target ({achieved}, although an answer takes"
            f" {measured.mean:.0f} ms on average): is this machine busy with something else?"
        )
    return (
        f"the target is at its limit ({achieved}: an answer takes {measured.mean:.0f} ms on average, and "
        f"{measured.users} users wait for theirs); more --users would only wait longer, if it is the target's processor"
    )
