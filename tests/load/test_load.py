"""Load for real, made by Locust against servers on this machine; small, since this machine is shared."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.command_line import clean_environ
from tests.document import OPERATION, SESSION
from tests.editions import later_revision, source
from tests.load.conftest import Load, command
from tests.mockserver.serving import serving
from tests.sending.scripted import TOKEN, Reply, failure, scripted, success

SECRET = "s3cr3t-of-the-hash"


def test_every_answer_is_judged(load: Load, tmp_path: Path) -> None:
    """Valid and faulty traffic at a rate; what was sent, answered and received is the same number."""
    html = tmp_path / "report.html"
    with serving(secret=SECRET) as mock:
        result = load(
            *(mock.url, "--rate", 30, "--duration", "5s", "--faults", 0.3, "--secret", SECRET, "--html", html),
            *("--fail-if", "p99>30s", "--fail-if", "errors>0%"),
        )
        received = mock.mock.journal.total

    summary = result.summary
    assert result.code == 0, result.out + result.err
    assert 100 <= summary["sent"] <= 151
    assert summary["sent"] == summary["answered"] == summary["accepted"] + summary["refused"]
    assert summary["accepted"] > summary["refused"] > 10
    assert received == summary["sent"] + 2  # with a secret: two wrong hashes, to learn how this build refuses them
    assert f"{OPERATION.path} faulty VAL-2" in result.err + result.out
    assert "rate     " in result.out
    assert "p50 " in result.out
    assert "held     --fail-if 'p99>30s'" in result.out
    assert result.out.rstrip().endswith("KEPT")
    text = html.read_text(encoding="utf-8")
    assert OPERATION.path in text
    assert not [secret for secret in (TOKEN, SECRET) if secret in text + result.out + result.err]


def test_each_notification_is_of_another_session(load: Load) -> None:
    """Unless told otherwise: a whole casino's sessions expire."""
    with scripted(success()) as server:
        result = load(server.url, "--rate", 20, "--duration", "2s", "--quiet")

    sessions = [received.json[SESSION] for received in server.received]
    assert result.code == 0, result.out + result.err
    assert len(sessions) == result.summary["sent"] == len(set(sessions))


def test_broken_rules_are_counted(load: Load) -> None:
    """Failures by rule, in our summary and in Locust's own table; exit code 1."""

    def script(_: object, number: int) -> Reply:
        return {0: Reply(200, b'{"error": "0", "description": "x"}'), 1: failure(500)}.get(number % 5, success())

    with scripted(script=script) as server:
        result = load(server.url, "--rate", 25, "--duration", "3s", "--quiet")

    assert result.code == 1
    assert result.summary["by_rule"]["OK-2"] > 5
    assert result.summary["by_rule"]["OK-6"] > 5
    assert result.summary["broken"] == sum(result.summary["by_rule"].values())
    assert "FAIL     OK-2" in result.out
    assert "OK-6: status 500" in result.out + result.err
    assert result.out.rstrip().endswith("BROKEN")


def test_a_limit_fails_the_run(load: Load) -> None:
    """--fail-if that is crossed: exit code 1, and what was measured."""
    with scripted(Reply(200, success().body, delay=0.2)) as server:
        result = load(server.url, "--users", 3, "--duration", "2s", "--quiet", "--fail-if", "p95>100ms")

    assert result.code == 1
    assert "FAIL     --fail-if 'p95>100ms'" in result.out
    assert result.summary["by_rule"] == {}


def test_a_slow_target_is_not_blamed_on_the_generator(load: Load) -> None:
    """Fewer requests than asked for because answers are slow: the target is at its limit."""
    with scripted(Reply(200, success().body, delay=0.9)) as server:
        result = load(server.url, "--rate", 40, "--users", 8, "--duration", "6s", "--quiet")

    assert "LIMIT    the target is at its limit" in result.out
    assert result.summary["rate"] < 20


def test_answers_that_are_late_at_the_end_are_counted(load: Load) -> None:
    """What is under way when the time is over is waited for."""
    with scripted(Reply(200, success().body, delay=1.5)) as server:
        result = load(server.url, "--users", 4, "--duration", "3s", "--quiet")

    assert result.summary["sent"] == result.summary["answered"] == len(server.received)


def test_silence_breaks_the_rule_of_its_request(load: Load) -> None:
    """Dropped connections and time-outs are counted as broken, by kind in Locust's table."""

    def script(_: object, number: int) -> Reply:
        return Reply(close=True) if number % 2 else Reply(200, success().body, delay=1.2)

    with scripted(script=script) as server:
        result = load(server.url, "--users", 4, "--duration", "2s", "--quiet", "--timeout", 0.4, "--max-rate", 20)

    assert result.code == 1
    assert result.summary["answered"] == 0
    assert result.summary["broken"] == result.summary["sent"] == result.summary["by_rule"]["OK-6"]
    assert "no answer, dropped" in result.out + result.err
    assert "no answer, timeout" in result.out + result.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_ends_it_with_what_is_known(number: int) -> None:
    """Exit code 2, a summary, and the word INCOMPLETE."""
    with scripted(success()) as server:
        process = subprocess.Popen(
            command(server.url, "--rate", 20, "--duration", "60s", "--quiet"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=clean_environ(),
        )
        end = time.monotonic() + 30
        while len(server.received) < 20 and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)

    assert process.returncode == 2, out + err
    assert "TROUBLE  interrupted after" in out
    assert out.rstrip().endswith("INCOMPLETE")
    assert "Traceback" not in err


def test_a_later_revision(load: Load, tmp_path: Path) -> None:
    """Another document, without hash and credentials, is all that it takes."""
    from spec import build

    path = tmp_path / "later.yaml"
    path.write_text(later_revision(), encoding="utf-8")
    with serving(build(source(later_revision()))) as mock:
        result = load(mock.url, "--spec", path, "--rate", 20, "--duration", "3s", "--faults", 0.5, "--quiet")

    assert result.code == 0, result.out + result.err
    assert result.summary["refused"] > 10


def test_without_locust_it_says_what_to_install() -> None:
    """One line, exit code 2."""
    code = (
        "import sys; sys.modules['locust'] = None\n"
        "from luckymonaco.cli import main\n"
        "sys.exit(main(['load', 'http://127.0.0.1:1', '--rate', '1']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=clean_environ(), timeout=60, check=False
    )

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "pip install 'luckymonaco[load]'" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "how much load"),
        (["--rate", "5000"], "--max-rate"),
        (["--rate", "1", "--fail-if", "p99"], "not a limit"),
        (["--rate", "1", "--html", "no/such/folder/x.html"], "cannot be written"),
        (["--rate", "1"], "not sent: the target cannot be reached"),
    ],
)
def test_bad_options_start_nothing(load: Load, arguments: list[str], words: str) -> None:
    """One line, exit code 2."""
    result = load("http://127.0.0.1:1", *arguments)

    assert result.code == 2
    assert words in result.err
    assert result.err.count("\n") == 1


def test_locust_is_not_imported_here() -> None:
    """Gevent would replace the sockets of this process."""
    code = "import luckymonaco.load.launch, sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"locust", "gevent"} & set(json.loads(done.stdout))
