"""What takes more than one request to see: repeats (OK-8), and one verdict every time (ROB-3)."""

from collections.abc import Sequence
from dataclasses import replace

from contract_tests.breach import Breach, no_answer, shown
from contract_tests.case import Case
from contract_tests.engine import Engine
from contract_tests.envelope import failure_envelope, is_failure_body
from contract_tests.exchange import NoAnswer, like
from contract_tests.judge import judge
from contract_tests.notification import Maker
from contract_tests.payload import Payload
from contract_tests.probe import Probe
from contract_tests.verdict import Finding, Result

_CERTAIN = 3  # notifications that must be answered otherwise when they come again


def representatives(maker: Maker) -> tuple[Case, ...]:
    """Good notifications and one request of each kind of fault, for telling verdicts apart."""
    operation = maker.operation
    good = Case("ROB-3", "good", "success", lambda: maker.request(what="a plain notification"), maker)
    bad = Case(
        "ROB-3", "malformed", "refusal", lambda: maker.request(Payload(b"{"), what='the body "{"'), maker, fault="body"
    )
    found = [good, bad]
    if operation.required:
        name = operation.required[0].name
        build = lambda: maker.request(maker.body(without=[name]), what=f'without "{name}"')  # noqa: E731
        found.append(Case("ROB-3", "missing", "refusal", build, maker, fault="body"))
    if operation.credentials:
        role = operation.credentials[-1].role
        denied = lambda: maker.request(credentials={role: None}, what=f"without the {role}")  # noqa: E731
        found.append(Case("ROB-3", "unauthorised", "refusal", denied, maker, fault="credential"))
    carrier = operation.request_hash
    if carrier and maker.partner.secret:
        forged = lambda: maker.request(maker.body({carrier.field: "0" * 32}), what="a wrong hash")  # noqa: E731
        found.append(Case("ROB-3", "wrong-hash", "refusal", forged, maker, fault="hash"))
    return tuple(found)


def repeated(engine: Engine, probe: Probe, maker: Maker) -> list[Finding]:
    """OK-8: the very same bytes twice more. A 5XX to a repeat is also a fault of the caller answered as one's own.

    What fails now and then is a matter for ROB-3: a difference must show with three notifications.
    """
    found: list[Finding] = []
    for _ in range(_CERTAIN):
        found = _repeated_once(engine, probe, maker)
        if not found:
            break
    return found


def _repeated_once(engine: Engine, probe: Probe, maker: Maker) -> list[Finding]:
    case = Case("OK-8", "repeat", "success", lambda: maker.request(what="a notification, sent again"), maker)
    request = case.build()
    first = probe.send(request)
    if case.taken_for_repeat(first.answer):
        return [Finding(Breach("OK-8", "a success, as at first", shown(first.answer)), case, first)]
    if not first.answer.is_2xx:
        return []
    usual = {breach.rule for breach in judge(case, first, engine.learnt)}
    findings: list[Finding] = []
    for _ in range(2):
        second = probe.send(request)
        answer = second.answer
        if like(first.answer, answer) and usual >= {breach.rule for breach in judge(case, second, engine.learnt)}:
            continue
        findings.append(Finding(Breach("OK-8", shown(first.answer), shown(answer)), case, second))
        if isinstance(answer, NoAnswer) or answer.status >= 500:
            wanted = f"{maker.operation.success.status} or a well-formed 409"
            findings.append(Finding(Breach("ERR-5", wanted, shown(answer)), case, second))
        elif is_failure_body(maker.operation, answer) and answer.status < 400:
            findings.append(Finding(Breach("ERR-1", "status 4XX or 5XX for a refusal", shown(answer)), case, second))
        else:
            breaches = judge(replace(case, expect="success-or-refusal"), second, engine.learnt)
            findings.extend(Finding(breach, case, second) for breach in breaches)
        break
    return findings


def steady(engine: Engine, maker: Maker, rounds: int) -> list[Finding]:
    """ROB-3: good and faulty requests in turn, over new connections; each kind must get one verdict throughout."""
    cases = representatives(maker)
    findings = []
    seen: dict[str, list[Result]] = {case.label: [] for case in cases}
    for _ in range(rounds):
        for case in cases[1:]:
            for each in (case, cases[0], cases[0]):  # the first after a refusal, and one after a success
                seen[each.label].append(engine.once(each, fresh_connection=True))
    for results in seen.values():
        odd = _odd_one(results)
        if odd is not None:
            different = sum(not like(odd.exchange.answer, result.exchange.answer) for result in results)
            usual = next(r for r in results if not like(odd.exchange.answer, r.exchange.answer))
            breach = Breach(
                "ROB-3",
                f"the same verdict each time: {shown(usual.exchange.answer)}",
                f"{len(results) - different} of {len(results)} times {shown(odd.exchange.answer)}",
            )
            findings.append(Finding(breach, odd.case, odd.exchange, (len(results) - different, len(results))))
    return findings


def now_and_then(mixed: Sequence[Finding]) -> list[Finding]:
    """ROB-3, once: what failed at first, and not each time that it was sent again."""
    if not mixed:
        return []
    worst = mixed[0]
    times = sum(finding.again[0] for finding in mixed), sum(finding.again[1] for finding in mixed)
    got = (
        f"{times[0]} of {times[1]} times, when what had failed once was sent again, {worst.breach.got} "
        f"({worst.breach.rule}: expected {worst.breach.expected})"
    )
    return [Finding(Breach("ROB-3", "the same verdict each time", got), worst.case, worst.exchange, times, len(mixed))]


def put_off(engine: Engine) -> list[Finding]:
    """ERR-2 to ERR-4: an answer that asks for a later repeat is a refusal like any other, though it is not the last."""
    return [
        Finding(breach, result.case, replace(result.exchange, answer=answer))
        for result in engine.results
        if (answer := result.exchange.put_off) is not None
        for breach in failure_envelope(result.case.operation, answer)
    ]


def unended(engine: Engine, probe: Probe, plain: Case) -> list[Finding]:
    """ERR-2 or OK-2: an answer that is over only when its connection is, though that is to be kept."""
    for result in engine.results:
        exchange = result.exchange
        if exchange.unended is None or any(probe.ends(plain.build(), exchange.request) for _ in range(2)):
            continue
        wanted = "an answer that says where it ends, by Content-Length or in chunks"
        got = f"{no_answer(exchange.unended)} over a kept connection; over one that closes, {shown(exchange.answer)}"
        return [Finding(Breach("OK-2" if exchange.answer.is_2xx else "ERR-2", wanted, got), result.case, exchange)]
    return []


def still_accepted(engine: Engine, plain: Case) -> list[Finding]:
    """ROB-3: what succeeded at first must succeed after all that was sent in between."""
    results = [engine.once(plain, fresh_connection=True) for _ in range(3)]
    if any(result.exchange.answer.is_2xx or result.exchange.answer.is_conflict for result in results):
        return []
    breach = Breach("ROB-3", "a success, as at first", f"at the end of the run {shown(results[-1].exchange.answer)}")
    return [Finding(breach, plain, results[-1].exchange, (3, 3))]


def _odd_one(results: Sequence[Result]) -> Result | None:
    """A result of the rarer verdict, or None where all agree."""
    classes: dict[str, list[Result]] = {}
    for result in results:
        key = next((k for k, rs in classes.items() if like(rs[0].exchange.answer, result.exchange.answer)), None)
        classes.setdefault(key or str(len(classes)), []).append(result)
    return min(classes.values(), key=len)[0] if len(classes) > 1 else None
