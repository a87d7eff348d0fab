"""The mock as a process: started, stopped, and told what it cannot use."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from spec import Partner, attach
from tests.document import OPERATION, SESSION, SUCCESS
from tests.mockserver.processes import port_of, process, request
from tests.mockserver.serving import read_answer


def test_banner_and_its_curl_line() -> None:
    """The banner says what is checked and what is not, and its curl line works when pasted."""
    with process() as (_, text):
        line = next(line.partition("try it")[2].strip() for line in text.splitlines() if "try it" in line)
        assert "does not check" in text
        if not shutil.which("curl"):
            pytest.skip("no curl")
        got = subprocess.run(["bash", "-c", line], check=False, capture_output=True, text=True, timeout=10)

    assert json.loads(got.stdout) == SUCCESS.body


def test_curl_line_with_own_credentials() -> None:
    """With credentials of one's own the line holds the variables they come from, and works with those set."""
    mine = {
        "LUCKYMONACO_PARTNER_ID": "me & you",
        "LUCKYMONACO_PARTNER_TOKEN": "own-Secret",
        "LUCKYMONACO_SECRET": "s3cr3t-Key",
    }
    with process(environ=mine) as (_, text):
        line = next(line.partition("try it")[2].strip() for line in text.splitlines() if "try it" in line)
        assert "own-Secret" not in text
        assert "s3cr3t-Key" not in text
        assert "needs     LUCKYMONACO_PARTNER_ID, LUCKYMONACO_PARTNER_TOKEN, LUCKYMONACO_SECRET to be set" in text
        if not shutil.which("curl"):
            pytest.skip("no curl")
        exported = {
            **os.environ,
            "LUCKYMONACO_PARTNER_ID": "me%20%26%20you",
            "LUCKYMONACO_PARTNER_TOKEN": "own-Secret",
            "LUCKYMONACO_SECRET": "s3cr3t-Key",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        got = subprocess.run(
            ["bash", "-c", line], check=False, capture_output=True, text=True, timeout=10, env=exported
        )

    assert json.loads(got.stdout) == SUCCESS.body


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_quiet_end(number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end it quietly, with exit code 0."""
    with process() as (running, _):
        running.send_signal(number)
        out, err = running.communicate(timeout=10)

    assert (running.returncode, out, err) == (0, "", "")


def test_stop_finishes_what_is_in_flight() -> None:
    """At SIGTERM a request in flight gets its answer, and new connections are refused."""
    with process() as (running, text):
        port = port_of(text)
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(request())
            assert read_answer(connection).json == SUCCESS.body
            connection.sendall(request(**{SESSION: "mock-delay-2500"}))
            time.sleep(1)  # until it has been read: what has not even been read is not in flight
            running.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            with pytest.raises(OSError):  # noqa: PT011 - refused or reset, as the system likes
                socket.create_connection(("127.0.0.1", port), timeout=1).recv(1)
            assert read_answer(connection).json == SUCCESS.body
        running.communicate(timeout=10)

    assert running.returncode == 0


def test_port_in_use() -> None:
    """A port in use is one clear line and exit code 2."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "luckymonaco", "mock", "--port", str(taken.getsockname()[1])]
        got = subprocess.run(command, check=False, capture_output=True, text=True, timeout=20)

    assert got.returncode == 2
    assert got.stdout == ""
    assert len(got.stderr.splitlines()) == 1
    assert "in use" in got.stderr


@pytest.mark.parametrize(
    "options",
    [
        "--port 70000",
        "--host no.such.host.invalid",
        "--delay fast",
        "--respond nope",
        "--partners /nowhere",
        "--tls-cert /nowhere",
        "--tls-key x",
    ],
)
def test_bad_options(options: str) -> None:
    """Options that cannot be used are one clear line and exit code 2."""
    command = [sys.executable, "-m", "luckymonaco", "mock", *shlex.split(options)]
    got = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)

    assert got.returncode == 2
    assert len(got.stderr.splitlines()) == 1


def test_secrets_from_files(tmp_path: Path) -> None:
    """The token can be read from a file."""
    (tmp_path / "token").write_text("from-a-File\n")
    with process("--partner-token-file", str(tmp_path / "token")) as (_, text):
        url = f"http://127.0.0.1:{port_of(text)}{OPERATION.path}"
        query, _ = attach(OPERATION, Partner({"partner-token": "from-a-File"}))
        assert httpx.post(f"{url}?{query}", json=dict(OPERATION.example)).json() == SUCCESS.body
        query, _ = attach(OPERATION, Partner({}))
        assert httpx.post(f"{url}?{query}", json=dict(OPERATION.example)).status_code == 403
