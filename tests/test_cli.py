"""The command line: exit codes, one line for every mistake, and a start that costs nothing."""

import errno
import re
import resource
import subprocess
import sys
from dataclasses import dataclass

import click
import pytest

from luckymonaco import cli
from luckymonaco.commands import COMMANDS
from luckymonaco.options import describe, options_of
from spec.settings import Settings, setting
from tests.command_line import help_of, is_one_error_line, run


@dataclass(frozen=True, slots=True)
class EveryKind(Settings):
    """A setting of every kind that needs care."""

    on: bool = setting(True, "On by default.")
    off: bool = setting(False, "Off by default.")
    names: tuple[str, ...] = setting([], "Several in one.", metavar="NAME[,NAME…]")
    many: tuple[str, ...] = setting([], "Several, with commas in them.", metavar="FILE")


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
            ["health", "http://[::1"],
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

    def test_a_full_disk_is_no_fault_of_the_kit(self, monkeypatch, capsys) -> None:
        """What cannot be written is said to be that."""
        assert _fail(monkeypatch, OSError(errno.ENOSPC, "No space left on device")) == 2

        stderr = capsys.readouterr().err
        assert is_one_error_line(stderr)
        assert "No space left" in stderr
        assert "fault" not in stderr

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
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
        modules = ran.stderr.split()

        heavy = {"spec", "mockserver", "contract_tests", "yaml", "connexion", "schemathesis", "httpx", "pytest", "rich"}
        assert heavy.isdisjoint(modules)

    def test_help_is_quick(self) -> None:
        """It takes less than 0.3 s of the processor, however busy the machine is."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        run("--help")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)

        assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.3


class TestOptions:
    """Options made from settings."""

    @pytest.mark.parametrize("option", Settings.options(), ids=lambda option: option.field)
    def test_every_setting_is_an_option(self, option) -> None:
        """A shared setting is an option of every command that uses the contract, its variable named in the help."""
        for name in ("mock", "verify", "hash"):
            text = help_of(name)
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

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            ([], (None, None, None, ())),
            (["--on"], (True, None, None, ())),
            (["--no-on"], (False, None, None, ())),
            (["--off"], (None, True, None, ())),
            (["--names", "a,b", "--names", "c"], (None, None, "a,b,c", ())),
            (["--many", "a,b", "--many", "c"], (None, None, None, ("a,b", "c"))),
        ],
        ids=["nothing", "on", "no-on", "off", "commas", "repeated"],
    )
    def test_every_kind_of_setting_is_given(self, arguments: list[str], expected: tuple[object, ...]) -> None:
        """Flags that are on or off by default, and lists, with commas where the metavar says so; else as not given."""
        seen: list[object] = []

        @click.command()
        @options_of(EveryKind, without=[option.field for option in Settings.options()])
        def command(**given: object) -> None:
            seen.extend(given[name] for name in ("on", "off", "names", "many"))

        command.main(arguments, standalone_mode=False)

        assert tuple(seen) == expected
