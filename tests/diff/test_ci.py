"""`.ci/diff` in repositories of its own: what CI says of the document since the last tag."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from spec.document import DEFAULT_PATH
from tests import editions

ROOT = DEFAULT_PATH.parents[1]

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder: Path, *arguments: str) -> None:
    """One git command, as an author who is nobody's."""
    author = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


def compared(folder: Path) -> "subprocess.CompletedProcess[str]":
    """What the script says and how it ends."""
    return subprocess.run([".ci/diff"], cwd=folder, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the script and one edition of the document, committed and not tagged."""
    folder = tmp_path / "repository"
    (folder / "spec").mkdir(parents=True)
    (folder / ".ci").mkdir()
    (folder / ".venv").mkdir()
    shutil.copy(ROOT / ".ci" / "diff", folder / ".ci" / "diff")
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    (folder / "spec" / "openapi.yaml").write_text(editions.TEXT, encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", "spec", ".ci")
    git(folder, "commit", "--quiet", "-m", "The first edition")
    return folder


def test_without_a_tag_it_is_skipped(repository: Path) -> None:
    """It says so, and CI goes on."""
    result = compared(repository)

    assert (result.returncode, result.stdout) == (0, "skipped the comparison with the last tag: there is no tag\n")


def test_a_shallow_clone_is_skipped_as_such(repository: Path, tmp_path: Path) -> None:
    """Where the tags were not fetched, it does not say that there are none."""
    git(repository, "tag", "v1")
    git(repository, "commit", "--quiet", "--allow-empty", "-m", "More")
    git(tmp_path, "clone", "--quiet", "--depth", "1", repository.as_uri(), "shallow")
    shutil.copytree(repository / ".venv", tmp_path / "shallow" / ".venv", symlinks=True)

    result = compared(tmp_path / "shallow")

    assert result.returncode == 0
    assert "a shallow clone" in result.stdout


def test_a_tag_without_a_document_is_skipped(repository: Path) -> None:
    """A tag from before the document is nothing to compare with."""
    git(repository, "rm", "--quiet", "--cached", "spec/openapi.yaml")
    git(repository, "commit", "--quiet", "-m", "None")
    git(repository, "tag", "v0")

    result = compared(repository)

    assert (result.returncode, result.stdout) == (0, "skipped the comparison with v0: it has no document\n")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (editions.TEXT, 0, "nothing changed"),
        (editions.new_error_answer(), 0, "A new canned answer"),
        (editions.second_operation(), 1, "BREAKING"),
        (editions.second_operation().replace("version: 1.0.0", "version: 2.0.0", 1), 0, "BREAKING"),
        ("openapi: [", 2, ""),
    ],
    ids=["unchanged", "compatible", "breaking", "breaking-in-a-new-major", "unreadable"],
)
def test_an_edit_after_the_tag_is_judged(text: str, code: int, said: str, repository: Path) -> None:
    """A breaking edit fails CI unless the first number of the version has grown."""
    git(repository, "tag", "v1")
    (repository / "spec" / "openapi.yaml").write_text(text, encoding="utf-8")

    result = compared(repository)

    assert result.returncode == code, result.stdout + result.stderr
    assert said in result.stdout
    assert result.stdout.startswith("since v1:\n")
