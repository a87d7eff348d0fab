"""What of the document a run has exercised is counted, not claimed."""

import json
from collections import Counter
from contextlib import suppress

from contract_tests.coverage import Item
from contract_tests.exchange import Answer
from contract_tests.reports.report import Report
from mockserver.gallery.base import Operator
from tests.document import CONTRACT
from tests.reports.conftest import judged


def names(items: tuple[Item, ...], *, seen: bool) -> set[str]:
    """The names of those that were exercised, or were not."""
    return {item.name for item in items if bool(item.count) is seen}


def test_a_whole_run_exercises_every_field_and_limit(kept: Report) -> None:
    """Each field was sent, each limit was broken once at least."""
    coverage = kept.coverage
    operation = CONTRACT.operations[0]

    assert names(coverage.fields, seen=True) == set(operation.by_name)
    assert names(coverage.constraints, seen=False) == set()
    assert len(coverage.constraints) > len(operation.fields)


def test_faults_of_callers_are_provoked(kept: Report) -> None:
    """Every fault of body, credential and hash; not those of the server."""
    wanted = {fault.name for fault in CONTRACT.faults.values() if fault.kind in ("body", "credential", "hash")}
    server = {fault.name for fault in CONTRACT.faults.values() if fault.kind == "server"}

    missed = names(kept.coverage.faults, seen=False)
    assert not missed & (wanted - {"invalid-value"})
    assert {item.name for item in kept.coverage.faults if item.reason} == server


def test_a_part_of_the_rules_covers_a_part_of_the_document() -> None:
    """What was not tried is not counted."""
    report = judged(Operator, rule=("HTTP",))

    assert names(report.coverage.rules, seen=True) == {"HTTP-1", "HTTP-2"}
    assert len(names(report.coverage.statuses, seen=True)) == 1
    assert "2 of 2 rules" in report.coverage.line


def test_what_is_counted_is_what_was_sent(kept: Report) -> None:
    """Each field, each limit of a type and each status, counted once more by hand from the traffic."""
    cases = {id(result.exchange) for result in kept.verdict.results}
    seen: Counter[str] = Counter()
    for sent in kept.verdict.traffic:
        if id(sent.exchange) not in cases:
            continue
        assert isinstance(sent.exchange.answer, Answer)
        seen[str(sent.exchange.answer.status)] += 1
        with suppress(ValueError, RecursionError):
            body = json.loads(sent.exchange.request.body.decode("utf-8-sig"))
            for name, value in body.items() if isinstance(body, dict) else ():
                seen[name] += 1
                seen[f'{name} type "string"'] += not isinstance(value, str)

    coverage = kept.coverage
    for item in (*coverage.fields, *coverage.statuses, *coverage.constraints):
        if item.name in seen or " type " in item.name:
            assert (item.name, item.count) == (item.name, seen[item.name])
    assert sum(item.count for item in coverage.statuses) == len(cases)
