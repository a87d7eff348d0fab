"""Runs the cases: what comes first, what may go in parallel, and what is sent again before anyone is blamed."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from contract_tests.breach import too_slow
from contract_tests.case import Case
from contract_tests.causes import rough_cause
from contract_tests.exchange import Exchange, NoAnswer, Request
from contract_tests.gone import (
    OF_THE_ANSWER,
    GoneError,
    is_silent,
    is_stuck,
    is_unreachable,
    last_findings,
    last_ones,
    stuck_findings,
    stuck_ones,
)
from contract_tests.judge import Learnt, judge
from contract_tests.pace import CHUNK, Pace
from contract_tests.probe import Probe
from contract_tests.verdict import STUCK, Finding, Result

AGAIN = 3  # times that a failing case is sent again
_CONSISTENT = 2  # cases of one cause that must fail every time before the others are believed
_MIXED = 8  # cases of one cause that are sent again at the most

Progress = Callable[[str, int], None]


class Engine:
    """Sends cases through one probe and collects their results."""

    def __init__(self, probe: Probe, learnt: Learnt, plain: Case, pace: Pace, progress: Progress) -> None:
        self._probe = probe
        self._plain = plain  # what is sent to see whether anybody is still there
        self.learnt = learnt
        self._pace = pace
        self._progress = progress
        self.results: list[Result] = []
        self.mixed: list[Finding] = []
        self._last: Sequence[Result] = ()  # what its going away, or accepting nothing any more, accounts for

    def once(self, case: Case, *, fresh_connection: bool = False, patient: bool = False) -> Result:
        """Send one case and judge the answer; nothing is kept of it."""
        fresh_connection = fresh_connection or case.over_new_connection
        request = case.build()
        if case.after:
            exchange = self._second(case, request, case.after(request), patient)
        else:
            exchange = self._probe.send(request, fresh_connection=fresh_connection, patient=patient)
        return Result(case, exchange, judge(case, exchange, self.learnt))

    def _second(self, case: Case, request: Request, first: Request, patient: bool) -> Exchange:
        """What comes of a request that is the second over its connection.

        Where a refusal does not come, but does over a connection of its own, it may be one that does not say where it
        ends; not where whatever comes second gets no answer, which is the matter of OK-1.
        """
        exchange = self._probe.follow(first, request, patient=patient)
        if case.expect == "success" or not isinstance(exchange.answer, NoAnswer) or not exchange.answer.timed_out:
            return exchange
        alone = self._probe.send(request, fresh_connection=True, patient=patient)
        if isinstance(alone.answer, NoAnswer) or not self._probe.ends(self._plain.build(), self._plain.build()):
            return alone
        return replace(alone, before=first, unended=exchange.answer)

    def run(self, cases: Sequence[Case], label: str) -> None:
        """Send independent cases, several at a time, and keep their results in the order of the cases.

        Raises GoneError once the target takes no connections any more, or accepts nothing.
        """
        position = 0
        while position < len(cases):
            answers = [result.exchange.answer for result in self.results]
            if self._pace.enough(answers):
                return
            at_once = 1 if self._probe.is_crowded else self._pace.at_once(answers)
            # Where some are never answered, the others go on beside them rather than wait for the end of each chunk.
            unhurried = any(answer.timed_out for answer in answers) and at_once > 1 and not self._pace.limit
            chunk = cases[position : None if unhurried else position + max(CHUNK, 2 * at_once)]
            position += len(chunk)
            pool = ThreadPoolExecutor(at_once)
            try:
                under_way = [pool.submit(self.once, case) for case in chunk]
                for number, future in enumerate(under_way):
                    self.results.append(future.result())
                    self._progress(label, 1)
                    if is_silent(self.results) and self._is_gone():
                        self.results.extend(each.result() for each in under_way[number + 1 :] if each.done())
                        self._last = last_ones(self.results)
                        raise GoneError(last_findings(self.results, at_once))
                    if is_stuck(self.results):
                        self._still_accepts()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)  # nobody waits for answers that nobody wants any more
                raise
            pool.shutdown()

    def _still_accepts(self) -> None:
        """GoneError where plain notifications, which succeeded at first, are refused for some seconds."""
        for pause in (0.0, 0.5, 1.0):
            time.sleep(pause)
            plain = self.once(self._plain, fresh_connection=True)
            if plain.exchange.answer.is_2xx or plain.exchange.answer.is_conflict:
                return
        self._last = stuck_ones(self.results)
        raise GoneError(stuck_findings(self._last, plain), STUCK)

    def _is_gone(self) -> bool:
        """Whether plain notifications get no answer either, for some seconds, over kept connections too.

        Who takes only so many connections may have all of them kept open by us.
        """
        for pause in (0.2, 0.5, 1.0):
            time.sleep(pause)
            if not isinstance(self.once(self._plain, fresh_connection=True).exchange.answer, NoAnswer):
                return False
        return isinstance(self.once(self._plain).exchange.answer, NoAnswer)

    def let_go(self) -> None:
        """Close the connections that are kept, before what is sent one at a time: then there is but one at a time."""
        self._probe.let_go()

    def unconfirmed(self) -> list[Finding]:
        """What was found so far, as it was seen once; for a run that ends early."""
        return [
            Finding(breach, result.case, result.exchange)
            for result in self.results
            for breach in result.breaches
            if not breach.note and not is_unreachable(result)
            if breach.rule in OF_THE_ANSWER or result not in self._last
        ]

    def confirm(self) -> list[Finding]:
        """Findings that hold when the case is sent again; those that do not are kept in `mixed`, for ROB-3."""
        self.let_go()
        groups: dict[tuple[str, ...], list[Finding]] = {}
        for finding in self.unconfirmed():
            groups.setdefault(rough_cause(finding), []).append(finding)
        confirmed: list[Finding] = []
        for consistent, mixed in self._confirmations(list(groups.values())):
            confirmed.extend(consistent)
            self.mixed.extend(mixed)
        return confirmed

    def _confirmations(self, groups: list[list[Finding]]) -> Iterator[tuple[list[Finding], list[Finding]]]:
        """One after the other, so that nothing else can be the reason; where each takes long, as many as at first."""
        if not self._pace.slow:
            yield from map(self._confirm_group, groups)
            return
        pool = ThreadPoolExecutor(self._pace.at_once([result.exchange.answer for result in self.results]))
        try:
            yield from pool.map(self._confirm_group, groups)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _confirm_group(self, group: list[Finding]) -> tuple[list[Finding], list[Finding]]:
        """What breaks again each time, with what is like it; and what does not."""
        consistent: list[Finding] = []
        mixed: list[Finding] = []
        late = 0
        group = sorted(group, key=self._is_hasty)
        for position, finding in enumerate(group):
            # Each sending that hangs costs the whole time-out: then one case, sent once more, must do.
            dear = finding.exchange.answer.timed_out or self._pace.slow
            if len(consistent) == (1 if dear else _CONSISTENT):
                return [*consistent, *group[position:]], mixed
            if len(mixed) + late >= _MIXED:
                break
            if self._is_hasty(finding):
                found, answered = self._waited_for(finding)
                late += answered
                consistent.extend(found)
                continue
            times = 1 if dear else AGAIN
            broken = 1 + sum(self._breaks_again(finding) for _ in range(times))
            seen = replace(finding, again=(broken, times + 1))
            (consistent if broken == times + 1 else mixed).append(seen)
        return consistent, mixed

    def _is_hasty(self, finding: Finding) -> bool:
        """Whether the answer was waited for less long than the user wants it: it may still come."""
        answer = finding.exchange.answer
        return answer.timed_out and answer.elapsed < 0.9 * self._pace.timeout

    def _waited_for(self, finding: Finding) -> tuple[list[Finding], bool]:
        """The finding, if no answer comes in all the time there is; else what is wrong with the answer, each time."""
        self._progress("sending failures again", 0)
        result = self.once(finding.case, fresh_connection=True, patient=True)
        if result.exchange.answer.timed_out:
            return [replace(finding, exchange=result.exchange, again=(2, 2))], False
        found = [Finding(breach, result.case, result.exchange) for breach in result.breaches if not breach.note]
        return [each for each in found if self._breaks_again(each)], True

    def _breaks_again(self, finding: Finding) -> bool:
        self._progress("sending failures again", 0)
        result = self.once(finding.case, fresh_connection=True, patient=True)
        return any(breach.rule == finding.breach.rule and not breach.note for breach in result.breaches)

    def notes(self) -> list[Finding]:
        """What was recorded and decides nothing."""
        return [
            Finding(breach, result.case, result.exchange)
            for result in self.results
            for breach in result.breaches
            if breach.note
        ]

    def slow(self, limit: float) -> list[Finding]:
        """TIME-1: answers over the limit that are slow again, or that were too many for chance."""
        late = [(result, too_slow(result.exchange.answer, limit)) for result in self.results]
        found = [Finding(breach, result.case, result.exchange) for result, breach in late if breach]
        again = [f for f in found[:5] if any(self.once(f.case).exchange.answer.elapsed > limit for _ in range(2))]
        return found if again or len(found) > 2 else []
