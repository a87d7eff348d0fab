"""Counts and latencies for Prometheus, kept as plain numbers and given to prometheus-client only when it asks.

Several workers on one port add up: each publishes its numbers a few times a second, and whichever is asked sums them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mockserver.view import outcome

if TYPE_CHECKING:
    from mockserver.board import Place
    from mockserver.exchange import Exchange
    from mockserver.journal import Journal

_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


@dataclass(slots=True)
class Numbers:
    """What one process, or all together, have counted."""

    requests: dict[tuple[str, str, str], int] = field(default_factory=dict)  # by outcome, canned answer, error code
    buckets: list[int] = field(default_factory=lambda: [0] * (len(_BUCKETS) + 1))
    seconds: float = 0.0
    entries: int = 0
    bytes: int = 0

    def as_json(self) -> list[Any]:
        """As lists."""
        requests = [[*labels, count] for labels, count in self.requests.items()]
        return [requests, self.buckets, self.seconds, self.entries, self.bytes]

    @classmethod
    def of_json(cls, value: list[Any]) -> Numbers:
        """From lists."""
        requests, *others = value
        return cls({(outcome, answer, code): count for outcome, answer, code, count in requests}, *others)

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(
            dict(Counter(self.requests) + Counter(other.requests)),
            [one + another for one, another in zip(self.buckets, other.buckets, strict=True)],
            self.seconds + other.seconds,
            self.entries + other.entries,
            self.bytes + other.bytes,
        )


class Metrics:
    """What has been answered since the start."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._own = Numbers()
        self._place: Place | None = None
        self._published = -1

    def join(self, place: Place) -> None:
        """Add up with the other workers from now on, and go on where one that died at this place has stopped."""
        self._place = place
        self._own = Numbers.of_json(place.read() or Numbers().as_json())

    def observe(self, exchange: Exchange) -> None:
        """Count one exchange."""
        own, answer = self._own, exchange.answer
        became = outcome(answer, exchange.act)
        key = (became, answer.name, answer.code) if answer else (became, "", "")
        own.requests[key] = own.requests.get(key, 0) + 1
        own.buckets[bisect_left(_BUCKETS, exchange.seconds)] += 1
        own.seconds += exchange.seconds

    def publish(self) -> None:
        """Let the other workers see this one's numbers."""
        if self._place is not None and self._published != sum(self._own.buckets):
            self._published = sum(self._own.buckets)
            self._place.write(self._now().as_json())

    def _now(self) -> Numbers:
        self._own.entries, self._own.bytes = len(self._journal), self._journal.bytes
        return self._own

    def numbers(self) -> Numbers:
        """Those of all workers."""
        others = self._place.others() if self._place else ()
        return sum(map(Numbers.of_json, others), start=self._now())

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        from prometheus_client import CollectorRegistry, generate_latest

        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Any]:
        """What prometheus-client calls."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        numbers = self.numbers()
        requests = CounterMetricFamily(
            "luckymonaco_mock_requests",
            "Requests by outcome, canned answer and error code.",
            labels=["outcome", "answer", "code"],
        )
        for labels, count in numbers.requests.items():
            requests.add_metric(labels, count)
        yield requests
        latency = HistogramMetricFamily(
            "luckymonaco_mock_request_seconds", "Time from the head of a request to its answer."
        )
        total, buckets = 0, []
        for limit, count in zip((*map(str, _BUCKETS), "+Inf"), numbers.buckets, strict=True):
            total += count
            buckets.append((limit, total))
        latency.add_metric([], buckets, numbers.seconds)
        yield latency
        yield GaugeMetricFamily(
            "luckymonaco_mock_journal_entries", "Requests kept in memory by the workers.", value=numbers.entries
        )
        yield GaugeMetricFamily(
            "luckymonaco_mock_journal_bytes", "Bytes kept in memory by the workers.", value=numbers.bytes
        )
