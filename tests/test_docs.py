"""The documentation: complete, linked, reproducible, and up to date where it is committed."""

import hashlib
import re
import subprocess
import sys
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from luckymonaco.commands.docs import command
from luckymonaco.docs import build
from luckymonaco.docs.page import renderer
from luckymonaco.docs.view import view
from spec.contract import build as build_contract
from spec.document import DEFAULT_PATH
from tests import editions
from tests.document import CONTRACT

VIEW = view(CONTRACT)


@cache
def site() -> build.Files:
    """The whole site of the kit's own document."""
    return build.site(CONTRACT)


class Outline(HTMLParser):
    """The ids, links and loaded addresses of a page, and whether its tags are balanced."""

    VOID = frozenset({"meta", "link", "input", "br", "hr", "img"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag names."""
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if tag == "a" and "href" in found else []
        self.loads += [found[key] or "" for key in ("src", "srcset", "data") if key in found and tag != "a"]
        self.loads += [found["href"] or ""] if tag == "link" else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened last."""
        assert self.open, tag
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md"])
def test_what_maintainers_are_told_of_is_there(name: str) -> None:
    """Every file and folder of the code that these pages name exists."""
    root = DEFAULT_PATH.parents[1]
    named = re.findall(r"`((?:[\w.-]+/)+(?:[\w.-]+\.\w+)?)`", (root / name).read_text(encoding="utf-8"))

    assert named
    assert not [path for path in named if not (root / path).exists()]


class TestWhatIsCommitted:
    """docs/contract.md and docs/guide."""

    def test_it_is_not_stale(self) -> None:
        """What is committed is what the document gives; `make docs` renews it."""
        assert build.stale(build.committed(CONTRACT), DEFAULT_PATH.parents[1] / "docs") == {}

    def test_check_finds_an_edit(self, tmp_path: Path) -> None:
        """One changed character in one file is found, and the file is named."""
        build.write(build.committed(CONTRACT), tmp_path)
        page = tmp_path / "guide" / "hash.md"
        page.write_text(page.read_text() + " ")

        result = CliRunner().invoke(command, ["--check", "--markdown", str(tmp_path)], standalone_mode=False)

        assert result.return_value == 1
        assert result.output.startswith(f"{page}: stale")

    @pytest.mark.parametrize("name", build.committed(CONTRACT))
    def test_check_finds_each_file(self, name: str, tmp_path: Path) -> None:
        """Each file is found when it is missing, and when it says something else."""
        build.write(build.committed(CONTRACT), tmp_path)

        (tmp_path / name).write_text("")
        assert build.stale(build.committed(CONTRACT), tmp_path) == {name: "stale"}
        (tmp_path / name).unlink()
        assert build.stale(build.committed(CONTRACT), tmp_path) == {name: "missing"}

    def test_check_finds_what_is_left_over(self, tmp_path: Path) -> None:
        """A chapter that is no longer generated is named; files of other origin in docs/ itself are not."""
        build.write(build.committed(CONTRACT), tmp_path)
        (tmp_path / "guide" / "old.md").write_text("# Old")
        (tmp_path / "architecture.md").write_text("# Ours")

        assert build.stale(build.committed(CONTRACT), tmp_path) == {"guide/old.md": "left over"}

    def test_check_needs_a_folder(self, tmp_path: Path) -> None:
        """A folder that is not there is no stale one."""
        result = CliRunner().invoke(command, ["--check", "--markdown", str(tmp_path / "none")], standalone_mode=False)

        assert str(tmp_path / "none") in str(result.exception)

    def test_check_is_content_with_what_was_written(self, tmp_path: Path) -> None:
        """Written, then checked: up to date."""
        CliRunner().invoke(command, ["--markdown", str(tmp_path)], standalone_mode=False)

        result = CliRunner().invoke(command, ["--check", "--markdown", str(tmp_path)], standalone_mode=False)

        assert result.return_value == 0


class TestCompleteness:
    """Everything that the document declares stands in both editions, under an anchor of its own."""

    @pytest.mark.parametrize("edition", ["index.html", "contract.md"])
    def test_every_id_has_its_anchor(self, edition: str) -> None:
        """Rules, readings and codes can be linked by their ids, answers, fields and magic values by their names."""
        text = site()[edition]

        named = [*CONTRACT.rules, *CONTRACT.readings, *(answer.code for answer in CONTRACT.answers if answer.code)]
        fields = [f"field-{operation.id}-{f.name}" for operation in CONTRACT.operations for f in operation.fields]
        behaviours = [f"magic-{name}" for name in CONTRACT.raw["x-magic"]["behaviours"]]
        wanted = [*named, *fields, *behaviours, *(f"answer-{answer.name}" for answer in CONTRACT.answers)]
        assert [id for id in wanted if f'id="{id}"' not in text] == []

    @pytest.mark.parametrize("edition", ["index.html", "contract.md"])
    def test_every_word_of_the_contract_is_there(self, edition: str) -> None:
        """Fields, credentials, codes, hash schemes and settings are all named."""
        text = site()[edition]
        fields = [field.name for operation in CONTRACT.operations for field in operation.fields]
        credentials = [item.name for operation in CONTRACT.operations for item in operation.credentials]
        options = [option.variable for options in VIEW.settings.values() for option in options]

        wanted = [*fields, *credentials, *options, *CONTRACT.hash_schemes, *(a.code for a in CONTRACT.answers)]
        assert [word for word in wanted if word not in text] == []

    def test_every_rule_is_in_the_guide(self) -> None:
        """Troubleshooting has a heading for each rule."""
        assert [id for id in CONTRACT.rules if f"\n### {id}\n" not in site()["guide/troubleshooting.md"]] == []

    def test_every_magic_value_is_listed(self) -> None:
        """Each behaviour that the document declares stands in the table."""
        declared = CONTRACT.raw.get("x-magic", {}).get("behaviours", {})

        assert all(f"{CONTRACT.raw['x-magic']['prefix']}{name}" in site()["contract.md"] for name in declared)


class TestThePage:
    """index.html as text."""

    def test_it_is_balanced_and_linked(self) -> None:
        """Tags close in order, ids are unique, and every link inside the page leads to one of them."""
        outline = Outline(site()["index.html"])

        assert outline.open == []
        assert [id for id, number in Counter(outline.ids).items() if number > 1] == []
        inside = {link[1:] for link in outline.links if link.startswith("#")}
        assert inside - set(outline.ids) == set()

    def test_it_loads_nothing(self) -> None:
        """No script, style, image or frame comes from elsewhere, and the renderer asks for nothing either."""
        assert set(Outline(site()["index.html"]).loads) <= {"data:,"}
        assert "cdn.redoc.ly" not in renderer()

    def test_its_weight(self) -> None:
        """The page stays under 1.5 MB, most of which is the renderer; without it under 500 KB."""
        weight = len(site()["index.html"].encode())

        assert weight < 1_500_000
        assert weight - len(renderer().encode()) < 500_000

    def test_a_hostile_document_stays_text(self) -> None:
        """Markup in the document is shown, not run."""
        evil = "</script><script>alert(1)</script><!--<script>"
        text = editions.edit(
            ("    name: Lucky Monaco technical support", f"    name: '{evil}'"),
            ("  title: Lucky", f"  title: '{evil}' #"),
        )

        page = build.html(build_contract(editions.source(text)))

        assert page.count("<script") == site()["index.html"].count("<script")
        assert "<script>alert" not in page


def test_output_is_reproducible(tmp_path: Path) -> None:
    """Runs with other hash seeds, locales, time zones, masks and current folders write the same bytes."""
    digests = set()
    here = {"PYTHONHASHSEED": "1", "PATH": ""}
    elsewhere = {"PYTHONHASHSEED": "2", "PATH": "", "LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONUTF8": "0"}
    for name, environ, mask, current in (
        ("a", here, 0o022, DEFAULT_PATH.parents[1]),
        ("b", elsewhere, 0o077, tmp_path),
    ):
        folder = tmp_path / name
        subprocess.run(
            [sys.executable, "-m", "luckymonaco", "docs", "--output", str(folder)],
            env=environ,
            check=True,
            capture_output=True,
            timeout=60,
            cwd=current,
            umask=mask,
        )
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        digests.add(hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest())

    assert len(digests) == 1


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file in the way is one clear line."""
    (tmp_path / "site").write_text("in the way")
    result = subprocess.run(
        [sys.executable, "-m", "luckymonaco", "docs", "--output", str(tmp_path / "site" / "docs")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert result.returncode == 2
    assert result.stderr.startswith("luckymonaco: error: ")
    assert result.stderr.count("\n") == 1
