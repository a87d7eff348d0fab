"""`python -m bench`: start the mock and its rivals, load them in interleaved rounds, print ratios.

CPU time is taken from /proc (Linux), so that other work on the machine disturbs it less than the clock. WireMock and
 the Node servers use more than one thread; their CPU time is that of all.
"""

import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import load, rivals
from spec import Operation, Partner, attach
from spec import load as load_contract
from spec.schema import compact


@dataclass
class Running:
    """One started server and what was measured of it."""

    rival: rivals.Rival
    port: int
    process: subprocess.Popen[bytes]
    cold_start: float
    rounds: list[tuple[load.Measured, float]] = field(default_factory=list)  # with CPU seconds

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    def tree(self) -> list[int]:
        """Its process and those it started."""
        found, left = [], [self.process.pid]
        while left:
            pid = left.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    left += [int(child) for child in (task / "children").read_text().split()]
        return found

    def cpu(self) -> float:
        """CPU seconds so far."""
        ticks = 0
        for pid in self.tree():
            with contextlib.suppress(OSError):
                parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
                ticks += int(parts[11]) + int(parts[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Resident MiB."""
        pages = 0
        for pid in self.tree():
            with contextlib.suppress(OSError):
                pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> int:
    """Measure and print; 1 if a server could not be measured."""
    options = _options()
    if shutil.which("wrk") is None:
        print("bench: wrk is needed (Debian: apt install wrk)", file=sys.stderr)
        return 2
    contract = load_contract(options.spec)
    operation = contract.operations[0]
    modules = Path(options.node_modules)
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        lua = load.script(operation, folder, options.body)
        servers = []
        for wanted in options.server:
            try:
                servers.append(stack.enter_context(_started(wanted, operation, folder, modules, contract)))
            except (OSError, RuntimeError, ValueError) as error:
                print(f"bench: {wanted} left out: {error}", file=sys.stderr)
        for server in servers:
            load.run(server.url, lua, seconds=options.warm_up, connections=options.connections)
        for number in range(options.rounds):
            for server in servers if number % 2 == 0 else reversed(servers):
                before = server.cpu()
                measured = load.run(server.url, lua, seconds=options.seconds, connections=options.connections)
                server.rounds.append((measured, server.cpu() - before))
        print(
            f"{options.rounds} rounds of {options.seconds:g} s, {options.connections} connections, "
            f"{options.body} bytes added to each body"
        )
        _report(servers)
    return 0 if len(servers) == len(options.server) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--server", action="append", choices=list(rivals.ALL), help="repeatable; all by default")
    parser.add_argument("--spec", type=Path, default=None)
    parser.add_argument(
        "--node-modules", default="node_modules", help="where Prism, Mockoon and WireMock were installed by npm"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument(
        "--warm-up", type=float, default=5, help="seconds of load before the first round; Java needs it"
    )
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--body", type=int, default=0, help="bytes added to each body, for example 65000")
    options = parser.parse_args()
    options.server = options.server or list(rivals.ALL)
    return options


@contextlib.contextmanager
def _started(wanted: str, operation: Operation, folder: Path, modules: Path, contract: object) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    rival = rivals.ALL[wanted](contract, port, folder, modules)  # type: ignore[arg-type]
    began = time.perf_counter()
    log = (folder / f"{wanted}.log").open("wb")
    process = subprocess.Popen(rival.command, env=dict(rival.environ), stdout=log, stderr=log)
    try:
        _first_right_answer(operation, port, process, folder / f"{wanted}.log")
        yield Running(rival, port, process, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def _first_right_answer(operation: Operation, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    query, _ = attach(operation, Partner({}))
    url = f"http://127.0.0.1:{port}{operation.path}?{query}"
    headers = {"Content-Type": operation.media_type}
    end = time.monotonic() + 60
    while time.monotonic() < end:
        request = urllib.request.Request(
            url, compact(dict(operation.example)).encode(), headers, method=operation.method
        )
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5) as answer:
            if answer.status == operation.success.status:
                return
        if process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode}: {log.read_text(errors='replace')[-300:]}")
        time.sleep(0.01)
    raise RuntimeError("no right answer within 60 s")


def _report(servers: list[Running]) -> None:
    base = next((server for server in servers if server.rival.name == "bare uvicorn"), None)
    print(
        f"{'':14}{'req/s':>9}{'of bare':>9}{'CPU µs':>9}{'of bare':>9}"
        f"{'p99 ms':>9}{'refused':>9}{'start s':>9}{'MiB':>7}"
    )
    for server in servers:
        rate, cpu = _rate(server), _cpu(server)
        shares = (rate / _rate(base), cpu / _cpu(base)) if base else (float("nan"), float("nan"))
        p99 = statistics.median(measured.p99_ms for measured, _ in server.rounds)
        refused = sum(m.refused for m, _ in server.rounds) / sum(m.requests for m, _ in server.rounds)
        print(
            f"{server.rival.name:14}{rate:9.0f}{shares[0]:9.2f}{cpu:9.1f}{shares[1]:9.2f}{p99:9.2f}{refused:9.0%}"
            f"{server.cold_start:9.2f}{server.memory():7.0f}   {server.rival.checks}"
        )


def _rate(server: Running) -> float:
    return statistics.median(measured.per_second for measured, _ in server.rounds)


def _cpu(server: Running) -> float:
    return statistics.median(cpu / max(measured.requests, 1) * 1e6 for measured, cpu in server.rounds)


if __name__ == "__main__":
    sys.exit(main())
