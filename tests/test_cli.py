"""The command line: exit codes, one line for every mistake, and a start that costs nothing."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

import spec
from luckymonaco import cli
from luckymonaco.commands import COMMANDS
from luckymonaco.options import describe
from spec.document import DEFAULT_PATH
from spec.settings import Settings

CONTRACT = spec.load()
OPERATION = CONTRACT.operations[0]


def run(*arguments: str, stdin: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line as a user does, in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LUCKYMONACO_")}
    return subprocess.run(
        [sys.executable, "-m", "luckymonaco", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env={**clean, **environ},
    )


def is_one_error_line(stderr: str) -> bool:
    """Whether stderr is exactly one line of the agreed form."""
    return re.fullmatch(r"luckymonaco: error: [^\n]+\n", stderr) is not None


class TestEndings:
    """Every way in which a run can end."""

    def test_help_lists_every_command(self) -> None:
        """The help names each command, and goes to stdout."""
        result = run("--help")

        assert result.returncode == 0
        assert all(f"  {name} " in result.stdout for name in COMMANDS)

    @pytest.mark.parametrize("name", COMMANDS)
    def test_each_command_has_help(self, name: str) -> None:
        """The help of a command can be had, and its one-line summary stands in the list."""
        result = run(name, "--help")

        assert (result.returncode, result.stderr) == (0, "")
        assert f"luckymonaco {name}" in result.stdout

    def test_no_command_is_not_a_success(self) -> None:
        """Without a command the help is shown, and the exit code says that nothing ran."""
        result = run()

        assert (result.returncode, result.stdout) == (2, "")
        assert "Commands:" in result.stderr

    def test_version(self) -> None:
        """The version is the package's."""
        result = run("--version")

        assert result.returncode == 0
        assert re.fullmatch(r"luckymonaco \d+\.\d+\.\d+\S*\n", result.stdout)

    @pytest.mark.parametrize(
        "arguments",
        [
            ["nothing"],
            ["lint", "--nothing"],
            ["lint", "a", "b"],
            ["lint", "missing.yaml"],
            ["hash"],
            ["hash", "--body", "missing.json", "--secret", "s"],
            ["hash", "--body", "-"],
            ["hash", "--body", "-", "--secret", "s", "--hash-scheme", "nothing"],
            ["hash", "--body", "-", "--secret-file", "missing"],
            ["mock", "--port", "many"],
            ["mock", "--spec", "missing.yaml"],
            ["mock", "--hash-scheme", "nothing"],
            ["health"],
            ["health", "ftp://127.0.0.1"],
            ["health", "http://127.0.0.1:1", "--timeout", "0"],
            ["verify"],
            ["verify", "127.0.0.1:1"],
            ["verify", "http://127.0.0.1:1", "--timeout", "long"],
            ["verify", "http://127.0.0.1:1", "--spec", "missing.yaml"],
        ],
        ids=" ".join,
    )
    def test_a_mistake_is_one_line(self, arguments: list[str]) -> None:
        """What cannot be used is named in one line on stderr, with exit code 2."""
        result = run(*arguments)

        assert (result.returncode, result.stdout) == (2, "")
        assert is_one_error_line(result.stderr), result.stderr

    def test_a_usage_error_says_where_help_is(self) -> None:
        """The line leads to the help of the command that was used."""
        assert run("lint", "--nothing").stderr.endswith("; see luckymonaco lint --help\n")

    @pytest.mark.parametrize("variable", ["LUCKYMONACO_PORT", "LUCKYMONACO_BODY_LIMIT"])
    def test_a_bad_variable_is_named(self, variable: str) -> None:
        """A mistake in the environment is reported like one on the command line."""
        result = run("mock", **{variable: "many"})

        assert result.returncode == 2
        assert variable in result.stderr
        assert is_one_error_line(result.stderr)

    def test_an_unforeseen_error_is_one_line(self, monkeypatch, capsys) -> None:
        """A fault of the kit is named, with how to report it, and without a traceback."""
        assert _fail(monkeypatch, ZeroDivisionError("by zero")) == 2

        stderr = capsys.readouterr().err
        assert is_one_error_line(stderr)
        assert "ZeroDivisionError: by zero" in stderr
        assert "LUCKYMONACO_DEBUG=1" in stderr

    def test_debug_shows_the_traceback(self, monkeypatch, capsys) -> None:
        """LUCKYMONACO_DEBUG=1 is for those who look for the fault."""
        monkeypatch.setenv("LUCKYMONACO_DEBUG", "1")

        assert _fail(monkeypatch, ZeroDivisionError()) == 2
        assert "Traceback" in capsys.readouterr().err

    def test_ctrl_c_is_quiet(self, monkeypatch, capsys) -> None:
        """An interrupted command says nothing, and ends with 128 + SIGINT."""
        assert _fail(monkeypatch, KeyboardInterrupt()) == 130
        assert capsys.readouterr() == ("", "")

    def test_a_closed_pipe_is_quiet(self) -> None:
        """`luckymonaco … | head` leaves no complaint, and no exit code that is a verdict."""
        process = subprocess.Popen(
            [sys.executable, "-m", "luckymonaco", "lint"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        with process.stderr:
            assert process.stderr.read() == b""

        assert process.wait(60) == 141


def _fail(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("spec.lint.lint", fail)
    return cli.main(["lint"])


class TestSpeed:
    """The front door is light."""

    def test_help_imports_no_work(self) -> None:
        """Neither the document's reader nor the mock nor the suite is imported for the help."""
        code = "import sys; from luckymonaco import cli; cli.main(['--help']); print(*sys.modules, file=sys.stderr)"
        modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60).stderr.split()

        heavy = {"spec", "mockserver", "contract_tests", "yaml", "connexion", "schemathesis", "httpx", "pytest", "rich"}
        assert heavy.isdisjoint(modules)

    def test_help_is_quick(self) -> None:
        """The best of three takes less than 0.3 s."""
        taken = []
        for _ in range(3):
            start = time.perf_counter()
            run("--help")
            taken.append(time.perf_counter() - start)

        assert min(taken) < 0.3


class TestOptions:
    """Options made from settings."""

    @pytest.mark.parametrize("option", Settings.options(), ids=lambda option: option.field)
    def test_every_setting_is_an_option(self, option) -> None:
        """A shared setting is an option of every command that uses the contract, its variable named in the help."""
        for name in ("mock", "verify", "hash"):
            text = run(name, "--help").stdout
            assert option.flag in text
            assert option.env in text

    def test_no_option_shows_a_secret(self) -> None:
        """A secret's value never becomes a default in the help."""
        text = run("mock", "--help", LUCKYMONACO_SECRET="never-shown", LUCKYMONACO_PARTNER_TOKEN="never-shown").stdout

        assert "never-shown" not in text

    def test_a_default_is_described(self) -> None:
        """The help of an option says its default and its variable."""
        from mockserver.settings import MockSettings

        port = next(option for option in MockSettings.options() if option.field == "port")

        assert describe(port).endswith(f"[default: {port.default}; LUCKYMONACO_PORT]")


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
        assert re.fullmatch(rf"{re.escape(str(file))}:\d+: code: .*; expected one like G\.01; got G\.9\n", result.stdout)
        assert result.stderr == f"{file}: 1 finding\n"


class TestHash:
    """`luckymonaco hash`."""

    @pytest.fixture()
    def worked(self) -> dict[str, str]:
        """The worked example of the document."""
        assert OPERATION.request_hash is not None
        return dict(OPERATION.request_hash.worked_example)

    @pytest.fixture()
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

    @pytest.fixture()
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
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]

        result = run("health", f"http://127.0.0.1:{port}")

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
