"""A started server, and what the kernel says of it: CPU seconds and memory, of its process and all that it started."""

import contextlib
import os
import socket
import statistics
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import rivals
from spec import Contract, Operation, Partner, attach
from spec.schema import compact


@dataclass
class Running:
    """One server that has given its first right answer."""

    rival: rivals.Rival
    port: int
    process: subprocess.Popen[bytes]
    cold_start: float  # seconds from the start of the process to that answer
    cold_cpu: float = 0.0  # CPU seconds until then: what the start takes on a machine that is not busy

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


@contextlib.contextmanager
def started(wanted: str, contract: Contract, folder: Path, modules: Path, starts: int = 1) -> Iterator[Running]:
    """A server, started several times and kept the last time; its cold start is the median."""
    seconds, cpu = [], []
    for number in range(starts):
        with _started(wanted, contract, folder, modules) as server:
            seconds.append(server.cold_start)
            cpu.append(server.cold_cpu)
            if number == starts - 1:
                server.cold_start, server.cold_cpu = statistics.median(seconds), statistics.median(cpu)
                yield server


@contextlib.contextmanager
def _started(wanted: str, contract: Contract, folder: Path, modules: Path) -> Iterator[Running]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    rival = rivals.ALL[wanted](contract, port, folder, modules)
    with (folder / f"{wanted}.log").open("wb") as log:
        began = time.perf_counter()
        process = subprocess.Popen(rival.command, stdout=log, stderr=log)
        try:
            _first_right_answer(contract.operations[0], port, process, folder / f"{wanted}.log")
            server = Running(rival, port, process, time.perf_counter() - began)
            server.cold_cpu = server.cpu()
            yield server
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _first_right_answer(operation: Operation, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    query, _ = attach(operation, Partner({}))
    url = f"http://127.0.0.1:{port}{operation.path}?{query}"
    headers = {"Content-Type": operation.media_type}
    body = compact(dict(operation.example)).encode()
    end = time.monotonic() + 60
    while time.monotonic() < end:
        request = urllib.request.Request(url, body, headers, method=operation.method)
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=5) as answer:
            if answer.status == operation.success.status:
                return
        if process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode}: {log.read_text(errors='replace')[-300:]}")
        time.sleep(0.01)
    raise RuntimeError("no right answer within 60 s")
