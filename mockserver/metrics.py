"""Counts and latencies for Prometheus, kept as plain numbers and given to prometheus-client only when it asks."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mockserver.view import outcome

if TYPE_CHECKING:
    from mockserver.exchange import Exchange
    from mockserver.journal import Journal

_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """What has been answered since the start."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._requests: dict[tuple[str, str, str], int] = {}
        self._buckets = [0] * (len(_BUCKETS) + 1)
        self._seconds = 0.0

    def observe(self, exchange: Exchange) -> None:
        """Count one exchange."""
        answer = exchange.answer
        key = (outcome(exchange), answer.name, answer.code) if answer else (outcome(exchange), "", "")
        self._requests[key] = self._requests.get(key, 0) + 1
        self._buckets[bisect_left(_BUCKETS, exchange.seconds)] += 1
        self._seconds += exchange.seconds

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        from prometheus_client import CollectorRegistry, generate_latest

        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry)

    def collect(self) -> Iterator[Any]:
        """What prometheus-client calls."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        requests = CounterMetricFamily(
            "luckymonaco_mock_requests",
            "Requests by outcome, canned answer and error code.",
            labels=["outcome", "answer", "code"],
        )
        for labels, count in self._requests.items():
            requests.add_metric(labels, count)
        yield requests
        latency = HistogramMetricFamily(
            "luckymonaco_mock_request_seconds", "Time from the head of a request to its answer."
        )
        total, buckets = 0, []
        for limit, count in zip((*map(str, _BUCKETS), "+Inf"), self._buckets, strict=True):
            total += count
            buckets.append((limit, total))
        latency.add_metric([], buckets, self._seconds)
        yield latency
        kept = GaugeMetricFamily(
            "luckymonaco_mock_journal_entries", "Requests kept in the journal.", value=len(self._journal)
        )
        yield kept
        yield GaugeMetricFamily(
            "luckymonaco_mock_journal_bytes", "Bytes kept in the journal.", value=self._journal.bytes
        )
