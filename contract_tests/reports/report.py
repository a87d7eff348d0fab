"""A run as its reports see it: the verdict, what is masked in it, the order of its failures, where it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version

from contract_tests.coverage import Coverage, cover
from contract_tests.notification import Maker
from contract_tests.observed import sources
from contract_tests.reports.commands import Commands
from contract_tests.reports.evidence import Evidence, evidence
from contract_tests.reports.masking import Mask, mask_of
from contract_tests.settings import VerifySettings
from contract_tests.target import known_session, parse_url
from contract_tests.verdict import GONE, STUCK, Finding, RuleVerdict, Verdict
from spec import Contract

#: what everything else hangs on: nothing can be said of an answer whose envelope is wrong
_LEADING = {STUCK: "ROB-3"}  # why a run ended early -> the rule that tells it; the others may follow from that
FIRST = ("OK-1", "OK-2", "OK-3", "OK-4", "ERR-1", "ERR-2", "ERR-3", "ERR-4")


@dataclass(frozen=True)
class Report:
    """One run, ready to be written in any format."""

    verdict: Verdict
    contract: Contract
    settings: VerifySettings

    @cached_property
    def makers(self) -> tuple[Maker, ...]:
        """One for each operation of the document."""
        target = parse_url(self.settings.base_url, self.contract.operations)
        partner = self.settings.partner(self.contract)
        return tuple(
            Maker(self.contract, operation, partner, target, known_session(self.settings, operation))
            for operation in self.contract.operations
        )

    @cached_property
    def mask(self) -> Mask:
        """What keeps the secrets of this run out of its reports."""
        return mask_of(self.verdict, self.makers)

    @cached_property
    def commands(self) -> Commands:
        """The command lines of this run."""
        return Commands(self.settings, self.contract)

    @cached_property
    def coverage(self) -> Coverage:
        """What of the document was exercised."""
        return cover(self.contract, self.verdict)

    @cached_property
    def kit(self) -> str:
        """The version of the kit."""
        try:
            return version("luckymonaco")
        except PackageNotFoundError:
            return "unknown"

    @cached_property
    def started(self) -> str:
        """When the first request was sent, as RFC 3339 in UTC."""
        at = self.verdict.traffic[0].at if self.verdict.traffic else datetime.now(UTC).timestamp()
        return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")

    @cached_property
    def incomplete(self) -> str:
        """Why the run did not come to its end, masked; empty if it did."""
        if self.verdict.complete:
            return ""
        return self.mask(self.verdict.stopped or self.verdict.interrupted or "no rule could be judged")

    @cached_property
    def url(self) -> str:
        """The URL that was judged, masked."""
        return self.mask(self.verdict.url)

    def evidence(self, finding: Finding) -> Evidence:
        """One finding in words."""
        return evidence(finding, self.mask, self.commands)

    @cached_property
    def failures(self) -> tuple["Failure", ...]:
        """Every broken rule, the most important first, each of its causes once."""
        shown: dict[tuple[str, str], str] = {}  # (case, answer) -> the rule under which it is shown
        found = []
        for item in sorted(self.verdict.all_broken, key=self._importance):
            causes = tuple(self._causes(item, shown))
            found.append(Failure(item, self._word(item), self._again(item), causes))
        return tuple(found)

    def _again(self, item: RuleVerdict) -> str:
        """The command that sends the same requests again; one at a time where one of them brought the target down.

        All of them, where it takes many for what happened.
        """
        if item.rule.id == _LEADING.get(self.verdict.interrupted):
            return self.commands.again([])
        sent = {name.partition("[")[0] for finding in item.findings for name in finding.cases}
        others = sorted(sent - sources(self.contract, [item.rule]))
        strict = " --strict" if item.rule.level != "MUST" else ""
        one_by_one = " --jobs 1" if self.verdict.interrupted == GONE else ""
        return self.commands.again([item.rule.id, *others]) + strict + one_by_one

    def _causes(self, item: RuleVerdict, shown: dict[tuple[str, str], str]) -> Iterator["Cause"]:
        for finding in item.findings:
            keys = [(case, finding.breach.got[:60]) for case in finding.cases or (finding.case.id,)]
            known = {shown.get(key, "") for key in keys}
            yield Cause(self.evidence(finding), next(iter(known)) if len(known) == 1 else "")
            for key in keys:
                shown.setdefault(key, item.rule.id)

    def _importance(self, item: RuleVerdict) -> tuple[bool, bool, bool, int, bool, int]:
        rule = item.rule
        return (
            item not in self.verdict.broken,
            rule.id != _LEADING.get(self.verdict.interrupted),
            rule.level != "MUST",
            FIRST.index(rule.id) if rule.id in FIRST else len(FIRST),
            rule.standing != "documented",
            list(self.contract.rules).index(rule.id),
        )

    def _word(self, item: RuleVerdict) -> str:
        if item in self.verdict.broken:
            return "FAIL"
        return "KNOWN" if item.known_failure and item.rule.id in self.verdict.decisive else "WARN"


@dataclass(frozen=True, slots=True)
class Cause:
    """One way in which a rule is broken; `as_above` names an earlier rule that the very same answers break."""

    evidence: Evidence
    as_above: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A broken rule: FAIL decides the verdict, KNOWN is in the baseline, WARN is reported only."""

    item: RuleVerdict
    word: str
    again: str
    causes: tuple[Cause, ...]

    @property
    def decides(self) -> bool:
        """Whether it breaks the run."""
        return self.word == "FAIL"
