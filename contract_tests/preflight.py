"""The first requests of a run: is there anything to judge, and what does this implementation need for a success?"""

from dataclasses import dataclass, replace

from contract_tests.case import Case
from contract_tests.doctor import diagnose
from contract_tests.exchange import Answer, Exchange, NoAnswer
from contract_tests.judge import Breach, Known, code_of, is_failure_body, judge, shown, success_shape
from contract_tests.notification import Maker
from contract_tests.probe import Probe
from contract_tests.verdict import Finding

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Preflight:
    """What the first requests to one operation showed."""

    maker: Maker
    accepted: bool
    latency: float  # seconds, of a plain notification
    exchanges: tuple[tuple[Case, Exchange], ...]
    findings: tuple[Finding, ...] = ()
    advice: str = ""
    said: str = ""  # what came back, where no success did


def preflight(maker: Maker, probe: Probe, known: Known) -> Preflight:
    """Send plain notifications until one succeeds, three at the most; TargetError if nobody is there.

    With a secret, a notification without optional fields may be an exact repeat of an earlier run's, which an
    implementation may refuse with 409; then one that is new decides.
    """
    names = [field.name for field in maker.operation.optional]
    plain = Case(
        "OK-1",
        "first",
        "success",
        lambda: maker.request(maker.body(without=names, fresh=False), what="a plain notification"),
        maker,
        may_repeat=bool(maker.partner.secret),
    )
    new = replace(plain, label="first-new", build=lambda: maker.request(what="a plain notification"), may_repeat=False)
    sent: list[tuple[Case, Exchange]] = []
    for attempt in range(_TRIES):
        case = new if attempt and _is_repeat(sent[-1][1].answer) else plain
        exchange = probe.reach(case.build()) if attempt == 0 else probe.send(case.build(), fresh_connection=True)
        sent.append((case, exchange))
        if _accepted(maker, exchange.answer):
            break
    answer = sent[-1][1].answer
    if not _accepted(maker, answer):
        advice, findings = _why(maker, probe)
        return Preflight(maker, False, 0, tuple(sent), tuple(findings), advice, shown(answer, 300))
    assert isinstance(answer, Answer)
    known.success_body = success_shape(answer)
    sent_again = probe.send(case.build() if case is new or not maker.partner.secret else new.build())
    findings = _unsteady(sent)
    return Preflight(
        _fresh_or_not(maker, probe),
        accepted=True,
        latency=min(answer.elapsed, sent_again.answer.elapsed),
        exchanges=tuple(sent),
        findings=tuple(findings),
    )


def learn_hash_codes(maker: Maker, probe: Probe, known: Known) -> None:
    """With a secret: with which code a wrong hash is refused, since a faulty body may be refused for its hash."""
    carrier = maker.operation.request_hash
    if not carrier or not maker.partner.secret:
        return
    for wrong in ("0" * 32, "f" * 32):
        answer = probe.send(maker.request(maker.body({carrier.field: wrong}))).answer
        if isinstance(answer, Answer) and 400 <= answer.status < 500:
            known.hash_codes.add(code_of(maker.operation, answer))


def _accepted(maker: Maker, answer: Answer | NoAnswer) -> bool:
    """2XX, unless its body says in the contract's own words that it is a refusal."""
    return isinstance(answer, Answer) and 200 <= answer.status < 300 and not is_failure_body(maker.operation, answer)


def _is_repeat(answer: Answer | NoAnswer) -> bool:
    return isinstance(answer, Answer) and answer.status == 409


def _fresh_or_not(maker: Maker, probe: Probe) -> Maker:
    """A maker whose notifications carry new optional values, unless this implementation refuses those (OK-5)."""
    if not maker.fresh_values():
        return maker
    for _ in range(2):
        exchange = probe.send(maker.request())
        if _accepted(maker, exchange.answer):
            return maker
    return replace(maker, fresh=False)


def _unsteady(sent: list[tuple[Case, Exchange]]) -> list[Finding]:
    """ROB-3: plain notifications that failed before one succeeded; a 409 to a repeat is none of them."""
    failed = [(case, exchange) for case, exchange in sent[:-1] if not _is_repeat(exchange.answer)]
    if not failed:
        return []
    case, exchange = failed[0]
    breach = Breach("ROB-3", "the same verdict each time", f"at first {shown(exchange.answer)}")
    return [Finding(breach, case, exchange, (len(failed), len(sent)))]


def _why(maker: Maker, probe: Probe) -> tuple[str, list[Finding]]:
    """What may be wrong; where a hash that leaves out a field is accepted, that is SIG-2 broken beyond doubt."""
    if maker.operation.request_hash is None:
        return "", []
    if not maker.partner.secret:
        return "if this build checks the request hash, give its secret with --secret", []
    diagnosis = diagnose(maker, probe)
    if diagnosis is None:
        return "no published variant of the hash is accepted either; check --secret and --hash-scheme", []
    if diagnosis.uncovered:
        breach = Breach("SIG-2", f'a hash that covers "{diagnosis.uncovered}"', f"accepted: {diagnosis.name}")
        case = Case("SIG-2", diagnosis.uncovered, "refusal", lambda: diagnosis.exchange.request, maker, fault="hash")
        return f"this build accepts {diagnosis.name}", [Finding(breach, case, diagnosis.exchange)]
    return f"this build accepts {diagnosis.name}; if that is what was agreed, {diagnosis.advice}", []


def judged(sent: tuple[tuple[Case, Exchange], ...], known: Known) -> list[Finding]:
    """The breaches of the first requests; a refusal among them is the preflight's own matter."""
    return [
        Finding(breach, case, exchange)
        for case, exchange in sent
        for breach in judge(case, exchange, known)
        if not breach.note
    ]
