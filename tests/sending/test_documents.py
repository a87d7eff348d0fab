"""`send` with other documents."""

from pathlib import Path

from spec import build
from tests.editions import later_revision, second_operation, source
from tests.mockserver.serving import serving
from tests.sending.conftest import Run


class TestOtherDocuments:
    """--spec and --operation: nothing here knows the contract."""

    def test_a_later_revision(self, run: Run, tmp_path: Path) -> None:
        """Another path, a renamed field, a new one, no hash, no credentials: all of it comes from the document."""
        path = tmp_path / "later.yaml"
        path.write_text(later_revision(), encoding="utf-8")
        contract = build(source(later_revision()))

        with serving(contract) as mock:
            result = run("send", mock.url, "--spec", path, "--repeat", 2, "--parallel", 2)
            dry = run("send", mock.url, "--spec", path, "--dry-run")

        assert result.code == 0, result.out
        assert "no request hash in this operation" in dry.out
        assert contract.operations[0].path in dry.out

    def test_a_second_operation(self, run: Run, tmp_path: Path) -> None:
        """--operation chooses it; values that are no strings are read as JSON."""
        path = tmp_path / "two.yaml"
        path.write_text(second_operation(), encoding="utf-8")
        contract = build(source(second_operation()))
        second = contract.operations[1]
        number = next(field.name for field in second.fields if not field.is_string)

        with serving(contract) as mock:
            result = run("send", mock.url, "--spec", path, "--operation", second.id, "--set", f"{number}=7")
            wrong = run("send", mock.url, "--spec", path, "--operation", second.id, "--set", f"{number}=seven")

        assert result.code == 0, result.out
        assert second.path in result.out
        assert wrong.code == 2
        assert "wrong type" in wrong.err
