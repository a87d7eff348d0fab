"""ROB-2: many at once, each of which must be answered as it would be alone."""

import math
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from contract_tests.breach import Breach, shown
from contract_tests.case import Case
from contract_tests.engine import Engine
from contract_tests.envelope import alike
from contract_tests.exchange import Answer, NoAnswer, Request, like
from contract_tests.notification import Maker, strange_ids
from contract_tests.sequences import representatives
from contract_tests.values import lookalike
from contract_tests.verdict import Finding, Result

_BURST = 16  # requests at once, where the target is quick enough
_ROUNDS = 4
_QUICK = 0.02  # seconds of latency, up to which twice as many rounds are not felt
_TELLING = 4  # times that the share seen in bursts would be met alone, before it is put down to them
_ALONE = 10.0  # seconds that this may take
_UNAVAILABLE = 503
_BEHIND = 0.01  # seconds at the most


def parallel(engine: Engine, maker: Maker, latency: float, timeout: float) -> list[Finding]:
    """ROB-2: bursts of plain notifications beside others; each must be answered as it was alone.

    In turn half of the others are of one kind, some of them a little behind, while the rest are still in work: what is
    held in one place is what the last one put there. A difference must show twice. What shows alone too is ROB-3.
    """
    results = [engine.once(case) for case in (*representatives(maker), *_of_others(engine, maker))]
    cases = [result.case for result in results if _is_measure(result)]
    alone = {result.case.label: result.exchange.answer for result in results}
    if any(isinstance(answer, NoAnswer) for answer in alone.values()):
        return []
    size = max(4, min(_BURST, int(timeout / 3 / max(latency, 0.001)) // 4 * 4))
    behind = min(latency / 3, _BEHIND)
    good, *others = cases
    odd: list[Result] = []
    rounds = 0
    turns = max(_ROUNDS, len(others)) * (2 if latency < _QUICK else 1)
    for _ in range(turns * 2):
        results = _burst(engine, _mixed(good, others, size, behind))
        others.append(others.pop(0))
        rounds += 1
        odd.extend(r for r in results if not alike(maker.operation, alone[r.case.label], r.exchange.answer))
        if rounds >= turns and not odd:
            break
        if len(odd) > 1 and rounds > 1:
            break
    if not odd:
        return _crossed(engine, maker, size)
    if len(odd) < 2:
        return []
    times = min(math.ceil(_TELLING * rounds * size / len(odd)), int(_ALONE / max(latency, 0.001)))
    shaky = _odd_alone(engine, cases, alone, times)
    if shaky:
        return _at_any_time(shaky, alone, len(odd), rounds * size)
    breach = Breach(
        "ROB-2",
        f"as alone: {shown(alone[odd[0].case.label])}",
        f"{len(odd)} of {rounds * size} in bursts of {size} differ, the first: {shown(odd[0].exchange.answer)}",
    )
    return [Finding(breach, odd[0].case, odd[0].exchange, (len(odd), rounds * size))]


def _is_measure(result: Result) -> bool:
    """Whether other answers can be held against this one: not where what ought to be refused was accepted."""
    return not (result.case.expect == "refusal" and result.exchange.answer.is_2xx)


def _mixed(good: Case, others: Sequence[Case], size: int, behind: float) -> list[tuple[Case, float]]:
    """The cases of one burst, each with its delay in seconds: half of them good, a quarter the first of the others."""
    found: list[tuple[Case, float]] = []
    for number in range(size // 4):
        late = behind if number % 2 else 0.0
        found += [(good, 0.0), (others[0], late), (good, 0.0), (others[(number + 1) % len(others)], 0.0)]
    return found


def _of_others(engine: Engine, maker: Maker) -> tuple[Case, ...]:
    """Notifications of other sessions each time, with ids that nobody looks up and with all ids others."""
    unchecked = engine.learnt.unchecked

    def another() -> Request:
        body = maker.body()
        others = {name: lookalike(body[name]) for name in sorted(unchecked)}
        return maker.request(maker.body(others), what="a notification of another session")

    def stranger() -> Request:
        return maker.request(maker.body(strange_ids(maker)), what="a notification of a session that nobody knows")

    builds = {"another-session": another, "stranger": stranger} if unchecked else {"stranger": stranger}
    return tuple(Case("ROB-2", label, "success-or-refusal", build, maker) for label, build in builds.items())


def _burst(engine: Engine, cases: Sequence[tuple[Case, float]]) -> list[Result]:
    """Send all at once, each after its own delay in seconds."""
    gate = threading.Barrier(len(cases))

    def one(case: Case, delay: float) -> Result:
        gate.wait()
        if delay:
            time.sleep(delay)
        return engine.once(case, fresh_connection=True)

    with ThreadPoolExecutor(len(cases)) as pool:
        return list(pool.map(one, *zip(*cases, strict=True)))


def _odd_alone(engine: Engine, cases: Sequence[Case], alone: dict[str, Answer | NoAnswer], times: int) -> Result | None:
    """Of so many of the same requests, one after the other, one that is not answered as at first.

    None: then the burst made the difference.
    """
    engine.let_go()
    for number in range(max(times, 3 * len(cases))):
        result = engine.once(cases[number % len(cases)], fresh_connection=True)
        if not like(alone[result.case.label], result.exchange.answer):
            return result
    return None


def _at_any_time(shaky: Result, alone: dict[str, Answer | NoAnswer], odd: int, sent: int) -> list[Finding]:
    """ROB-3: what fails now and then, in bursts and alone; where it is refused alone, something else has changed."""
    answer = shaky.exchange.answer
    if isinstance(answer, Answer) and (answer.status < 500 or answer.status == _UNAVAILABLE):
        return []
    breach = Breach(
        "ROB-3",
        f"the same verdict each time: {shown(alone[shaky.case.label])}",
        f"{odd} of {sent} in bursts differ, and so does what is sent alone: {shown(answer)}",
    )
    return [Finding(breach, shaky.case, shaky.exchange, (odd, sent))]


def _crossed(engine: Engine, maker: Maker, size: int) -> list[Finding]:
    """ROB-2: answers that repeat ids must repeat their own caller's; one request where ids are not repeated at all."""
    alone, ids = _stranger(maker)
    if not _repeats(engine.once(alone), ids):
        return []
    odd: list[Result] = []
    for _ in range(_ROUNDS):
        strangers = [_stranger(maker) for _ in range(size)]
        results = _burst(engine, [(case, 0.0) for case, _ in strangers])
        for result, (_, own) in zip(results, strangers, strict=True):
            odd.extend([result] if _repeats(result, {each for _, ids in strangers for each in ids} - own) else [])
    if len(odd) < 2:
        return []
    got = f"{len(odd)} of {_ROUNDS * size} in bursts of {size} repeat another's: {shown(odd[0].exchange.answer)}"
    breach = Breach("ROB-2", "only the caller's own ids in an answer", got)
    return [Finding(breach, odd[0].case, odd[0].exchange, (len(odd), _ROUNDS * size))]


def _stranger(maker: Maker) -> tuple[Case, set[str]]:
    """A notification with ids of its own, and those."""
    ids = strange_ids(maker)
    build = lambda: maker.request(maker.body(ids), what="a notification with ids of its own")  # noqa: E731
    own = {value for name, value in ids.items() if value != maker.operation.by_name[name].example}
    return Case("ROB-2", "own-ids", "success-or-refusal", build, maker), own


def _repeats(result: Result, ids: set[str]) -> bool:
    answer = result.exchange.answer
    if isinstance(answer, NoAnswer):
        return False
    text = "\n".join([answer.text, *(value for _, value in answer.headers)])
    return any(each in text for each in ids)
