"""The small commands, each from the outside: lint, hash, health, mock."""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from spec.document import DEFAULT_PATH
from tests.command_line import is_one_error_line, run
from tests.document import CONTRACT, OPERATION
from tests.listening import free_port


class TestLint:
    """`luckymonaco lint`."""

    def test_the_kits_own_document_is_clean(self) -> None:
        """Without an argument the kit's own document is meant."""
        result = run("lint")

        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout == f"{DEFAULT_PATH}: clean\n"

    @pytest.mark.parametrize("how", ["argument", "option", "variable"])
    def test_findings_are_lines(self, tmp_path: Path, how: str) -> None:
        """Each finding is one line that an editor can jump to; exit code 1."""
        file = tmp_path / "edited.yaml"
        file.write_text(DEFAULT_PATH.read_text().replace("code: G.09", "code: G.9"))
        arguments = {"argument": [str(file)], "option": ["--spec", str(file)], "variable": []}[how]

        result = run("lint", *arguments, **({"LUCKYMONACO_SPEC": str(file)} if how == "variable" else {}))

        assert result.returncode == 1
        assert re.fullmatch(
            rf"{re.escape(str(file))}:\d+: code: .*; expected one like G\.01; got G\.9\n", result.stdout
        )
        assert result.stderr == f"{file}: 1 finding\n"


class TestHash:
    """`luckymonaco hash`."""

    @pytest.fixture
    def worked(self) -> dict[str, str]:
        """The worked example of the document."""
        assert OPERATION.request_hash is not None
        return dict(OPERATION.request_hash.worked_example)

    @pytest.fixture
    def body(self, worked: dict[str, str]) -> str:
        """The notification that the worked example is about."""
        return json.dumps(OPERATION.examples[worked["body"]])

    def test_the_worked_example(self, worked, body) -> None:
        """The hash of the document's own example is printed, alone on its line."""
        result = run("hash", "--body", "-", stdin=body, LUCKYMONACO_SECRET=worked["secret"])

        assert (result.returncode, result.stdout, result.stderr) == (0, f"{worked['hash']}\n", "")

    def test_explained(self, worked, body, tmp_path: Path) -> None:
        """With --explain the string to sign is shown, the secret in it masked."""
        file = tmp_path / "body.json"
        file.write_text(body)

        result = run("hash", "--body", str(file), "--explain", "--secret", worked["secret"])

        assert worked["string-to-sign"].replace(worked["secret"], "‹secret›") in result.stdout
        assert worked["secret"] not in result.stdout

    @pytest.mark.parametrize("name", CONTRACT.hash_schemes)
    def test_every_scheme_is_explained(self, name: str, worked, body) -> None:
        """Each scheme of the document computes and is explained without showing a secret."""
        result = run("hash", "--body", "-", "--explain", "--hash-scheme", name, "--secret", "q" * 12, stdin=body)

        assert result.returncode == 0
        assert f"scheme          {name}: " in result.stdout
        assert "q" * 12 not in result.stdout
        assert all(item.demo not in result.stdout for item in OPERATION.credentials if item.secret)

    @pytest.mark.parametrize("name", ["sorted-sha256", "sorted-md5-form", "sorted-hmac-md5"])
    def test_the_doctor_names_the_scheme(self, name: str, worked, body) -> None:
        """A hash in the body that another scheme gives is recognised."""
        assert OPERATION.request_hash is not None
        notification = json.loads(body) | {OPERATION.optional[0].name: "two words"}
        secret = worked["secret"]
        other = run("hash", "--body", "-", "--hash-scheme", name, "--secret", secret, stdin=json.dumps(notification))
        notification[OPERATION.request_hash.field] = other.stdout.strip().upper()

        result = run("hash", "--body", "-", "--explain", "--secret", secret, stdin=json.dumps(notification))

        assert f"the one that {name} gives" in result.stdout

    @pytest.mark.parametrize("text", ["", "{", "[]", '"text"', '{"a": NaN}'], ids=repr)
    def test_what_is_no_notification_is_said(self, text: str) -> None:
        """A body that is no JSON object is one line and exit code 2."""
        result = run("hash", "--body", "-", "--secret", "s3cr3t", stdin=text)

        assert result.returncode == 2
        assert is_one_error_line(result.stderr)


class TestHealth:
    """`luckymonaco health`."""

    @pytest.fixture
    def server(self) -> Iterator[str]:
        """A server whose path is the status it answers with."""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(int(self.path[1:]))
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()

    @pytest.mark.parametrize(("status", "code"), [(200, 0), (204, 0), (404, 1), (500, 1), (503, 1)])
    def test_the_status_decides(self, server: str, status: int, code: int) -> None:
        """2XX is healthy, anything else is not."""
        assert run("health", f"{server}/{status}").returncode == code

    def test_nobody_there_is_unhealthy(self) -> None:
        """A port on which nobody listens is 1, not 2: the question was answered."""
        result = run("health", f"http://127.0.0.1:{free_port()}")

        assert result.returncode == 1
        assert result.stderr.startswith("unhealthy: ")


class TestMock:
    """`luckymonaco mock`, from the outside."""

    def test_it_serves_until_it_is_interrupted(self) -> None:
        """It says where it serves; Ctrl-C ends it quietly with exit code 0."""
        process = subprocess.Popen(
            [sys.executable, "-m", "luckymonaco", "mock", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        try:
            assert process.stdout is not None
            assert any("http://127.0.0.1:" in line for line in process.stdout)
        finally:
            process.send_signal(signal.SIGINT)
            _, stderr = process.communicate(timeout=30)

        assert process.returncode == 0
        assert "Traceback" not in stderr

    def test_a_port_in_use_is_said(self) -> None:
        """The port is named, in one line, with exit code 2."""
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            port = str(holder.getsockname()[1])

            result = run("mock", "--port", port)

        assert result.returncode == 2
        assert is_one_error_line(result.stderr), result.stderr
        assert port in result.stderr
