"""The report on screen: families with counts, then the failures, the most important first, and what to do."""

from collections.abc import Iterator

from contract_tests.reports.evidence import Evidence
from contract_tests.reports.report import Cause, Failure, Report
from contract_tests.reports.screen import Screen
from contract_tests.verdict import RuleVerdict, Verdict
from spec import Rule
from spec.words import count

_SHOWN = 3  # causes of one rule that are shown; reports in files have them all
_LONGEST_CURL = 1200  # characters of a curl line that one still wants to see on a screen
_WORDS = {"kept": "green", "broken": "red", "not judged": "yellow"}


def text_report(report: Report, screen: Screen | None = None) -> str:
    """The whole report; plain lines unless a screen says otherwise."""
    return "\n".join(_lines(report, screen or Screen())) + "\n"


def rule_list(rules: tuple[RuleVerdict, ...]) -> str:
    """The rules of a run without sending anything: id, level, text, readings, and why one is not applicable."""
    lines = []
    for item in rules:
        reason = f"  [not applicable: {item.reason}]" if item.reason else ""
        lines.append(f"{item.rule.id:<7} {item.rule.level:<6} {item.rule.text}  {standing(item.rule)}{reason}")
    return "\n".join(lines) + "\n"


def _lines(report: Report, screen: Screen) -> Iterator[str]:
    yield from _families(report.verdict, screen)
    yield ""
    for failure in report.failures:
        yield from failure_lines(failure, screen)
    yield from _notes(report, screen)
    yield from _advice(report, screen)
    yield from _summary(report, screen)


def _families(verdict: Verdict, screen: Screen) -> Iterator[str]:
    families: dict[str, list[RuleVerdict]] = {}
    for item in verdict.rules:
        families.setdefault(item.rule.family, []).append(item)
    for family, items in families.items():
        words = []
        for word, colour in _WORDS.items():
            count = sum(item.status == word.replace(" ", "-") for item in items)
            words += [screen.paint(f"{count} {word}", colour)] if count else []
        absent = [item for item in items if item.status == "not-applicable"]
        if absent:
            reasons = "; ".join(dict.fromkeys(item.reason for item in absent))
            words.append(screen.paint(f"{len(absent)} not applicable ({reasons})", "dim"))
        yield f"{family:<5} {', '.join(words)}"


def failure_lines(failure: Failure, screen: Screen) -> Iterator[str]:
    """One broken rule: its sentence and standing, its causes with their evidence, and what to do."""
    rule = failure.item.rule
    colour = {"FAIL": "red", "WARN": "yellow", "KNOWN": "yellow"}[failure.word]
    head = f"{screen.paint(f'{failure.word:<5}', colour)} {screen.paint(rule.id, 'bold')} {rule.level}  "
    yield from screen.headline(head, len(f"{failure.word:<5} {rule.id} {rule.level}  "), rule.text, standing(rule))
    new = [cause for cause in failure.causes if not cause.as_above]
    old = [cause for cause in failure.causes if cause.as_above]
    for cause in new[:_SHOWN]:
        yield from _cause(cause.evidence, screen)
    if new[_SHOWN:]:
        yield from screen.field("", f"and {len(new[_SHOWN:])} more causes, in --report html=FILE")
    if old:
        yield from _as_above(old, screen)
    if rule.fix:
        yield from screen.field("fix", rule.fix)
    yield screen.command("again", failure.again)
    yield ""


def _as_above(causes: list[Cause], screen: Screen) -> Iterator[str]:
    """Answers that are shown already under a rule that matters more."""
    rules = ", ".join(dict.fromkeys(cause.as_above for cause in causes))
    shown = causes[0].evidence
    yield from screen.field("see", f"{rules} above: the same answers, {shown.case} among them")
    yield from screen.field("expected", shown.expected)


def _cause(shown: Evidence, screen: Screen) -> Iterator[str]:
    yield from screen.field("case", shown.case + more(shown))
    yield from screen.field("sent", shown.sent)
    yield from screen.field("expected", shown.expected)
    yield from screen.field("got", shown.got + shown.often)
    if len(shown.curl) <= _LONGEST_CURL:
        yield screen.command("curl", shown.curl)
    else:
        yield from screen.field("curl", f"{len(shown.curl)} characters long, in --report html=FILE")


def more(shown: Evidence) -> str:
    """How many cases stand behind the one that is shown."""
    return f" (and {shown.like - 1} more like it)" if shown.like > 1 else ""


def standing(rule: Rule) -> str:
    """`D17 (assumed)`."""
    readings = " ".join(reading.id for reading in rule.readings)
    return f"{readings} ({rule.standing})".strip()


def _notes(report: Report, screen: Screen) -> Iterator[str]:
    for item in report.verdict.rules:
        for note in item.notes:
            shown = report.evidence(note)
            yield screen.paint("NOTE", "cyan") + f"  {item.rule.id}  left open by the contract, recorded only"
            yield from screen.field("case", shown.case + more(shown))
            yield from screen.field("sent", shown.sent)
            yield from screen.field("got", shown.got)
            if shown.meaning:
                yield from screen.field("meaning", shown.meaning)
            yield ""


def _advice(report: Report, screen: Screen) -> Iterator[str]:
    for advice in report.verdict.advice:
        yield from screen.field("ADVICE", report.mask(advice), indent=0)
    mended = [item.rule.id for item in report.verdict.mended]
    if mended:
        names = ", ".join(mended)
        yield from screen.field(
            "MENDED",
            f"{names}: kept now; --update-baseline takes out of {report.settings.baseline} what is kept",
            indent=0,
        )
    if report.failures and report.commands.variables:
        names = " and ".join(report.commands.variables)
        yield from screen.field("NOTE", f"the lines above take secrets from variables: set {names}", indent=0)


def _summary(report: Report, screen: Screen) -> Iterator[str]:
    verdict = report.verdict
    colour = {"KEPT": "green", "BROKEN": "red"}.get(verdict.word, "yellow")
    judged = len(verdict.kept) + len(verdict.all_broken)
    yield screen.paint(verdict.word, colour) + f"  {report.url}"
    for word, label in (("FAIL", "broken"), ("KNOWN", "known failures"), ("WARN", "reported only")):
        names = [failure.item.rule.id for failure in report.failures if failure.word == word]
        if names:
            yield from screen.field(label, ", ".join(names), indent=6, width=16)
    if report.incomplete:
        yield from screen.field("incomplete", report.incomplete, indent=6, width=16)
    yield from screen.field("covered", report.coverage.line, indent=6, width=16)
    sent = f"{count(verdict.requests, 'request')}, {verdict.seconds:.1f} s, seed {verdict.seed}"
    figures = f"{count(judged, 'rule')} judged, {sent}"
    yield from screen.field("run", figures, indent=6, width=16)
