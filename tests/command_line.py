"""The command line as a user runs it: in a process of its own, without this process's settings."""

import os
import re
import subprocess
import sys
from functools import cache

from luckymonaco.commands import COMMANDS


def clean_environ(*prefixes: str) -> dict[str, str]:
    """This process's environment without what configures the kit, or begins with another of these prefixes."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("LUCKYMONACO_", *prefixes))}


def run(*arguments: str, stdin: str = "", **environ: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line as a user does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "luckymonaco", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**clean_environ(), **environ},
    )


def is_one_error_line(stderr: str) -> bool:
    """Whether stderr is exactly one line of the agreed form."""
    return re.fullmatch(r"luckymonaco: error: [^\n]+\n", stderr) is not None


@cache
def help_of(name: str) -> str:
    """The help of a command, asked for once."""
    return run(name, "--help").stdout


@cache
def known_options() -> frozenset[str]:
    """Every long option of every command."""
    return frozenset(option for name in COMMANDS for option in re.findall(r"--[a-z][a-z-]+", help_of(name)))
