"""The end of a load run: lines for people, data for programs, and the exit code."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from luckymonaco.load.measured import Measured, bottleneck
from luckymonaco.load.thresholds import Threshold
from spec import Contract


def exit_code(measured: Measured, limits: tuple[Threshold, ...], trouble: str) -> int:
    """0 every answer kept the rules and every limit was held, 1 not so, 2 the run was not what was asked for."""
    crossed = any(limit.is_crossed(measured) for limit in limits)
    tolerated = any(limit.metric == "errors" for limit in limits)
    if crossed or (measured.broken and not tolerated):
        return 1
    return 2 if trouble or not measured.answered else 0


def summary_data(measured: Measured, limits: tuple[Threshold, ...], trouble: str) -> dict[str, Any]:
    """The summary as plain data."""
    return {
        **asdict(measured),
        "bottleneck": bottleneck(measured),
        "trouble": trouble,
        "limits": [
            {"limit": limit.text, "measured": limit.value_of(measured), "crossed": limit.is_crossed(measured)}
            for limit in limits
        ],
        "exit_code": exit_code(measured, limits, trouble),
    }


def summary_text(measured: Measured, limits: tuple[Threshold, ...], trouble: str, contract: Contract) -> Iterator[str]:
    """The summary in lines."""
    asked = f" of {measured.asked_rate:g} asked for" if measured.asked_rate else f" by {measured.users} users"
    yield ""
    yield (
        f"{measured.sent} sent, {measured.answered} answered in {measured.seconds:.0f} s:"
        f" {measured.accepted} accepted, {measured.refused} refused in the contract's form, {measured.broken} broken"
    )
    yield f"rate     {measured.rate:.1f} a second{asked}"
    times = [f"{name} {measured.percentiles[name]:.0f} ms" for name in ("p50", "p95", "p99")]
    yield f"time     {', '.join(times)}, max {measured.slowest:.0f} ms"
    for word, counts in (("FAIL", measured.by_rule), ("WARN", measured.reported)):
        for rule, count in sorted(counts.items(), key=lambda item: -item[1]):
            text = contract.rules[rule].text if rule in contract.rules else ""
            yield f"{word}     {rule}  {count} times  {text}"
    for limit in limits:
        word = "FAIL" if limit.is_crossed(measured) else "held"
        yield f"{word}     --fail-if '{limit.text}': measured {limit.value_of(measured):.1f}"
    if bottleneck(measured):
        yield f"LIMIT    {bottleneck(measured)}"
    if trouble:
        yield f"TROUBLE  {trouble}"
    yield {0: "KEPT", 1: "BROKEN", 2: "INCOMPLETE"}[exit_code(measured, limits, trouble)]
