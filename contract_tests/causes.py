"""Which findings have one cause: roughly, to send few of them again, and by their looks, to show each cause once."""

import re
from collections.abc import Sequence
from dataclasses import replace

from contract_tests.breach import no_answer
from contract_tests.exchange import NoAnswer
from contract_tests.verdict import Finding

_LONG = 1000  # bytes of a body that can be taken in at a glance
_TEXTS = re.compile(r'"(?:[^"\\]|\\.)*(?:"(?P<key>\s*:)?|$)')  # in JSON, the keys among them

Look = tuple[str, ...]


def rough_cause(finding: Finding) -> tuple[str, ...]:
    """What two findings with one cause have in common: the rule broken, and the answer but for its digits."""
    own = finding.breach.rule == finding.case.rule and not finding.case.generated
    silent = isinstance(finding.exchange.answer, NoAnswer)  # where nothing comes back, nothing tells the causes apart
    label = finding.case.label if own and not silent else ""
    return (finding.operation.id, finding.breach.rule, label.rpartition("-")[0], _got(finding)[:60])


def merge_like(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings of one rule by cause, the most frequent first.

    Findings with one look have one cause. Only where a rule is about fields, fields that were treated differently are
    kept apart; a generated case goes with the fixed ones that look like it.
    """
    groups: dict[Look, dict[str, list[Finding]]] = {}  # by look, and within it by field
    for finding in findings:
        groups.setdefault(_look(finding), {}).setdefault(_field(finding), []).append(finding)
    merged = [_merged(group) for by_field in groups.values() for group in _alike(by_field)]
    return tuple(sorted(merged, key=lambda finding: -finding.like))


def _alike(by_field: dict[str, list[Finding]]) -> list[list[Finding]]:
    """Fields whose findings came from the same faults go together, what has no field with the largest group."""
    together: dict[frozenset[str], list[Finding]] = {}
    for field, group in by_field.items():
        if field:
            faults = frozenset(finding.case.label.removeprefix(field) for finding in group)
            together.setdefault(faults, []).extend(group)
    rest = by_field.get("", [])
    if not together:
        return [rest]
    max(together.values(), key=len).extend(rest)
    return list(together.values())


def _field(finding: Finding) -> str:
    """The field that the case is about; empty for a case of another rule, or one that was generated."""
    if finding.breach.rule != finding.case.rule or finding.case.generated:
        return ""
    label, names = finding.case.label, finding.operation.by_name
    return max((name for name in names if f"{label}-".startswith(f"{name}-")), key=len, default="")


def _look(finding: Finding) -> Look:
    """The cause as people see it: texts within the answer's JSON make no difference, its keys do."""
    before, brace, body = _got(finding).partition("{")
    skeleton = _without_texts(brace + body)[:60]
    return (finding.operation.id, finding.breach.rule, _expected(finding), before[:60], skeleton)


def _got(finding: Finding) -> str:
    """What was got but for its digits; how long one had waited for an answer tells no causes apart."""
    got, answer = finding.breach.got, finding.exchange.answer
    if isinstance(answer, NoAnswer):
        got = got.replace(no_answer(answer), answer.trouble)
    return "".join("#" if char.isdigit() else char for char in got)


def _expected(finding: Finding) -> str:
    """What was expected, but for the values that it quotes; of a case's own rule it says nothing about the cause."""
    return "" if finding.breach.rule == finding.case.rule else _without_texts(finding.breach.expected)[:120]


def _without_texts(json: str) -> str:
    """The text of JSON, every string that is no key made empty."""
    return _TEXTS.sub(lambda found: found[0] if found["key"] else '""', json)


def _merged(group: Sequence[Finding]) -> Finding:
    """One of them that is easy to read and to send again, and the names of all."""
    shown = min(group, key=_hard_to_read)
    names = tuple(name for each in group for name in each.cases or (each.case.id,))
    return replace(shown, like=sum(each.like for each in group), cases=names)


def _hard_to_read(finding: Finding) -> tuple[int, bool, bool, bool]:
    body, answer = finding.exchange.request.body, finding.exchange.answer
    waited = round(answer.elapsed) if isinstance(answer, NoAnswer) else 0  # the longer, the surer
    return -waited, finding.case.generated, len(body) > _LONG, not body.isascii() or b"\\u" in body
