"""The settings of a run of the suite: options of `verify`, options of pytest and LUCKYMONACO_… variables alike."""

from dataclasses import dataclass
from pathlib import Path

from spec.errors import SettingError
from spec.settings import Settings, setting

_LONGEST = 3600.0  # seconds that one may wait for an answer


@dataclass(frozen=True, slots=True)
class TargetSettings(Settings):
    """Which implementation is spoken to, and how long it may take. Times are in seconds."""

    base_url: str = setting("", "API URL of the implementation, with or without a path prefix.", metavar="URL")
    max_response_time: float = setting(
        0.0, "Every answer must come within this time (TIME-1).", metavar="SECONDS", least=0
    )
    timeout: float = setting(10.0, "Give up waiting for an answer after this time.", metavar="SECONDS")
    insecure: bool = setting(False, "Do not verify the certificate of the implementation.")
    ca_file: Path | None = setting(None, "Certificates to trust instead of the system's.", metavar="FILE")

    def __post_init__(self) -> None:
        """SettingError for a time that makes no sense."""
        most = f"more than 0, at most {_LONGEST:g}"
        in_range(0 < self.timeout <= _LONGEST, "--timeout", most, self.timeout)


@dataclass(frozen=True, slots=True)
class VerifySettings(TargetSettings):
    """Whom to judge, by what, and how gently. Times are in seconds."""

    known: tuple[str, ...] = setting(
        [], "Ids that the implementation accepts: name=value[,name=value…].", metavar="NAME=VALUE"
    )
    rule: tuple[str, ...] = setting([], "Judge only this rule or family; may be repeated.", metavar="ID")
    skip: tuple[str, ...] = setting([], "Leave this rule or family out; may be repeated.", metavar="ID")
    strict: bool = setting(False, "SHOULD rules decide the verdict too.")
    only_documented: bool = setting(False, "Only rules that stand on the provider's page decide the verdict.")
    seed: int = setting(20260101, "Seed of the generated notifications.", metavar="NUMBER")
    quick: bool = setting(False, "Fixed cases only: nothing is generated.")
    thorough: bool = setting(False, "Many more generated notifications; with a secret, a hash that is a number.")
    no_cache: bool = setting(False, "Generate notifications anew, and keep none on disk for the next run.")
    jobs: int = setting(
        0,
        "Requests that may be under way at once, the bursts of ROB-2 apart; 0 is 4, or up to 16 where answers are"
        " slow without waiting.",
        metavar="NUMBER",
        least=0,
        most=256,
    )
    rate: float = setting(0.0, "At most so many requests a second; 0 is no limit.", metavar="NUMBER", least=0)
    report: tuple[str, ...] = setting(
        [],
        "Write a report: html, json, ndjson, junit, sarif, har, github or text, as KIND=FILE; may be repeated.",
        metavar="KIND=FILE",
    )
    evidence: Path | None = setting(None, "Write every report, redacted, into one zip file.", metavar="FILE")
    baseline: Path | None = setting(None, "Known failures by rule id; only new ones break the run.", metavar="FILE")
    update_baseline: bool = setting(False, "Write the failures of this run into the baseline file.")
    list: bool = setting(False, "List the rules; nothing is sent.")
    plan: bool = setting(False, "Show rules, number of requests and worst-case time; nothing is sent.")

    def __post_init__(self) -> None:
        """SettingError for what makes no sense, alone or together."""
        TargetSettings.__post_init__(self)
        if self.quick and self.thorough:
            raise SettingError("two settings exclude one another", where="--quick, --thorough", expected="one of them")


def in_range(holds: bool, where: str, expected: str, got: float) -> None:
    """SettingError, unless a condition holds."""
    if not holds:
        raise SettingError("a setting is out of its range", where=where, expected=expected, got=str(got))
