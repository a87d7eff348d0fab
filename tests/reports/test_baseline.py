"""Known failures: listed, written, mended, and wrong files refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from contract_tests import present
from contract_tests.baseline import check_baseline, read_baseline
from contract_tests.reports.text import text_report
from contract_tests.settings import VerifySettings
from mockserver.gallery.base import Operator
from spec import SettingError
from tests.document import CONTRACT
from tests.own_operator import serving
from tests.reports.conftest import OWN, PARTNER, judged
from tests.reports.operators import Lenient, Pages


def verify(url: str, **given: Any) -> int:
    """The exit code of a run as the command line makes it."""
    return present.verify(VerifySettings.create({"quick": True, **OWN, **given, "base_url": url}, {}))


def written(path: Path, *names: str) -> Path:
    """A baseline file."""
    path.write_text(json.dumps({"known-failures": list(names)}), encoding="utf-8")
    return path


def test_update_then_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a run wrote makes the next one pass, and its failures are still shown."""
    path = tmp_path / "known.json"
    with serving(Pages, PARTNER) as url:
        assert verify(url, baseline=path, update_baseline=True) == 0
        assert json.loads(path.read_text()) == {"known-failures": ["ERR-2"]}
        capsys.readouterr()

        assert verify(url, baseline=path) == 0

    shown = capsys.readouterr().out
    assert "KNOWN ERR-2" in shown
    assert "\nKEPT  http" in shown


def test_a_new_failure_still_breaks_the_run(tmp_path: Path) -> None:
    """Listed ones are known, any other decides."""
    report = judged(Lenient, baseline=written(tmp_path / "b.json", "VAL-1", "VAL-2"))

    words = {failure.item.rule.id: failure.word for failure in report.failures}
    assert (words["VAL-1"], words["VAL-2"], words["VAL-3"]) == ("KNOWN", "KNOWN", "FAIL")
    assert report.verdict.exit_code == 1


def test_a_rule_that_begins_to_pass_is_reported(tmp_path: Path) -> None:
    """With what to do about it; it breaks nothing."""
    report = judged(Operator, baseline=written(tmp_path / "b.json", "OK-3"))

    assert report.verdict.exit_code == 0
    assert (
        f"MENDED    OK-3: kept now; --update-baseline takes out of {tmp_path / 'b.json'} what is kept"
        in text_report(report)
    )


def test_an_update_keeps_what_was_not_judged(tmp_path: Path) -> None:
    """A run of a few rules says nothing of the others."""
    path = written(tmp_path / "b.json", "OK-7", "ERR-2", "VAL-1")
    with serving(Pages, PARTNER) as url:
        verify(url, baseline=path, update_baseline=True, rule=("ERR",))

    assert json.loads(path.read_text())["known-failures"] == ["OK-7", "ERR-2", "VAL-1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("no json", "not a baseline"),
        ("[]", "not a baseline"),
        ('{"known-failures": "OK-1"}', "not a baseline"),
        ('{"known-failures": [1]}', "not a baseline"),
        ('{"known-failures": ["OK-1", "NO-1"]}', "unknown rule; in .*; got NO-1"),
        ("\\xff", "not a baseline"),
    ],
)
def test_a_wrong_file_is_one_clear_error(content: str | None, message: str, tmp_path: Path) -> None:
    """Before anything is sent."""
    path = tmp_path / "b.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))

    with pytest.raises(SettingError, match=message):
        read_baseline(path, CONTRACT)
    with pytest.raises(SettingError, match=message):
        verify("http://127.0.0.1:9", baseline=path)


def test_an_update_needs_a_file() -> None:
    """--update-baseline alone has nothing to update; a new file is fine."""
    with pytest.raises(SettingError, match="no baseline"):
        check_baseline(None, CONTRACT, update=True)
    with pytest.raises(SettingError, match="cannot be written"):
        check_baseline(Path("no/such/folder/b.json"), CONTRACT, update=True)
