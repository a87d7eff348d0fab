"""The first requests of a run: is there anything to judge, and what does this implementation need for a success?"""

from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urljoin

from contract_tests.breach import Breach, shown
from contract_tests.case import Case
from contract_tests.doctor import diagnose
from contract_tests.envelope import content, is_failure_body
from contract_tests.exchange import Answer, Exchange, NoAnswer, Request
from contract_tests.judge import Learnt, judge
from contract_tests.notification import Maker
from contract_tests.payload import Payload
from contract_tests.probe import Probe
from contract_tests.unaccepted import broken_anyway
from contract_tests.values import lookalike
from contract_tests.verdict import Finding

_MORE = 4  # notifications with hashes of their own


@dataclass(frozen=True, slots=True)
class Preflight:
    """What the first requests to one operation showed."""

    maker: Maker
    accepted: bool
    plain: Case  # a notification that is known to succeed
    latency: float  # seconds, of a plain notification
    exchanges: tuple[tuple[Case, Exchange], ...]
    findings: tuple[Finding, ...] = ()
    advice: str = ""
    said: str = ""  # what came back, where no success did


def preflight(maker: Maker, probe: Probe, learnt: Learnt) -> Preflight:
    """Send plain notifications until one succeeds, four at the most; TargetError if nobody is there.

    Without the optional fields and with them in turn: one of the two may be refused, which is a matter for OK-5. With
    a secret it takes some more to say that none is accepted: a build may get many hashes wrong, and others right.
    """
    bare, full = _first_cases(maker)
    sent: list[tuple[Case, Exchange]] = []
    for case in (bare, full, bare, full, *([full] * _MORE if maker.partner.secret and maker.fresh_values() else ())):
        exchange = probe.send(case.build(), fresh_connection=True) if sent else probe.reach(case.build())
        sent.append((case, exchange))
        if _accepted(maker, probe, exchange.answer):
            break
    case, exchange = sent[-1]
    answer = exchange.answer
    if not isinstance(answer, Answer) or not _accepted(maker, probe, answer):
        advice, findings = _why(maker, probe)
        findings = findings or _beyond_doubt(sent, maker, learnt) or broken_anyway(maker, probe, learnt, *sent[0])
        if any(finding.exchange.answer.is_2xx for finding in findings):
            advice = ""  # what is wrong is known: the same was accepted when it was sent otherwise
        said = shown(sent[0][1].answer, 300)
        return Preflight(maker, False, bare, 0, tuple(sent), tuple(findings), advice, said)
    _learn_success(learnt, answer)
    warm = probe.alone(case.build())
    if _accepted(maker, probe, warm.answer):
        _learn_success(learnt, warm.answer)
    probe.usually(warm.answer.elapsed)
    probe.mind_few_connections(case.build(), warm.answer.elapsed)
    maker = _fresh_or_not(maker, probe, learnt)
    plain = full if case is full or (maker.fresh and maker.partner.secret) else bare
    return Preflight(
        maker,
        accepted=True,
        plain=plain,
        latency=min(answer.elapsed, warm.answer.elapsed),
        exchanges=tuple(sent),
        findings=tuple(_before(sent, maker, probe)),
    )


def _first_cases(maker: Maker) -> tuple[Case, Case]:
    """Plain notifications: without the optional fields, and with new values in those that allow it.

    With a secret, the first kind may be an exact repeat of an earlier run's, and may be refused with 409.
    """
    names = [field.name for field in maker.operation.optional]
    build = partial(_plain, maker, tuple(names), False)
    bare = Case("OK-1", "first", "success", build, maker, may_repeat=bool(maker.partner.secret))
    full = Case("OK-1", "first-with-optional", "success", partial(_plain, maker, (), True), maker)
    return bare, full


def _plain(maker: Maker, without: tuple[str, ...], fresh: bool) -> Request:
    return maker.request(maker.body(without=without, fresh=fresh), what="a plain notification")


def _before(sent: list[tuple[Case, Exchange]], maker: Maker, probe: Probe) -> list[Finding]:
    """What the refusals before the first success mean: OK-5 where the same is refused again, else ROB-3."""
    findings = []
    for case, exchange in sent[:-1][:1]:
        if case.taken_for_repeat(exchange.answer):
            continue
        again = [probe.send(case.build(), fresh_connection=True) for _ in range(3)]
        refused = [each for each in again if not _accepted(maker, probe, each.answer)]
        if len(refused) == len(again) and maker.operation.optional:
            breach = Breach("OK-5", "a success without the optional fields", shown(exchange.answer))
            findings.append(Finding(breach, replace(case, rule="OK-5", label="left-out"), exchange, (4, 4)))
        else:
            breach = Breach("ROB-3", "the same verdict each time", f"at first {shown(exchange.answer)}")
            findings.append(Finding(breach, case, exchange, (1 + len(refused), 1 + len(again))))
    return findings


