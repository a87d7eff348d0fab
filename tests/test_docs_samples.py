"""The code samples are run: callers against the mock, receivers under the suite."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from luckymonaco.docs.page import _NOT_RUN
from luckymonaco.docs.samples import LANGUAGES, Sample, samples
from spec import load
from tests import editions

CONTRACT = load()
SAMPLES = list(samples(CONTRACT))
SECRET = "a-secret-of-the-tests"
JACKSON = [Path("/usr/share/java") / f"jackson-{part}.jar" for part in ("databind", "core", "annotations")]
CLASSPATH = os.pathsep.join(map(str, JACKSON))
TOOLS = {"curl": "curl", "python": sys.executable, "php": "php", "node": "node", "java": "java", "go": "go"}
ENVIRON = {**{k: v for k, v in os.environ.items() if not k.startswith("LUCKYMONACO_")}, "LUCKYMONACO_SECRET": SECRET}


def command(sample: Sample, folder: Path, *arguments: str) -> list[str]:
    """How a sample is started, after it was written to a folder and built."""
    tool = shutil.which(TOOLS[sample.language])
    if tool is None:
        pytest.skip(f"{TOOLS[sample.language]} is not installed")
    file = folder / sample.file
    file.write_text(sample.text, encoding="utf-8")
    if sample.language == "go":
        subprocess.run(
            [tool, "build", "-o", "sample", sample.file], cwd=folder, env={**ENVIRON, "GOFLAGS": "-mod=mod"}, check=True
        )
        return [str(folder / "sample"), *arguments]
    if sample.language == "java" and sample.role == "receiver":
        if not all(path.exists() for path in JACKSON):
            pytest.skip("Jackson is not installed")
        return [tool, "-cp", CLASSPATH, str(file), *arguments]
    if sample.language == "php" and sample.role == "receiver":
        return [tool, "-S", f"127.0.0.1:{arguments[0]}", str(file)]
    return ["sh" if sample.language == "curl" else tool, str(file), *arguments]


@contextmanager
def serving(arguments: list[str], port: int) -> Iterator[str]:
    """Something that listens on a port for as long as the context lasts."""
    environ = {**ENVIRON, "PHP_CLI_SERVER_WORKERS": "4"}
    process = subprocess.Popen(arguments, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """The mock, which checks the request hash."""
    port = free_port()
    with serving([sys.executable, "-m", "luckymonaco", "mock", "--port", str(port)], port) as url:
        yield url


def named(role: str) -> list[object]:
    """The samples of a role that can be run, under readable ids."""
    return [
        pytest.param(sample, id=f"{sample.operation}-{sample.language}")
        for sample in SAMPLES
        if sample.role == role and sample.language not in _NOT_RUN
    ]


@pytest.mark.parametrize("sample", named("caller"))
def test_a_caller_is_answered(sample: Sample, mock: str, tmp_path: Path) -> None:
    """A caller sends a correctly hashed notification; curl, which cannot hash, is refused for its hash alone."""
    result = subprocess.run(
        command(sample, tmp_path, mock), env=ENVIRON, capture_output=True, text=True, timeout=120, check=False
    )

    operation = next(operation for operation in CONTRACT.operations if operation.id == sample.operation)
    refused = CONTRACT.answer_for("wrong-hash", operation)
    expected = refused if sample.language == "curl" else operation.success
    assert str(expected.status) in result.stdout.split(), result.stdout + result.stderr
    assert expected.code in result.stdout


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A document with a second operation, whose fields are not all strings, and its mock."""
    file = tmp_path_factory.mktemp("edited") / "edited.yaml"
    file.write_text(editions.second_operation(), encoding="utf-8")
    port = free_port()
    with serving([sys.executable, "-m", "luckymonaco", "mock", "--port", str(port), "--spec", str(file)], port) as url:
        yield file, url


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language not in _NOT_RUN])
def test_a_caller_of_another_operation_is_answered(language: str, edited: tuple[Path, str], tmp_path: Path) -> None:
    """An edited document's samples call its second operation, numbers sent as numbers."""
    file, url = edited
    contract = load(file)
    operation = next(operation for operation in contract.operations if operation.id != CONTRACT.operations[0].id)
    sample = next(
        s for s in samples(contract) if (s.operation, s.language, s.role) == (operation.id, language, "caller")
    )

    result = subprocess.run(
        command(sample, tmp_path, url), env=ENVIRON, capture_output=True, text=True, timeout=120, check=False
    )

    assert str(operation.success.status) in result.stdout.split(), result.stdout + result.stderr


@pytest.mark.parametrize("sample", named("receiver"))
def test_a_receiver_keeps_the_contract(sample: Sample, tmp_path: Path) -> None:
    """A receiver is judged by the whole suite, with the request hash, SHOULD rules too."""
    port = free_port()
    arguments = command(sample, tmp_path, str(port))

    with serving(arguments, port) as url:
        result = subprocess.run(
            [sys.executable, "-m", "luckymonaco", "verify", url, "--strict"],
            env=ENVIRON,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    assert result.returncode == 0, result.stdout + result.stderr


def test_every_language_has_a_caller() -> None:
    """Seven languages call, and all but curl receive."""
    for operation in CONTRACT.operations:
        mine = [sample for sample in SAMPLES if sample.operation == operation.id]
        assert {sample.language for sample in mine if sample.role == "caller"} == set(LANGUAGES)
        assert {sample.language for sample in mine if sample.role == "receiver"} == set(LANGUAGES) - {"curl"}
