"""However a run ends, what was seen is in its reports, and the exit code is right."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mockserver.gallery.base import Operator
from mockserver.gallery.exchange import Call, Reply
from tests.own_operator import serving
from tests.reports.conftest import PARTNER
from tests.reports.operators import Hostile, Slow


class Hanging(Slow):
    """Answers a few requests, then none."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        """The first ones."""
        self.seconds = 0 if call.number < 12 else 25
        return super().finish(call, reply)


class Refusing(Operator):
    """Refuses everything."""

    def authorise(self, call: Call) -> None:
        """Nobody is right."""
        self.partner = PARTNER
        super().authorise(call)


def start(url: str, *arguments: str, **environ: str) -> "subprocess.Popen[str]":
    """The command line in a process of its own."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("LUCKYMONACO_", "GITHUB_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "luckymonaco", "verify", url, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**clean, **environ},
    )


@pytest.mark.parametrize(
    ("kind", "by"), [(Slow, signal.SIGINT), (Hanging, signal.SIGINT), (Slow, signal.SIGTERM)], ids=str
)
def test_ctrl_c_ends_quietly(kind: type[Operator], by: signal.Signals, tmp_path: Path) -> None:
    """The verdict so far is marked incomplete, the reports are written, the exit code is 2, all without delay.

    So does SIGTERM, by which CI ends a job.
    """
    files = {name: tmp_path / name for name in ("r.json", "r.html", "r.xml", "e.zip")}
    reports = [
        f"--report={kind}={files[name]}" for kind, name in (("json", "r.json"), ("html", "r.html"), ("junit", "r.xml"))
    ]
    with serving(kind) as url:
        process = start(url, *reports, f"--evidence={files['e.zip']}")
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(1)
        begin = time.monotonic()
        process.send_signal(by)
        out, err = process.communicate(timeout=20)
        took = time.monotonic() - begin

    assert first.startswith("judging ")
    assert (process.returncode, err) == (2, "")
    assert "\nINCOMPLETE  http" in out
    assert took < 5
    assert all(path.stat().st_size > 500 for path in files.values())
    data = json.loads(files["r.json"].read_text(encoding="utf-8"))
    assert (data["verdict"], data["complete"], data["exit_code"]) == ("INCOMPLETE", False, 2)
    assert "<error" in files["r.xml"].read_text(encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == set(files)


_AT_ONCE = """
import os, signal, sys
from luckymonaco.commands import verify
def create(given):
    os.kill(os.getpid(), signal.{by})
    return usual(given)
usual, verify.VerifySettings.create = verify.VerifySettings.create, create
from luckymonaco.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("by", ["SIGINT", "SIGTERM"])
def test_ctrl_c_before_the_first_request_ends_with_reports(by: str, tmp_path: Path) -> None:
    """What comes while the suite is still being imported waits for the run: nothing is sent, and the report says so."""
    path = tmp_path / "r.json"
    with serving(Slow) as url:
        ended = subprocess.run(
            [sys.executable, "-c", _AT_ONCE.format(by=by), "verify", url, f"--report=json={path}"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    data = json.loads(path.read_text(encoding="utf-8"))
    assert (ended.returncode, ended.stderr) == (2, "")
    assert (data["verdict"], data["requests"], data["incomplete_because"]) == ("INCOMPLETE", 0, "interrupted")


@pytest.mark.parametrize("there", [True, False], ids=["refused", "unreachable"])
def test_a_run_that_judges_nothing_says_so_in_its_reports(there: bool, tmp_path: Path) -> None:
    """No report of an earlier run is left to be taken for this one's."""
    path = tmp_path / "r.json"
    path.write_text("old")
    with serving(Refusing) as url:
        process = start(url if there else "http://127.0.0.1:9", f"--report=json={path}", "--quick")
        out, err = process.communicate(timeout=30)

    data = json.loads(path.read_text(encoding="utf-8"))
    assert (process.returncode, out) == (2, "")
    assert err.startswith("luckymonaco: error: ")
    assert err.count("\n") == 1
    assert data["verdict"] == "NOT JUDGED"
    assert data["incomplete_because"] in err
    assert {rule["status"] for rule in data["rules"]} <= {"not-judged", "not-applicable"}


@pytest.mark.parametrize("more", [(), ("--plan",), ("--quick", "--report=json=r.json")], ids=str)
def test_where_no_rule_could_be_judged_nothing_is_sent(more: tuple[str, ...]) -> None:
    """What --rule leaves over may all want a setting that is not there: one line says which, before any request."""
    process = start("http://127.0.0.1:9", "--rule=SIG", *more)
    out, err = process.communicate(timeout=30)

    assert (process.returncode, out) == (2, "")
    assert err == (
        "luckymonaco: error: no rule can be judged; in --rule, --skip; got SIG-1, SIG-2: no --secret was given\n"
    )


@pytest.mark.parametrize(("environ", "bar"), [({}, True), ({"CI": "true"}, False)], ids=["at-a-desk", "ci"])
def test_a_bar_takes_nothing_from_standard_output(environ: dict[str, str], bar: bool) -> None:
    """With errors on a terminal and output in a pipe, all lines are in the pipe; in CI there is no bar at all."""
    terminal, end = os.openpty()
    with serving(Operator) as url:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("LUCKYMONACO_", "GITHUB_")) and k != "CI"}
        ended = subprocess.run(
            [sys.executable, "-m", "luckymonaco", "verify", url, "--rule=HTTP"],
            stdout=subprocess.PIPE,
            stderr=end,
            text=True,
            timeout=30,
            check=False,
            env={**clean, "TERM": "xterm", **environ},
        )
    os.write(end, b".")  # so that there is something to read

    assert ended.stdout.startswith("judging http")
    assert "\nKEPT  http" in ended.stdout
    assert (b"first notification" in os.read(terminal, 100_000)) is bar


def test_in_github_actions(tmp_path: Path) -> None:
    """Annotations and summary by themselves; what was sent is printed between marks, and the summary is appended to."""
    path = tmp_path / "summary.md"
    path.write_text("before\n")
    with serving(Hostile) as url:
        process = start(url, "--quick", GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(path))
        out, err = process.communicate(timeout=60)

    lines = out.splitlines()
    stop = next(number for number, line in enumerate(lines) if line.startswith("::stop-commands::"))
    go = lines.index(f"::{lines[stop].removeprefix('::stop-commands::')}::")
    assert (process.returncode, err) == (1, "")
    assert any(line.startswith("BROKEN") for line in lines[stop:go])
    assert all(line.startswith("::error title=") for line in lines[go + 1 :])
    assert path.read_text(encoding="utf-8").startswith("before\n## Lucky Monaco contract: BROKEN\n")
