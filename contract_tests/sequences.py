"""What takes more than one request to see: repeats (OK-8), many at once (ROB-2), one verdict every time (ROB-3)."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from contract_tests.breach import Breach, shown
from contract_tests.case import Case
from contract_tests.engine import Engine, Result, like
from contract_tests.envelope import code_of, failure_envelope, is_failure_body
from contract_tests.exchange import Answer, NoAnswer, Request
from contract_tests.judge import judge
from contract_tests.notification import Maker, new_value
from contract_tests.probe import Probe
from contract_tests.values import lookalike
from contract_tests.verdict import Finding

_BURST = 16  # requests at once, where the target is quick enough
_ROUNDS = 4
_CERTAIN = 3  # notifications that must be answered otherwise when they come again


def representatives(maker: Maker) -> tuple[Case, ...]:
    """Good notifications and one request of each kind of fault, for telling verdicts apart."""
    operation = maker.operation
    good = Case("ROB-3", "good", "success", lambda: maker.request(what="a plain notification"), maker)
    bad = Case(
        "ROB-3", "malformed", "refusal", lambda: maker.request(raw=b"{", what='the body "{"'), maker, fault="body"
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
    if not _accepted(first.answer):
        return []
    usual = {breach.rule for breach in judge(case, first, engine.known)}
    findings: list[Finding] = []
    for _ in range(2):
        second = probe.send(request)
        answer = second.answer
        if like(first.answer, answer) and usual >= {breach.rule for breach in judge(case, second, engine.known)}:
            continue
        findings.append(Finding(Breach("OK-8", shown(first.answer), shown(answer)), case, second))
        if isinstance(answer, NoAnswer) or answer.status >= 500:
            findings.append(Finding(Breach("ERR-5", "200 or a well-formed 409", shown(answer)), case, second))
        elif is_failure_body(maker.operation, answer) and answer.status < 400:
            findings.append(Finding(Breach("ERR-1", "status 4XX or 5XX for a refusal", shown(answer)), case, second))
        else:
            breaches = judge(replace(case, expect="success-or-refusal"), second, engine.known)
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


def parallel(engine: Engine, maker: Maker, latency: float, timeout: float) -> list[Finding]:
    """ROB-2: a burst of mixed requests; each must be answered as it was alone. A difference must show twice."""
    cases = (*representatives(maker), *_of_others(engine, maker))
    alone = {case.label: engine.once(case).exchange.answer for case in cases}
    if any(isinstance(answer, NoAnswer) for answer in alone.values()):
        return []
    size = max(4, min(_BURST, int(timeout / 3 / max(latency, 0.001))))
    mixed = [cases[0] if position % 2 else cases[1 + position // 2 % (len(cases) - 1)] for position in range(size)]
    odd: list[Result] = []
    rounds = 0
    for _ in range(_ROUNDS * 2):
        rounds += 1
        results = _burst(mixed, lambda case: engine.once(case, fresh_connection=True))
        odd.extend(r for r in results if _differs(maker, alone[r.case.label], r.exchange.answer))
        if rounds >= _ROUNDS and not odd:
            break
        if len(odd) > 1 and rounds > 1:
            break
    if not odd:
        return _crossed(engine, maker, size)
    if len(odd) < 2 or not _still_right(engine, cases, alone):
        return []
    breach = Breach(
        "ROB-2",
        f"as alone: {shown(alone[odd[0].case.label])}",
        f"{len(odd)} of {rounds * size} in bursts of {size} differ, the first: {shown(odd[0].exchange.answer)}",
    )
    return [Finding(breach, odd[0].case, odd[0].exchange, (len(odd), rounds * size))]


def _crossed(engine: Engine, maker: Maker, size: int) -> list[Finding]:
    """ROB-2: answers that repeat ids must repeat their own caller's; one request where ids are not repeated at all."""
    alone, ids = _stranger(maker)
    if not _repeats(engine.once(alone), ids):
        return []
    odd: list[Result] = []
    for _ in range(_ROUNDS):
        strangers = [_stranger(maker) for _ in range(size)]
        results = _burst([case for case, _ in strangers], lambda case: engine.once(case, fresh_connection=True))
        for result, (_, own) in zip(results, strangers, strict=True):
            odd.extend([result] if _repeats(result, {each for _, ids in strangers for each in ids} - own) else [])
    if len(odd) < 2:
        return []
    got = f"{len(odd)} of {_ROUNDS * size} in bursts of {size} repeat another's: {shown(odd[0].exchange.answer)}"
    breach = Breach("ROB-2", "only the caller's own ids in an answer", got)
    return [Finding(breach, odd[0].case, odd[0].exchange, (len(odd), _ROUNDS * size))]


