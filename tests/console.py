"""Documentation that is executed: the commands of `console` blocks are run, and what they print is compared.

`$ command` runs in a shell; the lines below it are what it prints, `…` standing for anything (on a line of its own: for
any lines). `luckymonaco mock …` keeps running until the next one or the end. `$ cat FILE` makes the file that it shows.
Port 8080 stands for a free one; times, counts and seeds may differ.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.command_line import clean_environ
from tests.listening import free_port, wait_for

PORT = "8080"
_WIDEST = 140  # characters of a line, where a page is renewed
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_VARYING = [
    (re.compile(r"\b\d+(\.\d+)?( ?)(ms|s|µs)\b"), r"#\2\3"),
    (re.compile(r"\b\d+ (requests?|rules?|cases|notifications?)\b"), r"# \1"),
    (re.compile(r"\b(seed|token|pid) \S+"), r"\1 #"),
    (re.compile(r"‹[0-9a-f]{6}›"), "‹#›"),
    (re.compile(r" +"), " "),
]


@dataclass(frozen=True, slots=True)
class Command:
    """One command and what is said to come of it."""

    text: str
    expected: tuple[str, ...]


def commands(markdown: str) -> Iterator[Command]:
    """The commands of every console block, in their order."""
    for block in _BLOCK.findall(markdown):
        text: str | None = None
        expected: list[str] = []
        for line in block.splitlines():
            if line.startswith("$ "):
                if text is not None:
                    yield Command(text, tuple(expected))
                text, expected = line[2:], []
            else:
                assert text is not None, f"output before a command: {line}"
                expected.append(line)
        if text is not None:
            yield Command(text, tuple(expected))


class Terminal:
    """One folder, one environment, one mock at a time; use as a context."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status = 0
        self._mock: subprocess.Popen[str] | None = None
        self.port = str(free_port())
        clean = clean_environ()
        binaries = Path(sys.executable).parent
        self.environ = {**clean, "PATH": f"{binaries}{os.pathsep}{clean['PATH']}", "COLUMNS": "200", "CI": "1"}
        self.environ["LUCKYMONACO_PORT"] = self.port

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def run(self, command: Command) -> str:
        """Run one command and return what it printed, with the port written as in the documentation."""
        text = command.text.replace(PORT, self.port)
        words = shlex.split(text, comments=True)
        if words[0] == "export":
            self.environ |= dict(word.split("=", 1) for word in words[1:])
            return ""
        if words[0] == "unset":
            for name in words[1:]:
                self.environ.pop(name, None)
            return ""
        if words[0] == "cat" and not (self.folder / words[1]).exists():
            (self.folder / words[1]).write_text("\n".join(command.expected) + "\n")
        if words[:2] == ["luckymonaco", "mock"] and not {"--help", "--list-broken"} & set(words):
            return self._serve(text)
        result = subprocess.run(
            ["bash", "-c", f"(exit {self.status}); {text}"],
            cwd=self.folder,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=180,
        )
        self.status = result.returncode
        return result.stdout.replace(self.port, PORT)

    def _serve(self, text: str) -> str:
        self._stop()
        log = self.folder / ".mock.log"
        with log.open("w") as stream:
            self._mock = subprocess.Popen(
                ["bash", "-c", f"exec {text}"],
                cwd=self.folder,
                env=self.environ,
                stdout=stream,
                stderr=stream,
                text=True,
            )
        end = time.monotonic() + 20
        wait_for(int(self.port), self._mock, 20)
        assert self._mock.poll() is None, log.read_text()
        said = ""
        while time.monotonic() < end and not (said and said == log.read_text()):
            said = log.read_text()  # it is printed around the time at which it listens
            time.sleep(0.2)
        return said.replace(self.port, PORT)

    def _stop(self) -> None:
        if self._mock is not None:
            self._mock.send_signal(signal.SIGINT)
            self._mock.wait(20)
            self._mock = None


def mismatch(expected: tuple[str, ...], printed: str) -> str:
    """Empty if the output is as documented, else the first documented line that is not there."""
    lines = [_plain(line) for line in printed.rstrip("\n").split("\n")] if printed.strip() else []
    at, free = 0, False
    for line in expected:
        if line.strip() == "…":
            free = True
            continue
        pattern = re.compile(".*".join(map(re.escape, _plain(line).split("…"))))
        found = next((i for i in range(at, len(lines)) if pattern.fullmatch(lines[i])), None)
        if found is None or (found != at and not free):
            return f"documented: {line}\nprinted:\n{printed}"
        at, free = found + 1, False
    if at < len(lines) and not free:
        return f"not documented: {lines[at]}\nprinted:\n{printed}"
    return ""


def _plain(line: str) -> str:
    for pattern, replacement in _VARYING:
        line = pattern.sub(replacement, line)
    return line.rstrip()


def renewed(markdown: str, folder: Path) -> str:
    """The text with the output of every command that prints something else today replaced by what it prints."""
    with Terminal(folder) as terminal:
        for command in commands(markdown):
            printed = terminal.run(command)
            if mismatch(command.expected, printed):
                lines = [
                    line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…" for line in printed.rstrip().split("\n")
                ]
                old = "\n".join([f"$ {command.text}", *command.expected])
                markdown = markdown.replace(old, "\n".join([f"$ {command.text}", *lines]), 1)
    return markdown


if __name__ == "__main__":  # python -m tests.console README.md
    with tempfile.TemporaryDirectory() as name:
        file = Path(sys.argv[1])
        file.write_text(renewed(file.read_text(encoding="utf-8"), Path(name)), encoding="utf-8")
