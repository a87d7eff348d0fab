"""Every command of the README and of the guide does what stands below it."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml

from luckymonaco.docs import build
from spec import load
from spec.document import DEFAULT_PATH
from tests.command_line import known_options
from tests.console import Command, Terminal, commands, mismatch

ROOT = DEFAULT_PATH.parents[1]
CHAPTERS = {name: text for name, text in build.committed(load()).items() if name.startswith("guide/")}
PAGES = {"README.md": (ROOT / "README.md").read_text(encoding="utf-8"), **CHAPTERS}


@pytest.mark.parametrize("page", [name for name, text in PAGES.items() if "```console" in text])
def test_commands_print_what_is_documented(page: str, tmp_path: Path) -> None:
    """The commands of a page, one after the other in one folder, print what stands below them."""
    for name in ("old.yaml", "new.yaml"):
        shutil.copy(DEFAULT_PATH, tmp_path / name)
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("node_modules"))
    wrong = []

    with Terminal(tmp_path) as terminal:
        for command in commands(PAGES[page]):
            printed = terminal.run(command)
            difference = mismatch(command.expected, printed)
            if difference or "Traceback" in printed or "luckymonaco: error: unforeseen" in printed:
                wrong.append(f"$ {command.text}\n{difference or printed}")

    assert not wrong, "\n\n".join(wrong)


def test_ci_recipes_are_yaml_and_run(tmp_path: Path) -> None:
    """The recipes are YAML; their luckymonaco lines, with their variables, say KEPT to the mock."""
    recipes = [
        yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", CHAPTERS["guide/ci.md"], re.M | re.S)
    ]
    lines = [line for recipe in recipes for line in _texts(recipe) if line.startswith("luckymonaco ")]

    with Terminal(tmp_path) as terminal:
        terminal.run(Command("luckymonaco mock --port 8080", ()))
        terminal.environ["LUCKYMONACO_BASE_URL"] = f"http://127.0.0.1:{terminal.port}"
        printed = [terminal.run(Command(line, ())) for line in lines]

    assert len(recipes) == 2
    assert len(printed) == 2
    assert all("KEPT" in text for text in printed)


@pytest.mark.parametrize("page", PAGES)
def test_no_command_hides_in_another_block(page: str) -> None:
    """Commands of the kit stand in console blocks, where they are run; `make` alone is left to the reader."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", PAGES[page], re.M | re.S)
    others = [block for language, block in blocks if language not in ("console", "yaml", "text", "json")]

    assert not [line for block in others for line in block.splitlines() if line.startswith("luckymonaco ")]


@pytest.mark.parametrize("page", PAGES)
def test_options_in_text_exist(page: str) -> None:
    """An option that is named in running text is an option of some command."""
    named = set(re.findall(r"`(--[a-z][a-z-]+)", re.sub(r"^```.*?^```$", "", PAGES[page], flags=re.M | re.S)))

    assert named <= known_options(), named - known_options()


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Relative links lead to files of the repository, and their anchors to headings or ids."""
    folder = ROOT if page == "README.md" else ROOT / "docs" / "guide"
    for target in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)", PAGES[page]):
        path, anchor = target
        if path.startswith("http") or not (path or anchor):
            continue
        file = (folder / path).resolve() if path else ROOT / ("README.md" if page == "README.md" else f"docs/{page}")
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            assert anchor in _anchors(file.read_text(encoding="utf-8")), target


def _anchors(markdown: str) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", markdown, re.M)
    slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)"', markdown))


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def test_commands_can_be_split() -> None:
    """Every documented command is a line that a shell can read."""
    for text in PAGES.values():
        for command in commands(text):
            assert shlex.split(command.text, comments=True)
