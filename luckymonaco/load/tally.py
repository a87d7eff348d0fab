"""Counts of judged answers, kept where they are made and sent to whoever leads: plain numbers by name."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from contract_tests.breach import Breach
from contract_tests.exchange import Answer, NoAnswer


class Tally:
    """What one process, or with `merge` several, have seen."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()  # sent, answered, accepted, refused, broken
        self.by_rule: Counter[str] = Counter()
        self.reported: Counter[str] = Counter()
        self.generators: dict[str, dict[str, float]] = {}  # process -> what it was doing itself
        self.plans: set[str] = set()
        self.finished: set[str] = set()  # processes that sent to the end

    def count(self, answer: Answer | NoAnswer, deciding: list[Breach], reported: list[Breach]) -> None:
        """Add one outcome."""
        if isinstance(answer, Answer):
            self.counts["answered"] += 1
            if not deciding:
                self.counts["accepted" if answer.is_2xx else "refused"] += 1
        self.counts["broken"] += bool(deciding)
        self.by_rule.update({breach.rule for breach in deciding})
        self.reported.update({breach.rule for breach in reported})

    def take(self) -> dict[str, Any]:
        """Everything counted since the last call, as plain data."""
        data = {"counts": dict(self.counts), "by_rule": dict(self.by_rule), "reported": dict(self.reported)}
        for counter in (self.counts, self.by_rule, self.reported):
            counter.clear()
        return {**data, "generators": dict(self.generators), "plans": sorted(self.plans), "finished": []}

    def merge(self, data: Mapping[str, Any]) -> None:
        """Add what another process has taken."""
        self.counts.update(data["counts"])
        self.by_rule.update(data["by_rule"])
        self.reported.update(data["reported"])
        self.generators.update(data["generators"])
        self.plans.update(data["plans"])
        self.finished.update(data["finished"])

    @property
    def lost(self) -> int:
        """How many processes went away before the end; one that sends for itself is none of them."""
        return len(set(self.generators) - self.finished) if self.finished or len(self.generators) > 1 else 0
