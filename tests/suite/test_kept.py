"""Generated notifications are kept on disk for the next run, and nothing rests on it."""

import json
from pathlib import Path
from typing import Any

import pytest

import spec
from contract_tests import kept as module
from contract_tests.generated import Generator
from contract_tests.generating import Bodies
from contract_tests.kept import Kept
from contract_tests.notification import Maker

CODE = Path(module.__file__)
WISH: dict[str, Any] = {"schemas": [{"type": "object"}], "seed": 1, "count": 3}
MADE: list[Bodies] = [([{"a": "é"}], [None, 3])]


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    """The same wish finds it, as JSON has it."""
    Kept(WISH, CODE, tmp_path).write(MADE)

    assert Kept(WISH, CODE, tmp_path).read() == json.loads(json.dumps(MADE))


@pytest.mark.parametrize("change", [{"seed": 2}, {"count": 4}, {"schemas": [{"type": "array"}]}])
def test_another_wish_finds_nothing(tmp_path: Path, change: dict[str, Any]) -> None:
    """Seed, count and schema are all part of it."""
    Kept(WISH, CODE, tmp_path).write(MADE)

    assert Kept({**WISH, **change}, CODE, tmp_path).read() is None


def test_edited_generator_finds_nothing(tmp_path: Path) -> None:
    """What an earlier generator made does not count."""
    code = tmp_path / "generator.py"
    code.write_text("one")
    Kept(WISH, code, tmp_path).write(MADE)
    code.write_text("another")

    assert Kept(WISH, code, tmp_path).read() is None


@pytest.mark.parametrize("text", ["", "{", "[]", "[[[], []], [[], []]]", "[3]", '[[[], "x"]]', "[" * 100_000])
def test_damaged_file_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    """It is generated anew, and the file is replaced."""
    Kept(WISH, CODE, tmp_path).write(MADE)
    next(tmp_path.rglob("*.json")).write_text(text)

    assert Kept(WISH, CODE, tmp_path).read() is None
    Kept(WISH, CODE, tmp_path).write(MADE)
    assert Kept(WISH, CODE, tmp_path).read() is not None


def test_unwritable_folder_is_no_trouble(tmp_path: Path) -> None:
    """A file stands where the folder should be: nothing is kept, nothing is said."""
    (tmp_path / "generated").write_text("a file")
    Kept(WISH, CODE, tmp_path).write(MADE)

    assert Kept(WISH, CODE, tmp_path).read() is None


def test_old_files_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs with ever new seeds do not fill the disk."""
    monkeypatch.setattr(module, "_MOST", 3)
    for seed in range(6):
        Kept({**WISH, "seed": seed}, CODE, tmp_path).write(MADE)

    assert len(list(tmp_path.rglob("*.json"))) == 3
    assert Kept({**WISH, "seed": 5}, CODE, tmp_path).read() is not None


def test_kept_notifications_are_those_that_would_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maker: Maker, contract: spec.Contract
) -> None:
    """The first run makes and keeps them, the second reads them, one that keeps nothing makes them again: all alike."""
    monkeypatch.setattr(module, "user_cache_path", lambda _: tmp_path)

    def cases(*, keep: bool) -> list[tuple[str, str]]:
        generator = Generator(contract.operations, 7, 5, keep=keep)
        try:
            return [(case.rule, case.id) for case in generator.cases(maker)]
        finally:
            generator.close()

    without = cases(keep=False)
    assert list(tmp_path.rglob("*.json")) == []
    first = cases(keep=True)
    assert len(list(tmp_path.rglob("*.json"))) == 1
    assert without == first == cases(keep=True)
    assert first
