"""How many requests go out at once, and when enough has been seen: gentle, and fair to TIME-1."""

from collections.abc import Sequence
from dataclasses import dataclass

from contract_tests.exchange import Answer, NoAnswer

CHUNK = 16  # cases after which the pace is looked at again
LATE_ENOUGH = 5  # late answers that settle TIME-1
USUAL, MOST = 4, 16  # requests at once where --jobs says nothing
_SLOW = 0.2  # seconds
_UNHINDERED = 1.8  # times the latency, on average: answers differ, but the usual few in one queue take four times that


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of one run. `limit` is that of TIME-1 and `latency` that of a plain notification, both in seconds."""

    jobs: int  # 0: as many as fit
    limit: float = 0.0
    latency: float = 0.0
    only_time: bool = False  # the run is about TIME-1 alone
    timeout: float = 10.0

    def at_once(self, answers: Sequence[Answer | NoAnswer]) -> int:
        """How many requests may be under way: one where time is judged, until that is settled.

        Answers that wait for one another in our own queue would be blamed for being late.
        """
        undecided = self.limit and self.latency < self.limit and self._late(answers) < LATE_ENOUGH
        if undecided:
            return 1
        return self.jobs if self.jobs > 0 else self._fitting(answers[-CHUNK:])

    def _fitting(self, latest: Sequence[Answer | NoAnswer]) -> int:
        """The usual few; more where an implementation takes its time, but does not let them wait for one another.

        Even if it works on no more than the usual few, the last of the others must come within half the time-out.
        """
        came = [answer.elapsed for answer in latest if isinstance(answer, Answer)]
        if self.latency < 0.1 or len(came) < CHUNK or sum(came) > _UNHINDERED * self.latency * len(came):
            return USUAL
        return max(USUAL, min(MOST, int(USUAL * self.timeout / 2 / self.latency)))

    @property
    def slow(self) -> bool:
        """Whether every further request is felt: then what is done for good measure is done less often."""
        return self.latency > _SLOW

    def enough(self, answers: Sequence[Answer | NoAnswer]) -> bool:
        """Whether the rest need not be sent."""
        return self.only_time and self._late(answers) >= LATE_ENOUGH

    def affordable(self) -> int:
        """How many generated cases a slow implementation is asked for: some ten seconds' worth, at least ten."""
        return max(10, int(10 * (self.jobs or USUAL) / 4 / max(self.latency, 0.0001)))

    def _late(self, answers: Sequence[Answer | NoAnswer]) -> int:
        return sum(answer.elapsed > self.limit for answer in answers) if self.limit else 0
