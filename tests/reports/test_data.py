"""The reports for programs keep to their published shapes."""

import json
from pathlib import Path
from typing import Any, get_args

import jsonschema_rs
import pytest

from contract_tests.exchange import Trouble
from contract_tests.reports.data import json_report
from contract_tests.reports.files import KINDS, report_files, write_reports
from contract_tests.reports.ndjson import ndjson_report
from contract_tests.reports.report import Report
from contract_tests.settings import VerifySettings
from spec import LuckyMonacoError

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
LINE = {"$schema": SCHEMA["$schema"], "$ref": "#/$defs/line", "$defs": SCHEMA["$defs"]}


def errors(schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with a value, in words."""
    return [
        f"{list(e.instance_path)}: {e.message[:300]}"
        for e in jsonschema_rs.Draft202012Validator(schema).iter_errors(value)
    ]


def test_json_has_the_documented_shape(any_report: Report) -> None:
    """Every property is in the schema, and every one of the schema is there."""
    assert errors(SCHEMA, json.loads(json_report(any_report))) == []


def test_each_line_of_ndjson_has_the_documented_shape(any_report: Report) -> None:
    """First the run, then every exchange and rule, at the end the verdict."""
    lines = [json.loads(line) for line in ndjson_report(any_report).splitlines()]

    kinds = [line["type"] for line in lines]
    assert (kinds[0], kinds[-1]) == ("run", "verdict")
    assert kinds.count("exchange") == len(any_report.verdict.traffic) > 100
    assert kinds.count("rule") == len(any_report.contract.rules)
    assert [error for line in lines for error in errors(LINE, line)] == []


def test_every_request_is_in_the_traffic(any_report: Report) -> None:
    """What was counted was also recorded."""
    assert len(any_report.verdict.traffic) == any_report.verdict.requests


def test_broken_rules_have_findings(broken: Report) -> None:
    """A rule is broken exactly if it has findings, and those that decide are listed at the top."""
    data = json.loads(json_report(broken))

    assert data["verdict"] == "BROKEN"
    assert [rule["id"] for rule in data["rules"] if rule["decides"]] == data["broken"]
    assert all(bool(rule["findings"]) == (rule["status"] == "broken") for rule in data["rules"])


class TestFiles:
    """Where reports go is checked before anything is sent."""

    def create(self, **given: Any) -> VerifySettings:
        """Settings as the command line makes them."""
        return VerifySettings.create({"base_url": "http://127.0.0.1:9", **given}, {})

    @pytest.mark.parametrize(
        "given",
        [
            {"report": ["html"]},
            {"report": ["html="]},
            {"report": ["pdf=x.pdf"]},
            {"report": ["html=no/such/folder/x.html"]},
            {"report": ["json=x", "junit=x"]},
            {"report": ["json=."]},
            {"evidence": Path("no/such/folder/x.zip")},
        ],
    )
    def test_what_cannot_be_written_is_refused(
        self, given: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One clear error, and nothing is left behind."""
        monkeypatch.chdir(tmp_path)

        with pytest.raises(LuckyMonacoError):
            report_files(self.create(**given))

        assert list(tmp_path.iterdir()) == []

    def test_checking_changes_nothing(self, tmp_path: Path) -> None:
        """A report of an earlier run stays until there is a new one."""
        path = tmp_path / "old.html"
        path.write_text("old")

        assert report_files(self.create(report=[f"html={path}"])) == (("html", path),)
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    def test_every_kind_is_written(self, kept: Report, tmp_path: Path) -> None:
        """All of them at once, with nothing but them left in the folder."""
        files = tuple((kind, tmp_path / name) for kind, (_, _, name) in KINDS.items())

        write_reports(kept, files)

        assert {path.name for path in tmp_path.iterdir()} == {path.name for _, path in files}
        assert all(path.stat().st_size > 200 for path in tmp_path.iterdir())


def test_every_trouble_is_in_the_schema() -> None:
    """What kept an answer from coming, down to the rare ones that no run of these tests meets."""
    enums = [found for found in _enums(SCHEMA) if "not-http" in found]

    assert enums
    assert all(set(found) == set(get_args(Trouble)) for found in enums)


def _enums(node: Any) -> list[list[Any]]:
    if isinstance(node, list):
        return [found for item in node for found in _enums(item)]
    if not isinstance(node, dict):
        return []
    own = [node["enum"]] if isinstance(node.get("enum"), list) else []
    return own + [found for item in node.values() for found in _enums(item)]
