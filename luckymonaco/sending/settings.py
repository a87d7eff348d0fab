"""The settings of everything that plays the provider, and of `send` on top of them."""

from dataclasses import dataclass
from pathlib import Path

from contract_tests.settings import TargetSettings, in_range
from spec.errors import SettingError
from spec.settings import setting


@dataclass(frozen=True, slots=True)
class TrafficSettings(TargetSettings):
    """Whom to send to, what, and how the answers are judged. Times are in seconds."""

    operation: str = setting("", "Operation of the document; its first by default.", metavar="ID")
    set: tuple[str, ...] = setting(
        [], "Value of a field; the document's example fills the rest.", metavar="NAME=VALUE", secret=True
    )
    vary: tuple[str, ...] = setting([], "Field that gets a new value in every notification.", metavar="NAME")
    known_session: bool = setting(False, "The ids are known to the implementation: a refusal breaks OK-1.")
    strict: bool = setting(False, "SHOULD rules decide the exit code too.")
    i_own_this_target: bool = setting(False, "Send although the host is neither this machine nor a private address.")
    max_requests: int = setting(1_000_000, "Never send more than this in one run.", metavar="N")

    def check(self) -> None:
        """SettingError for a number that makes no sense."""
        in_range(self.max_requests >= 1, "--max-requests", "1 or more", self.max_requests)


@dataclass(frozen=True, slots=True)
class SendSettings(TrafficSettings):
    """How many notifications, from where, how fast, and what is shown of them."""

    repeat: int = setting(1, "Send the same notification so many times.", metavar="N")
    from_file: Path | None = setting(
        None, "Send one notification for each line of a .csv or .ndjson file.", metavar="FILE", name="from"
    )
    results: Path | None = setting(
        None, "Where --from records each line's outcome, and resumes; FILE.results.ndjson by default.", metavar="FILE"
    )
    in_doubt: str = setting(
        "again",
        "What a resumed run does with lines that were under way: send them again, or skip them.",
        choices=("again", "skip"),
    )
    parallel: int = setting(1, "Notifications that may be under way at once, 64 at most.", metavar="N")
    gap: float = setting(0.0, "At least this time from one notification to the next.", metavar="SECONDS")
    rate: float = setting(100.0, "At most so many requests a second.", metavar="NUMBER")
    retry_on: tuple[str, ...] = setting(
        [],
        "Send again after this: a status (429), 4xx, 5xx, timeout, dropped, unreachable or not-http.",
        metavar="WHAT",
    )
    retries: int = setting(4, "How often one notification is sent again at most.", metavar="N")
    dry_run: bool = setting(False, "Show the request and the string to sign, secrets masked; nothing is sent.")
    curl: bool = setting(False, "Show the request as a curl line; nothing is sent.")
    format: str = setting("text", "What is written to standard output.", choices=("text", "ndjson"))

    def check(self) -> None:
        """SettingError for a number or a combination that makes no sense."""
        # The zero-argument form looks for the class that `slots` replaced.
        TrafficSettings.check(self)
        in_range(self.repeat >= 1, "--repeat", "1 or more", self.repeat)
        in_range(1 <= self.parallel <= 64, "--parallel", "1 to 64", self.parallel)
        in_range(self.gap >= 0, "--gap", "0 or more", self.gap)
        in_range(self.rate > 0, "--rate", "more than 0: the rate is always bounded", self.rate)
        in_range(0 <= self.retries <= 20, "--retries", "0 to 20", self.retries)
        if self.from_file is None and self.results is not None:
            raise SettingError("results are recorded of a file's lines only", where="--results", expected="--from FILE")
        if self.from_file is not None and self.repeat != 1:
            raise SettingError("one or the other", where="--repeat, --from")

    @property
    def interval(self) -> float:
        """Seconds from one request to the next, at the least."""
        return max(self.gap, 1 / self.rate)
