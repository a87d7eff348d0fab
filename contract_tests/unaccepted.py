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

_NOT_FOUND = 404
#: of servers that have no such path or method, ask for a login of their own, or stand before another (RFC 9110)
_OF_OTHERS = (401, _NOT_FOUND, 405, 407, 502, 503, 504)
_PATIENCE = 0.5  # seconds: a slow implementation is not asked some sixty times more


def broken_anyway(maker: Maker, probe: Probe, learnt: Learnt, plain: Case, exchange: Exchange) -> list[Finding]:
    """What is wrong with an answer that is not even a well-formed refusal, and with a success for a wrong notification.

    The first convicts only who refuses wrong credentials as the contract says, or answers like that on this path
    alone: others may be no implementation at all.
    """
    denied = _denied(maker, probe)
    found: list[Finding] = []
    refuses_rightly = denied and all(_refuses_rightly(maker, answer) for answer in denied)
    if refuses_rightly or _is_served(maker, probe, exchange.answer):
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


def _is_served(maker: Maker, probe: Probe, answer: Answer | NoAnswer) -> bool:
    """Whether something of the operator's own gave this answer, which is no failure of the contract, on this path.

    A path beside it, of which nobody has heard, is answered otherwise; nor does a gateway say that nobody is behind it.
    """
    if not isinstance(answer, Answer) or answer.status in _OF_OTHERS or _is_well_formed(maker, answer):
        return False
    request = maker.request(what="a plain notification to another path")
    path, mark, query = request.target.partition("?")
    beside = probe.send(replace(request, target=f"{path}-{unique()}{mark}{query}"), fresh_connection=True).answer
    return isinstance(beside, Answer) and beside.status == _NOT_FOUND


def _refuses_rightly(maker: Maker, answer: Answer | NoAnswer) -> bool:
    return isinstance(answer, Answer) and answer.is_4xx and _is_well_formed(maker, answer)


def _is_well_formed(maker: Maker, answer: Answer) -> bool:
    return not list(failure_envelope(maker.operation, answer))
