"""`python -m bench`: start the mock and its rivals, load them in interleaved rounds, print ratios and goals.

CPU time is taken from /proc (Linux): other work on the machine disturbs it less than the clock. Servers are compared
within each round, and the median of the rounds is shown. WireMock and the Node servers use more than one thread; their
CPU time is that of all. wrk itself is one thread, so that the rate of the fastest server may be wrk's.
"""

import argparse
import contextlib
import os
import platform
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import load, rivals
from bench.running import Running, started
from spec import load as load_contract

_LONG = 65_000  # bytes that are added for a body of 64 KB


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of load."""

    name: str
    connections: int
    filler: int


@dataclass
class Series:
    """The rounds of one server."""

    server: Running
    rounds: list[load.Measured] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # microseconds a request

    def of(self, other: "Series") -> tuple[float, float]:
        """Its rate and its CPU time, as shares of another's in the same rounds."""
        rates = [a.per_second / b.per_second for a, b in zip(self.rounds, other.rounds, strict=True)]
        return statistics.median(rates), statistics.median(a / b for a, b in zip(self.cpu, other.cpu, strict=True))

    @property
    def p99(self) -> float:
        """Milliseconds, of the median round."""
        return statistics.median(measured.p99_ms for measured in self.rounds)

    @property
    def refused(self) -> float:
        """The share of requests that it refused."""
        return sum(m.refused for m in self.rounds) / sum(m.requests for m in self.rounds)


def main() -> int:
    """Measure and print; 1 if a goal is missed or a server could not be measured."""
    options = _options()
    if shutil.which("wrk") is None:
        print("bench: wrk is needed (Debian: apt install wrk)", file=sys.stderr)
        return 2
    contract = load_contract(options.spec)
    missed = False
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        servers = []
        for wanted in options.server:
            try:
                one = started(wanted, contract, folder, Path(options.node_modules), options.starts)
                servers.append(stack.enter_context(one))
            except (OSError, RuntimeError, ValueError) as error:
                print(f"bench: {wanted} left out: {error}", file=sys.stderr)
                missed = True
        print(f"{os.cpu_count()} CPUs ({_processor()}), Python {platform.python_version()}; load before: {busy:.1f}")
        for scenario in _scenarios(options):
            lua = load.script(contract.operations[0], folder, scenario.filler)
            series = _measure(servers, lua, scenario, options)
            print(
                f"\n{scenario.name}: {scenario.connections} connections, {options.rounds} rounds of {options.seconds} s"
            )
            _report(series)
            for goal, kept in _goals(series):
                missed = missed or not kept
                print(f"{'kept  ' if kept else 'MISSED'}  {goal}")
    return 1 if missed else 0


def _measure(servers: list[Running], lua: Path, scenario: Scenario, options: argparse.Namespace) -> list[Series]:
    series = [Series(server) for server in servers]
    for one in series:
        load.run(one.server.url, lua, seconds=options.warm_up, connections=scenario.connections)
    for number in range(options.rounds):
        for one in series if number % 2 == 0 else reversed(series):
            before = one.server.cpu()
            measured = load.run(one.server.url, lua, seconds=options.seconds, connections=scenario.connections)
            one.rounds.append(measured)
            one.cpu.append((one.server.cpu() - before) / max(measured.requests, 1) * 1e6)
    return series


def _scenarios(options: argparse.Namespace) -> list[Scenario]:
    if options.matrix:
        return [
            Scenario("short bodies", 32, 0),
            Scenario("64 KB bodies", 32, _LONG),
            Scenario("many connections", 256, 0),
        ]
    return [Scenario(f"{options.body} bytes added to each body", options.connections, options.body)]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--server", action="append", choices=list(rivals.ALL), help="repeatable; all by default")
    parser.add_argument("--spec", type=Path, default=None)
    parser.add_argument(
        "--node-modules", default="node_modules", help="where Prism, Mockoon and WireMock were installed by npm"
    )
    parser.add_argument("--matrix", action="store_true", help="short bodies, 64 KB bodies and 256 connections in turn")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--body", type=int, default=0, help=f"bytes added to each body, for example {_LONG}")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--warm-up", type=int, default=15, help="seconds of load before the rounds; Java needs it")
    parser.add_argument("--starts", type=int, default=3, help="starts of each server; the median is shown")
    options = parser.parse_args()
    options.server = options.server or list(rivals.ALL)
    return options


def _report(series: list[Series]) -> None:
    base = _named(series, "bare uvicorn")
    print(
        f"{'':14}{'req/s':>9}{'of bare':>9}{'CPU µs':>9}{'of bare':>9}"
        f"{'p99 ms':>9}{'refused':>9}{'start s':>9}{'its CPU':>9}{'MiB':>7}"
    )
    for one in series:
        server = one.server
        rate, cpu = one.of(base) if base else (float("nan"), float("nan"))
        print(
            f"{server.rival.name:14}{statistics.median(m.per_second for m in one.rounds):9.0f}{rate:9.2f}"
            f"{statistics.median(one.cpu):9.1f}{cpu:9.2f}{one.p99:9.2f}{one.refused:9.0%}"
            f"{server.cold_start:9.2f}{server.cold_cpu:9.2f}{server.memory():7.0f}   {server.rival.checks}"
        )


def _goals(series: list[Series]) -> Iterator[tuple[str, bool]]:
    """What the mock is to reach, as far as these servers can tell; its journal is full by now."""
    mock = _named(series, "mock")
    if mock is None:
        return
    yield f"the mock refuses three of ten ({mock.refused:.0%})", abs(mock.refused - 0.3) < 0.01
    yield f"at most 120 MiB ({mock.server.memory():.0f})", mock.server.memory() <= 120
    yield f"first right answer within 0.8 s ({mock.server.cold_start:.2f})", mock.server.cold_start < 0.8
    for name, goal_of_rate, goal_of_cpu in (("bare uvicorn", 0.4, 2.5), ("Prism", 3.0, None), ("WireMock", 1.0, None)):
        other = _named(series, name)
        if other is not None:
            rate, cpu = mock.of(other)
            yield f"at least {goal_of_rate:g} times the requests a second of {name} ({rate:.2f})", rate >= goal_of_rate
            if goal_of_cpu:
                yield f"at most {goal_of_cpu:g} times the CPU time of {name} ({cpu:.2f})", cpu <= goal_of_cpu


def _named(series: list[Series], name: str) -> Series | None:
    return next((one for one in series if one.server.rival.name == name), None)


def _processor() -> str:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return platform.processor() or "unknown"


if __name__ == "__main__":
    sys.exit(main())
