"""A soak of the mock: is its memory flat, is every request sent also received, journaled and answered, and does a stop
under load answer all that was accepted?

    python bench/soak.py --seconds 60 --rate 150

Prints what it measured and exits with 1 if any of it is not so. Only this machine is involved; the processes that it
starts are ended by it. RSS is read from /proc, so this needs Linux.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract_tests.notification import Maker
from contract_tests.target import parse_url
from spec import Partner, load

CONTROL_TOKEN = "soak-control-token"
CLIENTS = 24  # connections of the second part
DELAY = "50-250"  # milliseconds that the mock takes for an answer there, so that many are under way at the stop
GROWTH = 1.05  # RSS at the end, as a share of RSS in the middle, up to which memory counts as flat


@dataclass
class Mock:
    """A mock in a process of its own."""

    process: "subprocess.Popen[str]"
    url: str
    log: Path

    @property
    def rss(self) -> int:
        """Resident memory in KiB."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())
        return int(found[1]) if found else 0

    def journaled(self) -> int:
        """How many requests the journal has ever taken."""
        request = urllib.request.Request(f"{self.url}/__mock/requests?limit=1")
        request.add_header("Authorization", f"Bearer {CONTROL_TOKEN}")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(json.load(answer)["total"])

    def counted(self) -> Counter[str]:
        """Requests by outcome, from its metrics."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=10) as answer:
            text = answer.read().decode()
        found: Counter[str] = Counter()
        for outcome, count in re.findall(r'requests_total\{[^}]*outcome="([^"]*)"[^}]*\} ([\d.e+]+)', text):
            found[outcome] += round(float(count))
        return found

    def logged(self) -> list[dict[str, Any]]:
        """Its log, one entry for each request that it read."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


