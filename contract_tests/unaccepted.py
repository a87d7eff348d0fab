"""Where no plain notification succeeds: what is broken all the same, whatever ids and hash this build would accept."""

from collections.abc import Iterator
from dataclasses import replace

from contract_tests.breach import Breach, shown
from contract_tests.case import Case
from contract_tests.envelope import alike, code_of, failure_envelope
from contract_tests.exchange import Answer, Exchange, NoAnswer
from contract_tests.judge import Learnt, judge
from contract_tests.notification import Maker, unique
from contract_tests.otherwise import body_otherwise, credentials_otherwise, head_otherwise
from contract_tests.probe import Probe
from contract_tests.verdict import Finding

_PATIENCE = 0.5  # seconds: a slow implementation is not asked some sixty times more


def broken_anyway(maker: Maker, probe: Probe, learnt: Learnt, plain: Case, exchange: Exchange) -> list[Finding]:
    """What is wrong with an answer that is not even a well-formed refusal, and with a success for a wrong notification.

    The first convicts only who refuses wrong credentials as the contract says: others may be no implementation at all.
    """
    denied = _denied(maker, probe)
    found: list[Finding] = []
    if denied and all(_refuses_rightly(maker, answer) for answer in denied):
        lenient = replace(plain, expect="success-or-refusal", may_repeat=False)
        for case in (lenient,) if exchange.answer.is_4xx else (plain, lenient):
            found.extend(Finding(breach, case, exchange) for breach in judge(case, exchange, learnt))
    if exchange.answer.elapsed < _PATIENCE:
        found.extend(_taken_otherwise(probe, learnt, plain, exchange, _ways(maker, denied, exchange.answer)))
    by_rule = {finding.breach.rule: finding for finding in reversed(found) if not finding.breach.note}
    return list(reversed(by_rule.values()))


def _ways(maker: Maker, denied: list[Answer | NoAnswer], answer: Answer | NoAnswer) -> Iterator[Case]:
    """How else to send it. Where wrong credentials are refused alike ours may be wrong: then little more is sent."""
    yield from credentials_otherwise(maker)
    alike_denied = any(alike(maker.operation, each, answer) for each in denied)
    unauthorised = maker.contract.rules.get("AUTH-3")
    if alike_denied and isinstance(answer, Answer) and unauthorised and answer.status in unauthorised.statuses:
        return
    yield from head_otherwise(maker)
    if not alike_denied or (isinstance(answer, Answer) and code_of(maker.operation, answer)):
        yield from body_otherwise(maker)


def _taken_otherwise(
    probe: Probe, learnt: Learnt, plain: Case, exchange: Exchange, ways: Iterator[Case]
) -> Iterator[Finding]:
    """The same notification sent otherwise: if that succeeds, and the plain one still does not, ids and hash are right.

    Only the contract's own success counts, not any 2XX.
    """
    for case in ways:
        other = probe.send(case.build(), fresh_connection=True)
        if not _is_success(case.maker, other):
            continue
        again = probe.send(plain.build(), fresh_connection=True)
        if again.answer.is_2xx or plain.taken_for_repeat(again.answer):
            return
        yield from (Finding(breach, case, other) for breach in judge(case, other, learnt))
        breach = Breach(
            "OK-1", f"{shown(other.answer)}, as it got sent otherwise: {other.request.what}", shown(exchange.answer)
        )
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
