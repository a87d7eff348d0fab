"""Starts Locust in a process of its own, hands it the settings, and turns its end into an exit code."""

import contextlib
import dataclasses
import hashlib
import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from contract_tests.interrupts import handled_by
from contract_tests.target import Target
from luckymonaco.load.measuring import spawn_rate
from luckymonaco.load.settings import LoadSettings
from luckymonaco.load.thresholds import parse
from luckymonaco.load.traffic import traffic
from luckymonaco.sending.safety import refuse_strangers
from spec import SettingError, TargetError

PLAN = "LUCKYMONACO_LOAD_PLAN"  # environment variable: the settings as JSON, secrets among them
RESULT = "LUCKYMONACO_LOAD_RESULT"  # environment variable: file for the summary

_LOCAL = ("master", "worker", "expect_workers", "master_host", "master_port", "html", "json", "quiet", "fail_if")
_PRIVATE = ("partner_id", "partner_token", "partner_token_file", "secret", "secret_file", "ca_file", "spec", "set")
_PATIENCE = 300  # seconds for which a master waits for its workers
_HERE = Path(__file__).parent


def load(settings: LoadSettings) -> int:
    """Run the load; the exit code. Everything that can be refused is refused before anything is sent."""
    settings.check()
    parse(settings.fail_if)
    sending = traffic(settings.contract(), settings)
    sending.composing.compose()
    if importlib.util.find_spec("locust") is None:
        raise SettingError("load needs Locust, which is not installed", expected="pip install 'luckymonaco[load]'")
    refuse_strangers(sending.maker.target, owned=settings.i_own_this_target)
    for path in (settings.html, settings.json):
        _must_be_writable(path)
    if not settings.worker:
        _must_be_there(sending.maker.target, settings.timeout)
    with tempfile.TemporaryDirectory(prefix="luckymonaco-load-") as folder:
        result = Path(folder) / "result.json"
        _run(_command(settings), {**_environment(), PLAN: _plan(settings), RESULT: str(result)})
        return _finish(result, settings)


def read_plan(text: str) -> LoadSettings:
    """The settings that were handed over."""
    return LoadSettings.create(json.loads(text), environ={})


def fingerprint(settings: LoadSettings) -> str:
    """The same for a master and its workers if they were given the same options; no secret goes into it."""
    data = {name: value for name, value in dataclasses.asdict(settings).items() if name not in (*_LOCAL, *_PRIVATE)}
    text = json.dumps([data, settings.contract().source.digest], default=str, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _plan(settings: LoadSettings) -> str:
    return json.dumps(dataclasses.asdict(settings), default=str)


def _command(settings: LoadSettings) -> list[str]:
    command = [
        sys.executable,
        "-m",
        "locust",
        "-f",
        str(_HERE / "locustfile.py"),
        "--headless",
        "--loglevel",
        "WARNING",
    ]
    if settings.worker:
        return [*command, "--worker", "--master-host", settings.master_host, "--master-port", str(settings.master_port)]
    command += ["--users", str(settings.crowd), "--spawn-rate", str(spawn_rate(settings))]
    # The users end by themselves when the time is over; Locust a little later, once the last answers are there.
    command += ["--run-time", f"{settings.seconds + 1}s", "--stop-timeout", str(int(settings.timeout) + 1)]
    if settings.master:
        command += ["--master", "--master-bind-host", settings.master_host]
        command += ["--master-bind-port", str(settings.master_port), "--expect-workers", str(settings.expect_workers)]
        command += ["--expect-workers-max-wait", str(_PATIENCE)]
    if settings.html:
        command += ["--html", str(settings.html)]
    return [*command, "--only-summary"] if settings.quiet else command


def _environment() -> dict[str, str]:
    """Ours, without what would configure Locust behind our back."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")}
    # The kit need not be installed: what this process imports, that one can.
    paths = [str(_HERE.parents[1]), *filter(None, [clean.get("PYTHONPATH")])]
    return {**clean, "PYTHONPATH": os.pathsep.join(paths)}


def _run(command: list[str], environment: dict[str, str]) -> None:
    """Run Locust to its end. Its keyboard stays closed: keys would add users, and the load is bounded."""
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)  # noqa: S603 - our own words
    with process, _passing_on(process):
        process.wait()


@contextlib.contextmanager
def _passing_on(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Ctrl-C and SIGTERM end Locust, which then says what it knows; we wait for that."""

    def hand_over(number: int, _frame: FrameType | None) -> None:
        process.send_signal(number)

    def leave_to_terminal(number: int, frame: FrameType | None) -> None:
        if not sys.stdin or not sys.stdin.isatty():  # a terminal has told the whole group
            hand_over(number, frame)

    with handled_by({signal.SIGINT: leave_to_terminal, signal.SIGTERM: hand_over}):
        yield


def _finish(result: Path, settings: LoadSettings) -> int:
    try:
        data: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise TargetError("the load was not run: Locust ended before it began, and said why above") from None
    if settings.json and not settings.worker:
        settings.json.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    return int(data["exit_code"])


def _must_be_writable(path: Path | None) -> None:
    if path is None:
        return
    try:
        with path.open("a", encoding="utf-8"):
            pass
    except OSError as error:
        raise SettingError("the report cannot be written", where=str(path), got=error.strerror or "") from None


def _must_be_there(target: Target, timeout: float) -> None:
    """TargetError unless a connection can be made; nothing is sent over it."""
    parts = urlsplit(target.origin)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=timeout).close()
    except OSError as error:
        reason = error.strerror or str(error) or type(error).__name__
        raise TargetError("not sent: the target cannot be reached", where=target.url, got=reason) from None
