"""The report on screen: families with counts, then the failures, each with what to do about it."""

from collections.abc import Iterator

from contract_tests.evidence import evidence
from contract_tests.verdict import Finding, RuleVerdict, Verdict
from spec import Rule

_SHOWN = 3  # causes of one rule that are shown; reports in files have them all
_INDENT = " " * 10


def text_report(verdict: Verdict) -> str:
    """The whole report as plain lines."""
    return "\n".join(_lines(verdict)) + "\n"


def rule_list(rules: tuple[RuleVerdict, ...]) -> str:
    """The rules of a run without sending anything: id, level, text, readings, and why one is not applicable."""
    lines = []
    for item in rules:
        reason = f"  [not applicable: {item.reason}]" if item.reason else ""
        lines.append(f"{item.rule.id:<7} {item.rule.level:<6} {item.rule.text}  {_standing(item.rule)}{reason}")
    return "\n".join(lines) + "\n"


def _lines(verdict: Verdict) -> Iterator[str]:
    yield from _families(verdict)
    yield ""
    deciding = {item.rule.id for item in verdict.broken}
    for item in (*verdict.broken, *(item for item in verdict.all_broken if item.rule.id not in deciding)):
        yield from failure_lines(item, decides=item.rule.id in deciding)
    yield from _notes(verdict)
    for advice in verdict.advice:
        yield f"ADVICE {advice}"
    yield _summary(verdict)


def _families(verdict: Verdict) -> Iterator[str]:
    families: dict[str, list[RuleVerdict]] = {}
    for item in verdict.rules:
        families.setdefault(item.rule.family, []).append(item)
    for family, items in families.items():
        counts = {status: [i for i in items if i.status == status] for status in ("kept", "broken", "not-judged")}
        words = [f"{len(found)} {status.replace('-', ' ')}" for status, found in counts.items() if found]
        absent = [item for item in items if item.status == "not-applicable"]
        if absent:
            words.append(f"{len(absent)} not applicable ({'; '.join(dict.fromkeys(item.reason for item in absent))})")
        yield f"{family:<5} {', '.join(words)}"


def failure_lines(item: RuleVerdict, *, decides: bool) -> Iterator[str]:
    """One broken rule: its sentence and standing, its causes with their evidence, and what to do."""
    rule = item.rule
    word = "FAIL" if decides else ("KNOWN" if item.known_failure else "WARN")
    yield f"{word:<5} {rule.id} {rule.level}  {rule.text}  {_standing(rule)}"
    for finding in item.findings[:_SHOWN]:
        yield from _finding(finding)
    rest = item.findings[_SHOWN:]
    if rest:
        yield f"{_INDENT}and {len(rest)} more causes (see --report json=FILE)"
    if rule.fix:
        yield f"{_INDENT}fix       {rule.fix}"
    yield f"{_INDENT}again     luckymonaco verify URL --rule {rule.id}"
    yield ""


def _finding(finding: Finding) -> Iterator[str]:
    shown = evidence(finding)
    like = f" (and {shown.like - 1} more cases like it)" if shown.like > 1 else ""
    times = f" ({shown.times[0]} of {shown.times[1]} times)" if shown.times[0] != shown.times[1] else ""
    yield f"{_INDENT}case      {shown.case}{like}"
    yield f"{_INDENT}sent      {shown.sent}"
    yield f"{_INDENT}expected  {shown.expected}"
    yield f"{_INDENT}got       {shown.got}{times}"
    yield f"{_INDENT}curl      {shown.curl}"


def _notes(verdict: Verdict) -> Iterator[str]:
    for item in verdict.rules:
        for note in item.notes:
            shown = evidence(note)
            like = f" (and {shown.like - 1} more like it)" if shown.like > 1 else ""
            yield f"NOTE  {item.rule.id}  left open by the contract, recorded only: {shown.case}{like}"
            yield f"{_INDENT}sent      {shown.sent}"
            yield f"{_INDENT}got       {shown.got}"
            if "hash" in shown.case or note.case.variant:
                yield f"{_INDENT}meaning   a hash variant: this build writes such values differently when it signs"
            yield ""


def _standing(rule: Rule) -> str:
    readings = " ".join(reading.id for reading in rule.readings)
    return f"{readings} ({rule.standing})".strip()


def _summary(verdict: Verdict) -> str:
    broken = ", ".join(item.rule.id for item in verdict.broken)
    parts = [f"{verdict.word}", verdict.url]
    if broken:
        parts.append(f"broken: {broken}")
    warned = [item.rule.id for item in verdict.all_broken if item.rule.id not in {b.rule.id for b in verdict.broken}]
    if warned:
        parts.append(f"reported only: {', '.join(warned)}")
    if verdict.interrupted:
        parts.append(f"incomplete: {verdict.interrupted}")
    judged = len(verdict.kept) + len(verdict.all_broken)
    parts.append(f"{judged} rules judged, {verdict.requests} requests, {verdict.seconds:.1f} s, seed {verdict.seed}")
    return "  ".join((parts[0], " | ".join(parts[1:])))
