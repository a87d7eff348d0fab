"""Where no plain notification succeeds: what is broken all the same, whatever ids and hash this build would accept."""

from dataclasses import replace

from contract_tests.breach import Breach, shown
from contract_tests.case import Case, collect
from contract_tests.envelope import failure_envelope
from contract_tests.exchange import Answer, Exchange
from contract_tests.judge import Known, judge
from contract_tests.notification import Maker
from contract_tests.probe import Probe
from contract_tests.verdict import Finding

_OTHER_BODIES = frozenset({"VAL-4", "VAL-5"})
_FAULTY = _OTHER_BODIES | {"VAL-1", "VAL-2"}


def broken_anyway(maker: Maker, probe: Probe, known: Known, plain: Case, exchange: Exchange) -> list[Finding]:
    """An answer that is no well-formed refusal either, and what succeeds in the place of a right notification.

    The first convicts only who refuses wrong credentials as the contract says: others may be no implementation at all.
    """
    found: list[Finding] = []
    if _refuses_rightly(maker, probe):
        lenient = replace(plain, expect="success-or-refusal", may_repeat=False)
        answer = exchange.answer
        refused = isinstance(answer, Answer) and 400 <= answer.status < 500
        for case in (lenient,) if refused else (plain, lenient):
            found.extend(Finding(breach, case, exchange) for breach in judge(case, exchange, known))
    for case in collect(maker, _FAULTY):
        other = probe.send(case.build(), fresh_connection=True)
        if _is_success(maker, other):
            found.extend(Finding(breach, case, other) for breach in judge(case, other, known))
            if case.rule in _OTHER_BODIES:  # the same in another writing: then neither ids nor hash were the reason
                breach = Breach("OK-1", f"{shown(other.answer)}, as for another body", shown(exchange.answer))
                found.append(Finding(breach, plain, exchange))
    by_rule = {finding.breach.rule: finding for finding in reversed(found) if not finding.breach.note}
    return list(reversed(by_rule.values()))


def _is_success(maker: Maker, exchange: Exchange) -> bool:
    answer, success = exchange.answer, maker.operation.success
    envelope = maker.operation.envelope(success.status)
    if not isinstance(answer, Answer) or answer.status != success.status or envelope is None:
        return False
    return envelope.schema.is_valid(answer.json_or_none)


def _refuses_rightly(maker: Maker, probe: Probe) -> bool:
    """Whether each wrong credential is refused with 4XX in the contract's envelope."""
    roles = [credential.role for credential in maker.operation.credentials]
    answers = [
        probe.send(maker.request(credentials={role: "lmkit-wrong"}), fresh_connection=True).answer for role in roles
    ]
    return bool(answers) and all(
        isinstance(answer, Answer)
        and 400 <= answer.status < 500
        and not list(failure_envelope(maker.operation, answer))
        for answer in answers
    )
