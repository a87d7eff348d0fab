"""How many requests go out at once, and when enough has been seen: gentle, and fair to TIME-1."""

from collections.abc import Sequence
from dataclasses import dataclass

from contract_tests.exchange import Answer, NoAnswer

CHUNK = 16  # cases after which the pace is looked at again
LATE_ENOUGH = 5  # late answers that settle TIME-1


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of one run. `limit` is that of TIME-1 and `latency` that of a plain notification, both in seconds."""

    jobs: int
    limit: float = 0.0
    latency: float = 0.0
    only_time: bool = False  # the run is about TIME-1 alone

    def at_once(self, answers: Sequence[Answer | NoAnswer]) -> int:
        """How many requests may be under way: one where time is judged, until that is settled.

        Answers that wait for one another in our own queue would be blamed for being late.
        """
        undecided = self.limit and self.latency < self.limit and self._late(answers) < LATE_ENOUGH
        return 1 if undecided else max(self.jobs, 1)

    def enough(self, answers: Sequence[Answer | NoAnswer]) -> bool:
        """Whether the rest need not be sent."""
        return self.only_time and self._late(answers) >= LATE_ENOUGH

    def affordable(self) -> int:
        """How many generated cases a slow implementation is asked for: some ten seconds' worth, at least ten."""
        return max(10, int(10 * self.jobs / 4 / max(self.latency, 0.0001)))

    def _late(self, answers: Sequence[Answer | NoAnswer]) -> int:
        return sum(answer.elapsed > self.limit for answer in answers) if self.limit else 0
