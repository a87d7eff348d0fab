"""The recipes for CI: they are well-formed, and their shell lines do what they say, here against small operators.

What cannot be tried here is the machinery around them: GitHub's and GitLab's runners, Jenkins, the Docker daemon.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.reports.files import KINDS
from contract_tests.settings import VerifySettings
from mockserver.gallery.base import Operator
from tests.own_operator import serving
from tests.reports.operators import Pages

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "verify"
CI = ROOT / "docs" / "ci"
BIN = Path(sys.executable).parent


def run(script: str, folder: Path, url: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    """A script in bash, stopping at the first error as CI systems do, with the kit installed."""
    own = {"PATH": f"{folder}:{BIN}:/usr/bin:/bin", "HOME": str(folder), "LUCKYMONACO_BASE_URL": url, **environ}
    return subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        check=False,
        cwd=folder,
        env=own,
        capture_output=True,
        text=True,
        timeout=120,
    )


def with_endpoint(folder: Path, script: str, url: str) -> str:
    """The script for a port of our own; the endpoint is there already."""
    starter = folder / "start-my-endpoint"
    starter.write_text("#!/bin/sh\n")
    starter.chmod(0o755)
    return script.replace("8080", url.rpartition(":")[2])


class TestGitHub:
    """The composite action."""

    ACTION: dict[str, Any] = yaml.safe_load((ACTION / "action.yml").read_text(encoding="utf-8"))

    def test_inputs_reach_scripts_as_variables_only(self) -> None:
        """A value with shell text in it is a value: no expression stands within a script."""
        steps = self.ACTION["runs"]["steps"]

        assert not [step["run"] for step in steps if "${{" in step.get("run", "")]
        used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(self.ACTION)))
        assert used == set(self.ACTION["inputs"])

    def test_variables_are_settings(self) -> None:
        """Each LUCKYMONACO_ variable that the action sets is one that the kit reads."""
        known = {option.env for option in VerifySettings.options()}

        [step] = [step for step in self.ACTION["runs"]["steps"] if step.get("id") == "verify"]
        assert {name for name in step["env"] if name.startswith("LUCKYMONACO_")} <= known

    def test_the_workflow_uses_the_action_as_it_is(self) -> None:
        """Inputs and outputs exist."""
        text = (CI / "github.yml").read_text(encoding="utf-8")
        workflow = yaml.safe_load(text)

        [step] = [s for s in workflow["jobs"]["contract"]["steps"] if "actions/verify@" in s.get("uses", "")]
        assert set(step["with"]) <= set(self.ACTION["inputs"])
        assert set(re.findall(r"steps\.contract\.outputs\.([\w-]+)", text)) <= set(self.ACTION["outputs"])

    @pytest.mark.parametrize(("kind", "code"), [(Operator, 0), (Pages, 1), (None, 2)])
    def test_the_script(self, kind: type[Operator] | None, code: int, tmp_path: Path) -> None:
        """It exits as verify does, sets its output, and leaves the reports."""
        with serving(kind or Operator) as url:
            result = run(
                str(ACTION / "verify.sh"),
                tmp_path,
                url if kind else "http://127.0.0.1:9",
                GITHUB_OUTPUT=str(tmp_path / "output"),
                OPTIONS="--quick --strict",
                WAIT="1",
                LUCKYMONACO_SECRET="",
                REPORTS="my reports",
            )

        assert result.returncode == code, result.stderr
        assert (tmp_path / "output").read_text() == f"exit-code={code}\n"
        wanted = {"report.html", "junit.xml", "report.json", "report.sarif", "evidence.zip"}
        assert {path.name for path in (tmp_path / "my reports").iterdir()} == wanted


def test_gitlab(tmp_path: Path) -> None:
    """The script's lines, one after the other, and the artifacts that they leave."""
    job = yaml.safe_load((CI / "gitlab-ci.yml").read_text(encoding="utf-8"))["contract"]
    with serving(Pages) as url:
        result = run(with_endpoint(tmp_path, "\n".join(job["script"]), url), tmp_path, url)

    assert result.returncode == 1, result.stderr
    assert (tmp_path / job["artifacts"]["reports"]["junit"]).is_file()
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {"junit.xml", "report.html", "evidence.zip"}


def test_jenkins(tmp_path: Path) -> None:
    """The second script; its braces are balanced, and it archives what is written."""
    text = (CI / "Jenkinsfile").read_text(encoding="utf-8")
    _, script = re.findall(r"sh '''\n(.*?)'''", text, re.DOTALL)
    with serving(Operator) as url:
        result = run(with_endpoint(tmp_path, script, url), tmp_path, url)

    assert text.count("{") == text.count("}")
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "reports" / "junit.xml").is_file()


@pytest.mark.parametrize(("kind", "failed"), [(Operator, 0), (Pages, 1)])
def test_pytest_recipe(kind: type[Operator], failed: int, tmp_path: Path) -> None:
    """One test a rule, in a suite of one's own."""
    with serving(kind) as url:
        result = run(f"python -m pytest -q -p no:cacheprovider {CI / 'test_contract_is_kept.py'}", tmp_path, url)

    assert result.returncode == failed, result.stdout + result.stderr
    assert ("1 failed" in result.stdout) is bool(failed)


@pytest.mark.parametrize(("kind", "failed"), [(Operator, 0), (Pages, 1)])
def test_plain_pytest(kind: type[Operator], failed: int, tmp_path: Path) -> None:
    """The suite itself, by its name."""
    with serving(kind) as url:
        line = f"python -m pytest -q -p no:cacheprovider --pyargs contract_tests --quick --base-url {url}"
        result = run(line, tmp_path, url)

    assert result.returncode == failed, result.stdout + result.stderr
    assert ("1 failed" in result.stdout) is bool(failed)


def test_docker_lines_name_what_there_is() -> None:
    """The options within them are the kit's, and the file that they build from exists."""
    text = (CI / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^ {4}docker run .*(?:\n {8}.*)*", text, re.MULTILINE)
    flags = {option.flag for option in VerifySettings.options()}

    assert (ROOT / "Dockerfile").is_file()
    assert len(lines) == 3
    for line in lines:
        arguments = line.partition(" luckymonaco-kit")[2]
        assert set(re.findall(r"--[a-z-]+", arguments)) <= flags
    assert all(f"`{kind}`" in text for kind in KINDS)


def test_every_link_of_the_readme_leads_somewhere() -> None:
    """Files that are named exist."""
    for target in re.findall(r"\]\(([^)#]+)\)", (CI / "README.md").read_text(encoding="utf-8")):
        assert (CI / target).exists(), target