@contextlib.contextmanager
def mock(folder: Path, *arguments: str) -> Iterator[Mock]:
    """Run a mock on a free port until the block ends."""
    log = folder / "mock.log"
    command = [sys.executable, "-m", "luckymonaco", "mock", "--port", "0", "--log-format", "json", *arguments]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LUCKYMONACO_")}
    environment = {**clean, "LUCKYMONACO_CONTROL_TOKEN": CONTROL_TOKEN}
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment)
    try:
        assert process.stdout is not None
        url = next(found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield Mock(process, url, log)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(20)


def soak(seconds: int, rate: float, faults: float) -> dict[str, Any]:
    """Load for a while, with the memory looked at every second; then all counts side by side."""
    with tempfile.TemporaryDirectory() as name, mock(Path(name)) as served:
        summary = Path(name) / "summary.json"
        command = [sys.executable, "-m", "luckymonaco", "load", served.url, "--rate", str(rate), "--quiet"]
        command += ["--duration", f"{seconds}s", "--faults", str(faults), "--json", str(summary)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as generator:
            memory = []
            while generator.poll() is None:
                memory.append(served.rss)
                time.sleep(1)
        measured = json.loads(summary.read_text())
        counted = served.counted()
        middle = memory[len(memory) // 3 : len(memory) * 2 // 3]
        last = memory[len(memory) * 5 // 6 :]
        return {
            "sent": measured["sent"],
            "answered": measured["answered"],
            "received": counted.total(),
            "journaled": served.journaled(),
            "logged": 0,  # filled in once it has ended
            "by_outcome": dict(counted),
            "broken": measured["broken"],
            "by_rule": measured["by_rule"],
            "rate": round(measured["rate"], 1),
            "percentiles_ms": measured["percentiles"],
            "generator_limit": measured["bottleneck"],
            "rss_start_kib": memory[0],
            "rss_middle_kib": round(statistics.median(middle)),
            "rss_end_kib": round(statistics.median(last)),
        } | _after_the_end(served)


def _after_the_end(served: Mock) -> dict[str, Any]:
    served.process.send_signal(signal.SIGTERM)
    code = served.process.wait(20)
    entries = served.logged()
    return {"logged": len(entries), "status_5xx": sum(e["status"] >= 500 for e in entries), "exit_code": code}


@dataclass
class Clients:
    """Raw connections that send one notification after the other, and count what becomes of each."""

    url: str
    stop: threading.Event = field(default_factory=threading.Event)
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        contract = load()
        operation = contract.operations[0]
        self.maker = Maker(contract, operation, Partner({}), parse_url(self.url, (operation,)))
        host, _, port = self.url.removeprefix("http://").rpartition(":")
        self.address = (host, int(port))

    def run(self) -> None:
        """One connection after the other until the mock is gone."""
        while not self.stop.is_set():
            try:
                connection = socket.create_connection(self.address, timeout=15)
            except OSError:
                return  # nobody listens any more
            with connection:
                outcome = "answered"
                while outcome == "answered" and not self.stop.is_set():
                    outcome = self._exchange(connection)
                    with self.lock:
                        self.counts[outcome] += 1

    def _exchange(self, connection: socket.socket) -> str:
        request = self.maker.request()
        head = f"{request.method} {request.target} HTTP/1.1\r\nHost: soak\r\nContent-Length: {len(request.body)}\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in request.headers)
        data = b""
        try:
            connection.sendall(head.encode() + b"\r\n" + request.body)
            while True:
                part = connection.recv(65536)
                if not part:
                    return "torn" if data else "not accepted"
                data += part
                before, end, body = data.partition(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: *(\d+)", before)
                if end and length and len(body) >= int(length[1]):
                    return "answered and closed" if b"connection: close" in before.lower() else "answered"
        except OSError:
            return "torn" if data else "not accepted"


def stop_under_load(seconds: float) -> dict[str, Any]:
    """SIGTERM while many answers are under way: what the mock read of requests, and what arrived of answers."""
    with tempfile.TemporaryDirectory() as name, mock(Path(name), "--delay", DELAY) as served:
        clients = Clients(served.url)
        threads = [threading.Thread(target=clients.run, daemon=True) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        began = time.monotonic()
        served.process.send_signal(signal.SIGTERM)
        code = served.process.wait(30)
        took = time.monotonic() - began
        clients.stop.set()
        for thread in threads:
            thread.join(20)
        accepted = [entry for entry in served.logged() if entry["method"] == clients.maker.operation.method]
        return {
            "accepted": len(accepted),
            "answers_written": sum(entry["status"] is not None for entry in accepted),
            **{name.replace(" ", "_"): count for name, count in sorted(clients.counts.items())},
            "exit_code": code,
            "seconds_to_end": round(took, 2),
        }


def verdict(soaked: dict[str, Any], stops: list[dict[str, Any]]) -> list[str]:
    """What is not as it should be."""
    wrong = []
    numbers = {name: soaked[name] for name in ("sent", "answered", "received", "journaled", "logged")}
    if len(set(numbers.values())) != 1:
        wrong.append(f"something was lost: {numbers}")
    if soaked["broken"] or soaked["status_5xx"]:
        wrong.append(f"answers that break the contract: {soaked['by_rule']}, {soaked['status_5xx']} with 5XX")
    if soaked["rss_end_kib"] > soaked["rss_middle_kib"] * GROWTH:
        wrong.append(f"memory grows: {soaked['rss_middle_kib']} KiB in the middle, {soaked['rss_end_kib']} at the end")
    for stopped in stops:
        answered = stopped.get("answered", 0) + stopped.get("answered_and_closed", 0)
        if stopped["accepted"] != answered or stopped.get("torn") or stopped["exit_code"]:
            wrong.append(f"a stop under load loses answers: {stopped}")
    return wrong


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=float, default=150)
    parser.add_argument("--faults", type=float, default=0.3)
    parser.add_argument("--stops", type=int, default=5, help="how often the stop under load is tried")
    options = parser.parse_args()
    soaked = soak(options.seconds, options.rate, options.faults)
    print(json.dumps({"soak": soaked}, indent=2), flush=True)
    stops = [stop_under_load(2 + 0.13 * number) for number in range(options.stops)]
    print(json.dumps({"stops": stops}, indent=2), flush=True)
    wrong = verdict(soaked, stops)
    print("\n".join(wrong) or "flat, nothing lost, everything accepted was answered")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
