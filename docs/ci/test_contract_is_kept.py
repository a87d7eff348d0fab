"""The contract as a part of your own pytest suite: copy this file, and say how your endpoint is started.

Each rule of the contract is a test of its own. Options of `luckymonaco verify` are variables here, such as
LUCKYMONACO_PARTNER_TOKEN; `pytest --pyargs contract_tests --base-url URL` does the same without this file.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def base_url() -> str:
    """Where your endpoint listens. Start it here, or have it started before."""
    return os.environ.get("LUCKYMONACO_BASE_URL", "http://127.0.0.1:8080")


@pytest.fixture(scope="session")
def rules(base_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What became of each rule."""
    report: Path = tmp_path_factory.mktemp("contract") / "report.json"
    command = [sys.executable, "-m", "luckymonaco", "verify", base_url, f"--report=json={report}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode in (0, 1), result.stderr
    return {rule["id"]: rule for rule in json.loads(report.read_text(encoding="utf-8"))["rules"]}


def rule_ids() -> list[str]:
    """The rules of the document that the kit judges by."""
    command = [sys.executable, "-m", "luckymonaco", "verify", "--list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in listed.splitlines()]


def shown(finding: dict[str, object]) -> str:
    """One cause: what was sent, what it ought to bring, what it brought, and how to send it again."""
    return "\n".join(f"{name}: {finding[name]}" for name in ("case", "sent", "expected", "got", "curl"))


@pytest.mark.parametrize("rule_id", rule_ids())
def test_rule_is_kept(rule_id: str, rules: dict[str, dict[str, Any]]) -> None:
    """The endpoint keeps this rule."""
    rule = rules[rule_id]
    if rule["status"] in ("not-applicable", "not-judged"):
        pytest.skip(str(rule["reason"]))
    if rule["decides"]:
        pytest.fail("\n".join([str(rule["text"]), *map(shown, rule["findings"]), f"fix: {rule['fix']}"]), pytrace=False)
