"""Who may import whom, and that only the document knows the contract."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import spec

ROOT = Path(spec.__file__).parents[1]
PACKAGES = ("spec", "mockserver", "contract_tests", "luckymonaco")
MAY_IMPORT = {
    "spec": set(),
    "mockserver": {"spec"},
    "contract_tests": {"spec"},
    "luckymonaco": {"spec", "mockserver", "contract_tests"},
}
# Ordinary English in a program about errors and hashes, though the contract has fields of these names; the last is
# the kit's own name as well as the provider's.
ORDINARY = {"error", "code", "message", "description", "token", "hash", "luckymonaco"}


def modules(package: str) -> list[Path]:
    """Every Python file of a package."""
    return sorted(path for path in (ROOT / package).rglob("*.py") if "__pycache__" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0] if not node.level else path.relative_to(ROOT).parts[0]


@pytest.mark.parametrize("package", PACKAGES)
def test_arrows_point_left_only(package: str) -> None:
    """Arrows: spec <- mockserver, spec <- contract_tests, all three <- luckymonaco, and no other arrow."""
    foreign = set(PACKAGES) | {"tests", "examples", "bench"}
    allowed = MAY_IMPORT[package] | {package}

    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in imported(path)
        if name in foreign - allowed
    }

    assert not wrong


def words_of_the_contract() -> set[str]:
    """Field names, credential names, paths, codes and messages of the document, ordinary English left out."""
    contract = spec.load()
    found: set[str] = set()
    for operation in contract.operations:
        found |= {operation.path, operation.path.rsplit("/", 1)[-1], *operation.by_name}
        found |= {credential.name for credential in operation.credentials}
        found |= {value for example in operation.examples.values() for value in texts(example)}
    found |= {value for answer in contract.answers for value in texts(answer.body)}
    return {word for word in found - ORDINARY if len(word) > 3}


def texts(value: Any) -> Iterator[str]:
    """Every string in a JSON value, names and values."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield name
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, str):
        yield value


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every text and name of a file that the program can act on: string literals and identifiers, no docstrings.

    Constants in capitals count as the ordinary words that they are spelt like: HASH is a Python name for a hash.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)) and id(node) not in docstrings:
            yield node.lineno, node.value if isinstance(node.value, str) else node.value.decode("latin-1")
        elif isinstance(node, (ast.Name, ast.Attribute, ast.arg)):
            name = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "arg", "")
            yield node.lineno, name.lower() if name.lower() in ORDINARY else name


def test_the_contract_has_words() -> None:
    """The next test looks for something."""
    words = words_of_the_contract()

    assert words >= {"providerId", "sessionId", "playerId", "MEMB_ID", "HASH", "/V4/sessionexpired", "G.01"}
    assert len(words) > 20


@pytest.mark.parametrize("package", PACKAGES)
def test_only_the_document_knows_the_contract(package: str) -> None:
    """No field name, credential, path, code or message of the contract stands in Python."""
    wanted = re.compile("|".join(rf"(?<![\w.]){re.escape(word)}(?![\w])" for word in sorted(words_of_the_contract())))
    found = [
        f"{path.relative_to(ROOT)}:{line}: {hit[0]}"
        for path in modules(package)
        for line, text in literals(path)
        if (hit := wanted.search(text))
    ]

    assert not found
