"""`luckymonaco diff` as a command: what it prints, and its exit codes."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from luckymonaco.commands.diff import command
from tests import editions


class TestCommand:
    """Exit codes and output."""

    @pytest.fixture
    def files(self, tmp_path: Path):
        """Writes two documents and compares them."""

        def run(old: str, new: str, *options: str):
            (tmp_path / "old.yaml").write_text(old)
            (tmp_path / "new.yaml").write_text(new)
            arguments = [*options, str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml")]
            return CliRunner().invoke(command, arguments, standalone_mode=False)

        return run

    def test_nothing_changed(self, files) -> None:
        """0, and it says so."""
        result = files(editions.TEXT, editions.TEXT)

        assert (result.return_value, result.output) == (0, "nothing changed\n")

    def test_a_new_answer_is_compatible(self, files) -> None:
        """0: the catalogue of codes is open."""
        result = files(editions.TEXT, editions.new_error_answer())

        assert result.return_value == 0
        assert "BREAKING" not in result.output

    def test_a_later_revision_is_breaking(self, files) -> None:
        """1, the breaking changes first."""
        result = files(editions.TEXT, editions.later_revision())

        assert result.return_value == 1
        assert result.output.startswith("BREAKING\n")

    def test_a_second_operation_is_breaking(self, files) -> None:
        """1: it has to be served."""
        result = files(editions.TEXT, editions.second_operation())

        assert result.return_value == 1
        assert "is new. Serve it." in result.output

    @pytest.mark.parametrize(("version", "code"), [("1.1.0", 1), ("2.0.0", 0)])
    def test_a_major_version_allows_it(self, files, version: str, code: int) -> None:
        """With --allow-major a breaking change is fine where the first number has grown."""
        new = editions.later_revision().replace("version: 1.0.0", f"version: {version}", 1)

        assert files(editions.TEXT, new, "--allow-major").return_value == code

    def test_an_unreadable_document_is_an_error(self, files) -> None:
        """A document that is none is no verdict."""
        assert "DocumentError" in type(files(editions.TEXT, "openapi: [").exception).__name__
