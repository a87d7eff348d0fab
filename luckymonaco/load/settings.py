"""The settings of `load`, on top of those of everything that plays the provider."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

from contract_tests.settings import in_range
from luckymonaco.sending.settings import TrafficSettings
from spec.errors import SettingError
from spec.settings import setting

_MOST_USERS = 500  # that --rate takes by itself; each waits for its own answer


@dataclass(frozen=True, slots=True)
class LoadSettings(TrafficSettings):
    """How much, for how long, and when it counts as failed."""

    rate: float = setting(0.0, "Requests a second in all.", metavar="NUMBER")
    users: int = setting(0, "Users that each send one request after the other; chosen by --rate if that is given.")
    duration: str = setting("60s", "How long: 60s, 5m, 1h30m.", metavar="TIME")
    faults: float = setting(0.0, "Share of requests with a fault that must be refused, 0 to 1.", metavar="SHARE")
    fail_if: tuple[str, ...] = setting(
        [],
        "Exit with 1 beyond this: p99>500ms, max>2s, rate<190; errors>1% also lets so many broken answers pass.",
        metavar="LIMIT",
    )
    html: Path | None = setting(None, "Write Locust's report with the curves.", metavar="FILE")
    json: Path | None = setting(None, "Write the summary for programs.", metavar="FILE")
    quiet: bool = setting(False, "No live table; only what is known at the end.")
    seed: int = setting(20260101, "Seed of the choice of faults.", metavar="NUMBER")
    max_rate: float = setting(
        1000.0, "Never more requests a second than this, whatever is asked for.", metavar="NUMBER"
    )
    master: bool = setting(False, "Lead workers on this and other machines instead of sending anything.")
    worker: bool = setting(False, "Send for a master; give the same other options as there.")
    expect_workers: int = setting(1, "With --master: begin when so many workers are there.", metavar="N")
    master_host: str = setting(
        "127.0.0.1", "With --worker: where the master is. With --master: where it listens.", metavar="ADDRESS"
    )
    master_port: int = setting(5557, "Port on which the master listens for its workers.", metavar="PORT")

    def check(self) -> None:
        """SettingError for a number or a combination that makes no sense, or for more than may be sent."""
        # The zero-argument form looks for the class that `slots` replaced.
        TrafficSettings.check(self)
        if not self.rate and not self.users:
            raise SettingError("how much load", where="--rate, --users", expected="one of the two")
        in_range(self.rate >= 0, "--rate", "more than 0", self.rate)
        in_range(0 <= self.users <= 10_000, "--users", "1 to 10000", self.users)
        in_range(0 <= self.faults <= 1, "--faults", "0 to 1", self.faults)
        in_range(self.expect_workers >= 1, "--expect-workers", "1 or more", self.expect_workers)
        in_range(self.max_rate > 0, "--max-rate", "more than 0", self.max_rate)
        in_range(self.rate <= self.max_rate, "--rate", f"at most --max-rate {self.max_rate:g}", self.rate)
        if self.master and self.worker:
            raise SettingError("one or the other", where="--master, --worker")
        total = self.rate * self.seconds
        in_range(
            total <= self.max_requests, "--rate for --duration", f"--max-requests of {total:.0f}", self.max_requests
        )

    @property
    def seconds(self) -> int:
        """The duration; SettingError if it is none."""
        parts = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?", self.duration.strip())
        hours, minutes, seconds = (int(part or 0) for part in parts.groups()) if parts else (0, 0, 0)
        total = hours * 3600 + minutes * 60 + seconds
        if not total:
            raise SettingError("not a duration", where="--duration", expected="60s, 5m, 1h30m", got=self.duration)
        return total

    @property
    def crowd(self) -> int:
        """How many users: enough that each may wait a second for its answer and the rate still be kept."""
        return self.users or min(max(math.ceil(self.rate), 1), _MOST_USERS)

    @property
    def pace(self) -> float:
        """Seconds from one request of a user to its next, so that all together keep to the rate or the bounds."""
        bound = min(self.max_rate, self.max_requests / self.seconds)
        return self.crowd / (self.rate or bound)
