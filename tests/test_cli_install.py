"""What an install brings: pins for every dependency, and every file that the package reads."""

import re
import tomllib
from fnmatch import fnmatch
from pathlib import Path

from spec.document import DEFAULT_PATH

ROOT = DEFAULT_PATH.parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINS = dict(
    line.split("==")
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_pinned() -> None:
    """What pyproject.toml asks for has an exact version in constraints.txt; `make constraints` renews it."""
    project = PROJECT["project"]
    wanted = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    names = {normal(re.match(r"[\w.-]+", item)[0]) for item in wanted}

    assert names - {normal(name) for name in PINS} - {normal(project["name"])} == set()


def test_every_data_file_travels() -> None:
    """Each file beside the Python files of a package is named by the package data, so that a wheel has it."""
    data = PROJECT["tool"]["setuptools"]["package-data"]
    missing = []
    for package in ("spec", "mockserver", "contract_tests", "luckymonaco"):
        for path in (ROOT / package).rglob("*"):
            if path.is_dir() or path.suffix in (".py", ".pyc") or "__pycache__" in path.parts:
                continue
            home = next(folder for folder in path.parents if (folder / "__init__.py").exists())
            name = ".".join(home.relative_to(ROOT).parts)
            inside = path.relative_to(home).as_posix()
            patterns = [pattern for key, listed in data.items() if fnmatch(name, key) for pattern in listed]
            if not any(_matches(inside, pattern) for pattern in patterns):
                missing.append(path.relative_to(ROOT).as_posix())

    assert missing == []


def _matches(path: str, pattern: str) -> bool:
    """A pattern of setuptools, whose star does not cross a folder."""
    parts, wanted = Path(path).parts, Path(pattern).parts
    return len(parts) == len(wanted) and all(map(fnmatch, parts, wanted))
