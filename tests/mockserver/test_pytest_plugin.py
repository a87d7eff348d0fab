"""The fixture `luckymonaco_mock`, in tests as a user writes them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from spec import DEFAULT_PATH
from tests.document import OPERATION, REFUSAL, SESSION

USERS_TESTS = f"""
import httpx
import pytest

@pytest.fixture(scope="session")
def luckymonaco_mock_settings():
    return {{"secret": "s3cr3t"}}

def send(mock, **fields):
    return httpx.post(mock.notification_url(), json=mock.notification(**fields))

def test_answers_and_requests(luckymonaco_mock):
    luckymonaco_mock.next_answer({REFUSAL.name!r})
    assert send(luckymonaco_mock).json() == {REFUSAL.body!r}
    assert send(luckymonaco_mock).json() == {OPERATION.success.body!r}
    assert [e["answer"] for e in luckymonaco_mock.requests()] == [{REFUSAL.name!r}, {OPERATION.success.name!r}]
    assert len(luckymonaco_mock.requests(outcome="success")) == 1
    luckymonaco_mock.next_answer("reset", session="left behind")

def test_is_fresh(luckymonaco_mock):
    assert luckymonaco_mock.requests() == []
    assert send(luckymonaco_mock, **{{{SESSION!r}: "left behind"}}).status_code == 200

def test_unknown_answer(luckymonaco_mock):
    with pytest.raises(ValueError, match="there are"):
        luckymonaco_mock.next_answer("nope")
"""


def run(folder: Path, text: str, *options: str, **variables: str) -> str:
    """What pytest prints for a user's tests, in a folder that is none of the kit's."""
    (folder / "test_users.py").write_text(text, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\naddopts = --strict-markers --strict-config\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(folder)]
    environ = {**os.environ, **variables}
    got = subprocess.run(command, check=False, capture_output=True, text=True, timeout=90, cwd=folder, env=environ)
    return got.stdout + got.stderr


def test_users_tests_pass(tmp_path: Path) -> None:
    """A user's tests get a running mock, fresh each time, one in each process of pytest-xdist, whatever is exported."""
    shown = run(tmp_path, USERS_TESTS, "-n", "2", LUCKYMONACO_SECRET="another", LUCKYMONACO_PORT="1")

    assert "3 passed" in shown


OTHER_DOCUMENT = """
import httpx
import pytest

@pytest.fixture(scope="session")
def luckymonaco_mock_settings():
    return {"spec": "EDITED", "partner_token": "own-Token"}

def test_document(luckymonaco_mock):
    mock = luckymonaco_mock
    url = mock.notification_url()
    assert url.endswith("/V9/ended")
    with httpx.Client() as client:
        for _ in range(100):
            got = client.post(url, json=mock.notification(), headers=mock.headers())
            assert got.status_code == 200
            assert len(mock.requests()) == 1
            mock.reset()
"""


def test_another_document(tmp_path: Path) -> None:
    """A document of one's own, with credentials in headers; what was answered is noted by the time one asks."""
    file = tmp_path / "edited.yaml"
    text = DEFAULT_PATH.read_text(encoding="utf-8").replace(f"  {OPERATION.path}:", "  /V9/ended:", 1)
    file.write_text(text.replace("in: query", "in: header"), encoding="utf-8")

    assert "1 passed" in run(tmp_path, OTHER_DOCUMENT.replace("EDITED", str(file)))


def test_unknown_setting(tmp_path: Path) -> None:
    """A misspelt setting is refused by its name."""
    shown = run(tmp_path, OTHER_DOCUMENT.replace('"spec": "EDITED"', '"tokn": "x"'))

    assert "no such setting" in shown
    assert "tokn" in shown


def test_plugin_is_light() -> None:
    """Every pytest run of a user imports the plugin: it brings in nothing heavy."""
    heavy = {"connexion", "uvicorn", "jsonschema_rs", "yaml"}
    code = f"import mockserver.pytest_plugin, sys; print(sorted({heavy} & set(sys.modules)))"
    got = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
        cwd=Path(__file__).parents[2],
    )

    assert got.stdout.strip() == "[]"


def test_fixture_is_registered() -> None:
    """The plugin is registered with pytest by the package."""
    from importlib.metadata import entry_points

    if not any(entry.value == "mockserver.pytest_plugin" for entry in entry_points(group="pytest11")):
        pytest.skip("pyproject.toml has no pytest11 entry yet, or the kit was installed before it had")
