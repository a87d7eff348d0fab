"""From single results to a verdict: per rule what is kept, broken or not decided, and what decides the run."""

from dataclasses import dataclass
from typing import Literal

from contract_tests.breach import Breach
from contract_tests.case import Case
from contract_tests.exchange import Exchange, Sent
from spec import Operation, Rule

INTERRUPTED = "interrupted"  # by the user; what was seen so far is shown, and nothing is decided
GONE = "the implementation went away"
STUCK = "the implementation accepts nothing any more"

Status = Literal["kept", "broken", "not-applicable", "not-judged"]


@dataclass(frozen=True, slots=True)
class Result:
    """One case, sent once."""

    case: Case
    exchange: Exchange
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach with its evidence. `again` tells how often it was seen: (times broken, times sent)."""

    breach: Breach
    case: Case
    exchange: Exchange
    again: tuple[int, int] = (1, 1)
    like: int = 1  # how many cases broke the rule in the same way
    cases: tuple[str, ...] = ()  # their ids

    @property
    def operation(self) -> Operation:
        """The operation that was tried."""
        return self.case.operation


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """What became of one rule."""

    rule: Rule
    status: Status
    reason: str = ""  # why it was not judged
    findings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    cases: int = 0
    known_failure: bool = False  # listed in the baseline


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a run."""

    rules: tuple[RuleVerdict, ...]
    decisive: frozenset[str]  # ids of the rules that can break the run
    url: str
    seed: int
    requests: int
    seconds: float
    complete: bool = True
    interrupted: str = ""
    advice: tuple[str, ...] = ()
    traffic: tuple[Sent, ...] = ()  # everything that was sent, in order
    results: tuple[Result, ...] = ()  # the cases among it
    stopped: str = ""  # why nothing could be judged at all

    @property
    def broken(self) -> tuple[RuleVerdict, ...]:
        """The broken rules that decide the verdict."""
        return tuple(v for v in self.all_broken if v.rule.id in self.decisive and not v.known_failure)

    @property
    def all_broken(self) -> tuple[RuleVerdict, ...]:
        """Every broken rule, also those that are only reported."""
        return tuple(verdict for verdict in self.rules if verdict.status == "broken")

    @property
    def kept(self) -> tuple[RuleVerdict, ...]:
        """The rules that were judged and kept."""
        return tuple(verdict for verdict in self.rules if verdict.status == "kept")

    @property
    def mended(self) -> tuple[RuleVerdict, ...]:
        """The rules that the baseline lists as broken and that are kept now."""
        return tuple(verdict for verdict in self.kept if verdict.known_failure)

    @property
    def undecided(self) -> tuple[RuleVerdict, ...]:
        """The rules that would decide, but were not judged: what did not run never counts as kept."""
        return tuple(v for v in self.rules if v.status == "not-judged" and v.rule.id in self.decisive)

    @property
    def word(self) -> str:
        """KEPT, BROKEN, NOT JUDGED or INCOMPLETE."""
        if self.stopped:
            return "NOT JUDGED"
        if self.interrupted == INTERRUPTED:
            return "INCOMPLETE"
        if self.broken:
            return "BROKEN"
        if not self.complete or self.undecided:
            return "INCOMPLETE"
        return "KEPT" if self.kept or self.all_broken else "NOT JUDGED"

    @property
    def exit_code(self) -> int:
        """0 contract kept, 1 broken, 2 not judged."""
        return {"KEPT": 0, "BROKEN": 1}.get(self.word, 2)