def learn_hash_refusals(maker: Maker, probe: Probe, learnt: Learnt) -> None:
    """With a secret: how a wrong hash is refused, since so may be a faulty body, and what is signed in a variant."""
    carrier = maker.operation.request_hash
    if not carrier or not maker.partner.secret:
        return
    answers = [probe.send(maker.request(maker.body({carrier.field: wrong}))).answer for wrong in ("0" * 32, "f" * 32)]
    learnt.hash_refusals = [answer for answer in answers if isinstance(answer, Answer) and answer.is_4xx]


def learn_unchecked(maker: Maker, probe: Probe, learnt: Learnt) -> None:
    """In which fields this build accepts values that nobody knows: what it refuses there is no unknown session."""
    carrier = maker.operation.request_hash
    found = set()
    for field in maker.operation.required:
        usual = maker.body().get(field.name)
        if isinstance(usual, str) and not (carrier and carrier.field == field.name):
            others = [value for value in (lookalike(usual), lookalike(usual)) if field.schema.is_valid(value)]
            sent = [maker.request(maker.body({field.name: value}), what=f'another "{field.name}"') for value in others]
            if sent and all(_accepted(maker, probe, probe.send(request).answer) for request in sent):
                found.add(field.name)
    learnt.unchecked = frozenset(found)


def _learn_success(learnt: Learnt, answer: Answer | NoAnswer) -> None:
    """What is said to a good notification, with optional fields or without, at first or later: such a 2XX accepts."""
    if isinstance(answer, Answer) and content(answer) not in learnt.success_bodies:
        learnt.success_bodies.append(content(answer))


def _accepted(maker: Maker, probe: Probe, answer: Answer | NoAnswer) -> bool:
    """2XX; where its body reads like a refusal, only if a faulty request is answered otherwise."""
    if not isinstance(answer, Answer) or not answer.is_2xx:
        return False
    if not is_failure_body(maker.operation, answer):
        return True
    faulty = probe.send(maker.request(Payload(b"{"), what='the body "{"'), fresh_connection=True).answer
    return isinstance(faulty, Answer) and (faulty.status, faulty.body) != (answer.status, answer.body)


def _fresh_or_not(maker: Maker, probe: Probe, learnt: Learnt) -> Maker:
    """A maker whose notifications carry new optional values, unless this implementation refuses those (OK-5).

    With 409 it does not refuse those, but takes them for a repeat, which they are not.
    """
    if not maker.fresh_values():
        return maker
    for _ in range(2):
        answer = probe.send(maker.request()).answer
        accepted = _accepted(maker, probe, answer)
        if accepted:
            _learn_success(learnt, answer)
        if accepted or answer.is_conflict:
            return maker
    return replace(maker, fresh=False)


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


def _beyond_doubt(sent: list[tuple[Case, Exchange]], maker: Maker, learnt: Learnt) -> list[Finding]:
    """What convicts even where nothing succeeded: answers that are wrong whether the notification was good or not.

    A refusal may be our mistake: wrong credentials, an unknown session, the URL of another server.
    """
    if not all(_wrong_either_way(maker, exchange.answer) for _, exchange in sent):
        return []
    return judged(tuple(sent[:1]), learnt)


def _wrong_either_way(maker: Maker, answer: Answer | NoAnswer) -> bool:
    """A 2XX that is none, an answer that ends before it is complete, a redirect to the same path but for a slash."""
    if isinstance(answer, NoAnswer):
        return answer.trouble in ("cut-off", "unreadable")
    here = maker.target.url + maker.operation.path
    there = urljoin(here, answer.header("location")).partition("?")[0]
    return answer.is_2xx or (300 <= answer.status < 400 and there.rstrip("/") == here.rstrip("/"))


def judged(sent: tuple[tuple[Case, Exchange], ...], learnt: Learnt) -> list[Finding]:
    """The breaches of the first requests; a refusal among them is the preflight's own matter."""
    return [
        Finding(breach, case, exchange)
        for case, exchange in sent
        for breach in judge(case, exchange, learnt)
        if not breach.note
    ]
