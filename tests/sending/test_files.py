"""--from: what is read of a file, and that a file with one bad line sends nothing."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.document import SESSION
from tests.sending.conftest import Run
from tests.sending.scripted import FREE, Reply, scripted, success


def results_of(path: Path) -> list[dict[str, object]]:
    """The lines of the result file beside a file."""
    return [json.loads(line) for line in path.with_name(path.name + ".results.ndjson").read_text().splitlines()]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_csv(run: Run, tmp_path: Path, delimiter: str, mark: str) -> None:
    """The first line names the fields; an empty cell leaves an optional field out; quotes hold line breaks."""
    path = tmp_path / "sessions.csv"
    rows = [(SESSION, FREE), ("s1", "t1"), ("s2", ""), ('"two\nlines"', "t3")]
    path.write_text(mark + "\n".join(delimiter.join(row) for row in rows) + "\n\n", encoding="utf-8")

    with scripted(success()) as server:
        result = run("send", server.url, "--from", path)

    bodies = [received.json for received in server.received]
    assert result.code == 0, result.err
    assert [body[SESSION] for body in bodies] == ["s1", "s2", "two\nlines"]
    assert [body.get(FREE) for body in bodies] == ["t1", None, "t3"]
    assert "3 of 3 notifications answered" in result.out
    assert [data["line"] for data in results_of(path) if data["kind"] == "answer"] == [2, 3, 4]


def test_ndjson(run: Run, tmp_path: Path) -> None:
    """One object a line, with the fields that differ; --set holds for all of them."""
    path = tmp_path / "sessions.ndjson"
    path.write_text("".join(json.dumps({SESSION: f"ß{number}"}) + "\n" for number in range(5)), encoding="utf-8")

    with scripted(success()) as server:
        result = run("send", server.url, "--from", path, "--set", f"{FREE}=all", "--parallel", 3)

    assert result.code == 0, result.err
    assert {received.json[SESSION] for received in server.received} == {f"ß{number}" for number in range(5)}
    assert {received.json[FREE] for received in server.received} == {"all"}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.csv", f"{SESSION},nonsense\ns,x\n", "a.csv:1"),
        ("a.csv", f'{SESSION}\ns1\n\n""\n', "a.csv:4"),
        ("a.csv", f"{SESSION},{FREE}\ns1,t\ns2\n", "a.csv:3"),
        ("a.csv", "", "no line of field names"),
        ("a.ndjson", f'{{"{SESSION}": "s"}}\n{{"{SESSION}": 5}}\n', "a.ndjson:2"),
        ("a.ndjson", f'{{"{SESSION}": "s"}}\n[]\n', "a.ndjson:2"),
        ("a.ndjson", f'{{"{SESSION}": "s"}}\n{{\n', "a.ndjson:2"),
        ("a.ndjson", '{"nonsense": "s"}\n', "unknown field"),
        ("a.txt", "x\n", "unknown kind of file"),
    ],
)
def test_one_bad_line_sends_nothing(run: Run, tmp_path: Path, name: str, text: str, words: str) -> None:
    """Every line is checked before the first is sent; the bad one is named."""
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")

    with scripted(success()) as server:
        result = run("send", server.url, "--from", path)

    assert result.code == 2
    assert words in result.err
    assert result.err.count("\n") == 1
    assert not server.received
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("flag", ["--dry-run", "--curl"])
def test_a_preview_of_a_file_sends_nothing(run: Run, tmp_path: Path, flag: str) -> None:
    """The first line is shown, all are checked, and no result file is begun."""
    path = tmp_path / "sessions.csv"
    path.write_text(f"{SESSION}\nfirst-one\nsecond-one\n", encoding="utf-8")

    result = run("send", "http://127.0.0.1:1", "--from", path, flag)

    assert result.code == 0
    assert "first-one" in result.out
    assert "first of 2 notifications" in result.err
    assert [entry.name for entry in tmp_path.iterdir()] == ["sessions.csv"]


def test_broken_answers_are_listed_with_their_lines(run: Run, tmp_path: Path) -> None:
    """Of a long run only what is broken is shown; the result file has everything, masked."""
    path = tmp_path / "sessions.csv"
    path.write_text(f"{SESSION},{FREE}\n" + "".join(f"s{n},players-own-{n}\n" for n in range(4)), encoding="utf-8")
    echo = lambda received, number: Reply(200, received.body if number == 3 else success().body)  # noqa: E731

    with scripted(script=echo) as server:
        result = run("send", server.url, "--from", path)

    recorded = path.with_name("sessions.csv.results.ndjson").read_text(encoding="utf-8")
    assert result.code == 1
    assert "line 4" in result.out
    assert "ERR-7" in result.out
    assert "line 3" not in result.out
    assert "players-own" not in result.out + recorded


def test_the_bar_keeps_out_of_standard_output(tmp_path: Path) -> None:
    """With a terminal on standard error alone, the bar is there, and standard output has the answers alone."""
    path = tmp_path / "sessions.csv"
    path.write_text(f"{SESSION}\n" + "".join(f"s{n}\n" for n in range(20)), encoding="utf-8")
    leader, follower = pty.openpty()
    with scripted(Reply(200, success().body, delay=0.02)) as server:
        command = [sys.executable, "-m", "luckymonaco", "send", server.url, "--from", str(path), "--format", "ndjson"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=follower) as process:
            os.close(follower)
            assert process.stdout is not None
            out = process.stdout.read()
    shown = os.read(leader, 65536)
    os.close(leader)

    assert [json.loads(line)["kind"] for line in out.splitlines()] == ["answer"] * 20 + ["summary"]
    assert b"sending" in shown
