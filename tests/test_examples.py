"""The operators under examples/, as their READMEs say they are built, started and judged."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest

from spec import DEFAULT_PATH
from tests.command_line import clean_environ
from tests.listening import free_port

EXAMPLES = DEFAULT_PATH.parents[1] / "examples"
NAMES = sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / "README.md").exists())
BUILD = {"express": "npm install", "go": "go build -o operator ."}  # as the READMEs say it
TOOLS = {"node": "node", "express": "npm", "java": "java", "php": "php", "go": "go"}
ENVIRON = clean_environ("PARTNER_")
ENVIRON["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{ENVIRON['PATH']}"


@pytest.fixture(scope="module", params=NAMES)
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of an example, built; skipped where what it is written in cannot be had."""
    name = request.param
    tool = TOOLS.get(name, "python")
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    if name in ("flask", "fastapi") and find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    folder = tmp_path_factory.mktemp("example") / name
    shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("node_modules"))
    if name in BUILD:
        assert BUILD[name] in (folder / "README.md").read_text(encoding="utf-8")
        built = subprocess.run(
            BUILD[name].split(), cwd=folder, env=ENVIRON, capture_output=True, text=True, check=False
        )
        if built.returncode and tool == "npm" and "network" in built.stderr:
            pytest.skip("the npm registry cannot be reached")
        assert built.returncode == 0, built.stderr
    return folder


def lines_to_judge(folder: Path, port: int) -> tuple[str, str]:
    """The README's line that starts the operator, and the one that judges it, on another port."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^    pip install \.\./\.\.\n    (.+) &\n    (luckymonaco verify .+)$", text, re.MULTILINE)
    assert found is not None
    return found[1].replace("8080", str(port)), found[2].replace("8080", str(port))


@contextmanager
def started(line: str, folder: Path, port: int, environ: dict[str, str]) -> Iterator[None]:
    """The operator, until the block ends."""
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(
        line, shell=True, cwd=folder, env=environ, stdout=nowhere, stderr=nowhere, start_new_session=True
    )
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                urlopen(f"http://127.0.0.1:{port}/", timeout=5)
            except OSError as error:
                if hasattr(error, "status"):
                    break  # an HTTP error is an answer
                time.sleep(0.1)
            else:
                break
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@pytest.mark.parametrize("secret", ["", "s3cr3t"], ids=["plain", "secret"])
def test_it_keeps_the_contract(example: Path, secret: str) -> None:
    """The README's lines, with and without the request hash, end with KEPT."""
    port = free_port()
    start, judge = lines_to_judge(example, port)
    environ = {**ENVIRON, **({"HASH_SECRET": secret, "LUCKYMONACO_SECRET": secret} if secret else {})}

    with started(start, example, port, environ):
        verdict = subprocess.run(
            judge, shell=True, cwd=example, env=environ, capture_output=True, text=True, timeout=300, check=False
        )

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert "KEPT" in verdict.stdout
