"""Adds up a run: what became of each rule, and which rules decide."""

from typing import TYPE_CHECKING

from contract_tests.baseline import read_baseline
from contract_tests.causes import merge_like
from contract_tests.settings import VerifySettings
from contract_tests.verdict import RuleVerdict, Verdict
from spec import Rule

if TYPE_CHECKING:
    from contract_tests.run import Run


def decisive(rules: tuple[Rule, ...], settings: VerifySettings) -> frozenset[str]:
    """The ids of the rules that can break a run: MUST, under --strict SHOULD too, with --only-documented only those."""
    return frozenset(
        rule.id
        for rule in rules
        if (rule.level == "MUST" or settings.strict) and (rule.standing == "documented" or not settings.only_documented)
    )


def tally(run: "Run", requests: int, seconds: float) -> Verdict:
    """The verdict on a run."""
    known = (
        read_baseline(run.settings.baseline, run.contract)
        if run.settings.baseline and not run.settings.update_baseline
        else frozenset()
    )
    return Verdict(
        rules=tuple(_rule(run, rule, rule.id in known) for rule in run.rules),
        decisive=decisive(run.rules, run.settings),
        url=run.target.url,
        seed=run.settings.seed,
        requests=requests,
        seconds=seconds,
        complete=not run.cut,
        interrupted=run.cut,
        advice=tuple(run.advice),
        traffic=tuple(run.traffic),
        results=tuple(run.results),
        stopped=run.stopped,
    )


def _rule(run: "Run", rule: Rule, known_failure: bool) -> RuleVerdict:
    findings = merge_like([finding for finding in run.findings if finding.breach.rule == rule.id])
    notes = merge_like([note for note in run.notes if note.breach.rule == rule.id])
    cases = run.tried.get(rule.id, 0)
    if findings:
        return RuleVerdict(rule, "broken", "", findings, notes, max(cases, 1), known_failure)
    reason = run.inapplicable(rule)
    if reason:
        return RuleVerdict(rule, "not-applicable", reason)
    if run.cut:
        return RuleVerdict(rule, "not-judged", run.cut, (), notes, cases)
    if not cases:
        return RuleVerdict(rule, "not-judged", _nothing_seen(run), (), notes)
    return RuleVerdict(rule, "kept", "", (), notes, cases, known_failure)


def _nothing_seen(run: "Run") -> str:
    return (
        "left out by --quick or --skip" if run.settings.skip or run.settings.quick else "no answer came that shows it"
    )