def _stranger(maker: Maker) -> tuple[Case, set[str]]:
    """A notification with ids of its own, and those."""
    fields = [item for item in maker.operation.required if item.is_string and not item.secret]
    ids = {item.name: new_value(item) for item in fields}
    build = lambda: maker.request(maker.body(ids), what="a notification with ids of its own")  # noqa: E731
    return Case("ROB-2", "own-ids", "success-or-refusal", build, maker), {
        value for name, value in ids.items() if value != maker.operation.by_name[name].example
    }


def _repeats(result: Result, ids: set[str]) -> bool:
    answer = result.exchange.answer
    if isinstance(answer, NoAnswer):
        return False
    text = "\n".join([answer.text, *(value for _, value in answer.headers)])
    return any(each in text for each in ids)


def put_off(engine: Engine) -> list[Finding]:
    """ERR-2 to ERR-4: an answer that asks for a later repeat is a refusal like any other, though it is not the last."""
    return [
        Finding(breach, result.case, replace(result.exchange, answer=answer))
        for result in engine.results
        if (answer := result.exchange.put_off) is not None
        for breach in failure_envelope(result.case.maker.operation, answer)
    ]


def still_accepted(engine: Engine, plain: Case) -> list[Finding]:
    """ROB-3: what succeeded at first must succeed after all that was sent in between."""
    results = [engine.once(plain, fresh_connection=True) for _ in range(3)]
    if any(_accepted(result.exchange.answer) or _is_repeat(result.exchange.answer) for result in results):
        return []
    breach = Breach("ROB-3", "a success, as at first", f"at the end of the run {shown(results[-1].exchange.answer)}")
    return [Finding(breach, plain, results[-1].exchange, (3, 3))]


def _of_others(engine: Engine, maker: Maker) -> tuple[Case, ...]:
    """Notifications of other sessions each time, where nobody looks those up: what they share can be mixed up."""
    if not engine.known.unchecked:
        return ()

    def build() -> Request:
        body = maker.body()
        others = {name: lookalike(body[name]) for name in sorted(engine.known.unchecked)}
        return maker.request(maker.body(others), what="a notification of another session")

    return (Case("ROB-2", "another-session", "success-or-refusal", build, maker),)


def _burst(cases: Sequence[Case], send: Callable[[Case], Result]) -> list[Result]:
    gate = threading.Barrier(len(cases))

    def one(case: Case) -> Result:
        gate.wait()
        return send(case)

    with ThreadPoolExecutor(len(cases)) as pool:
        return list(pool.map(one, cases))


def _differs(maker: Maker, alone: Answer | NoAnswer, now: Answer | NoAnswer) -> bool:
    if isinstance(alone, NoAnswer) or isinstance(now, NoAnswer):
        return True
    return (alone.status, code_of(maker.operation, alone)) != (now.status, code_of(maker.operation, now))


def _still_right(engine: Engine, cases: Sequence[Case], alone: dict[str, Answer | NoAnswer]) -> bool:
    """Whether the same requests, one after the other, are answered as at first: then the burst made the difference."""
    results = [engine.once(case) for case in cases for _ in range(3)]
    return all(like(alone[result.case.label], result.exchange.answer) for result in results)


def _accepted(answer: Answer | NoAnswer) -> bool:
    return isinstance(answer, Answer) and 200 <= answer.status < 300


def _is_repeat(answer: Answer | NoAnswer) -> bool:
    return isinstance(answer, Answer) and answer.status == 409


def _odd_one(results: Sequence[Result]) -> Result | None:
    """A result of the rarer verdict, or None where all agree."""
    classes: dict[str, list[Result]] = {}
    for result in results:
        key = next((k for k, rs in classes.items() if like(rs[0].exchange.answer, result.exchange.answer)), None)
        classes.setdefault(key or str(len(classes)), []).append(result)
    return min(classes.values(), key=len)[0] if len(classes) > 1 else None
