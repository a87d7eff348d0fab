"""Where no plain notification succeeds: what is broken all the same, whatever ids and hash this build would accept."""

from collections.abc import Iterator
from dataclasses import replace

from contract_tests.breach import Breach, shown
from contract_tests.case import Case, collect
from contract_tests.envelope import alike, failure_envelope
from contract_tests.exchange import Answer, Exchange, NoAnswer
from contract_tests.judge import Learnt, judge
from contract_tests.notification import Maker, unique
from contract_tests.probe import Probe
from contract_tests.verdict import Finding

_OTHER_BODIES = frozenset({"VAL-4", "VAL-5"})


def broken_anyway(maker: Maker, probe: Probe, learnt: Learnt, plain: Case, exchange: Exchange) -> list[Finding]:
    """What is wrong with an answer that is not even a well-formed refusal, and with a success for a wrong notification.

    The first convicts only who refuses wrong credentials as the contract says: others may be no implementation at all.
    The second is not tried where those are refused alike: ours may be wrong, and then the run is to stop at once.
    """
    denied = _denied(maker, probe)
    found: list[Finding] = []
    if denied and all(_refuses_rightly(maker, answer) for answer in denied):
        lenient = replace(plain, expect="success-or-refusal", may_repeat=False)
        for case in (lenient,) if exchange.answer.is_4xx else (plain, lenient):
            found.extend(Finding(breach, case, exchange) for breach in judge(case, exchange, learnt))
    if not any(alike(maker.operation, answer, exchange.answer) for answer in denied):
        found.extend(_in_its_place(maker, probe, learnt, plain, exchange))
    by_rule = {finding.breach.rule: finding for finding in reversed(found) if not finding.breach.note}
    return list(reversed(by_rule.values()))


def _in_its_place(maker: Maker, probe: Probe, learnt: Learnt, plain: Case, exchange: Exchange) -> Iterator[Finding]:
    """The same notification in another writing, which is no JSON object: if that succeeds, ids and hash were right."""
    body = maker.body(fresh=False)
    ids = [body[field.name].encode() for field in maker.operation.required if field.is_string and not field.secret]
    for case in collect(maker, _OTHER_BODIES):
        request = case.build()
        if not all(value in request.body for value in ids):
            continue
        other = probe.send(request, fresh_connection=True)
        if _is_success(maker, other):
            yield from (Finding(breach, case, other) for breach in judge(case, other, learnt))
            breach = Breach("OK-1", f"{shown(other.answer)}, as for another body", shown(exchange.answer))
            yield Finding(breach, plain, exchange)


def _is_success(maker: Maker, exchange: Exchange) -> bool:
    answer, success = exchange.answer, maker.operation.success
    envelope = maker.operation.envelope(success.status)
    if not isinstance(answer, Answer) or answer.status != success.status or envelope is None:
        return False
    return envelope.schema.is_valid(answer.json_or_none)


def _denied(maker: Maker, probe: Probe) -> list[Answer | NoAnswer]:
    """The answers to each wrong credential."""
    roles = [credential.role for credential in maker.operation.credentials]
    requests = [maker.request(credentials={role: unique("wrong")}, what=f"a wrong {role}") for role in roles]
    return [probe.send(request, fresh_connection=True).answer for request in requests]


def _refuses_rightly(maker: Maker, answer: Answer | NoAnswer) -> bool:
    if not isinstance(answer, Answer) or not answer.is_4xx:
        return False
    return not list(failure_envelope(maker.operation, answer))
