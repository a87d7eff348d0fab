"""The fixture `luckymonaco_mock`, in tests as a user writes them."""

from pathlib import Path

import pytest

from spec import load

OPERATION = load().operations[0]
REFUSAL = next(answer for answer in OPERATION.answers if not answer.is_success)
FIELD = next(field.name for field in OPERATION.fields if field.session_id)

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
    assert send(luckymonaco_mock, **{{{FIELD!r}: "left behind"}}).status_code == 200

def test_unknown_answer(luckymonaco_mock):
    with pytest.raises(ValueError, match="there are"):
        luckymonaco_mock.next_answer("nope")
"""


def test_users_tests_pass(tmp_path: Path) -> None:
    """A user's tests get a running mock, with its journal and its next answers, fresh each time."""
    import subprocess
    import sys

    (tmp_path / "test_users.py").write_text(USERS_TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    got = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2]
    )

    assert "3 passed" in got.stdout, got.stdout


def test_plugin_is_light() -> None:
    """Every pytest run of a user imports the plugin: it brings in nothing heavy."""
    import subprocess
    import sys

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
