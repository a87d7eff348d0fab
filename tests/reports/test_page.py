"""The HTML report: one file, nothing from outside, and nothing that an implementation sent can run."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from contract_tests.reports.page import html_report
from contract_tests.reports.report import Report
from spec.document import DEFAULT_PATH
from tests import browser

needs_browser = pytest.mark.skipif(browser.BROWSER is None, reason="no Chromium here")

AXE = DEFAULT_PATH.parents[1] / ".ci" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Reader(HTMLParser):
    """Collects elements, attributes and the text of style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {"style": "", "script": ""}
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember it."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """It closes what was opened last."""
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        """What the browser would run or apply."""
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]] += data


@pytest.fixture
def page(any_report: Report) -> Reader:
    """The page of a run."""
    return Reader(html_report(any_report))


def test_elements_are_balanced(page: Reader) -> None:
    """What an implementation sent opens and closes nothing."""
    assert (page.wrong, page.open) == ([], [])


def test_nothing_comes_from_outside(page: Reader) -> None:
    """No link leads out of the page, and nothing is loaded."""
    attributes = [(tag, name, value) for tag, found in page.elements for name, value in found.items()]

    assert all(str(value).startswith("#") for _, name, value in attributes if name == "href")
    assert not [
        item for item in attributes if item[1] in ("src", "srcset", "action", "style", "data") or item[1][:2] == "on"
    ]
    assert not {tag for tag, _ in page.elements} & {"img", "iframe", "object", "embed", "form", "link", "base"}


def test_the_policy_allows_our_own_script_and_style_alone(page: Reader) -> None:
    """Their digests are in it, and everything else is forbidden."""
    [policy] = [
        str(found["content"]) for tag, found in page.elements if found.get("http-equiv") == "Content-Security-Policy"
    ]

    assert [tag for tag, _ in page.elements].count("script") == [tag for tag, _ in page.elements].count("style") == 1
    for kind in ("script", "style"):
        digest = base64.b64encode(hashlib.sha256(page.raw[kind].encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")


def test_ids_are_unique_and_links_lead_somewhere(page: Reader) -> None:
    """Each failure can be reached from the list at the top."""
    ids = [str(found["id"]) for _, found in page.elements if "id" in found]
    targets = {str(found["href"])[1:] for tag, found in page.elements if tag == "a"}

    assert len(ids) == len(set(ids))
    assert targets <= set(ids)


def test_every_rule_has_an_anchor(any_report: Report) -> None:
    """`#ID` leads to what was found of a broken rule, and to the line of any other."""
    elements = Reader(html_report(any_report)).elements
    found = {found.get("id"): tag for tag, found in elements}
    broken = {item.rule.id for item in any_report.verdict.all_broken}

    for rule in (item.rule.id for item in any_report.verdict.rules):
        assert found[rule] == ("article" if rule in broken else "li")


def test_a_failure_shows_sentence_reading_evidence_and_fix(pages: Report) -> None:
    """And what to do in each of the frameworks."""
    text = html_report(pages)
    rule = pages.failures[0].item.rule

    wanted = [
        rule.text,
        "documented",
        *(r.id for r in rule.readings),
        "curl -sS",
        "luckymonaco verify",
        *rule.frameworks,
    ]
    assert all(word in text for word in wanted)
    assert len(rule.frameworks) == 8


@needs_browser
class TestInABrowser:
    """As people see it."""

    def test_an_attack_does_not_run(self, hostile: Report, tmp_path: Path) -> None:
        """Nothing is executed, nothing is asked for, and the text of the attack is there to be read."""
        path = tmp_path / "report.html"
        path.write_text(html_report(hostile), encoding="utf-8")
        with browser.Page() as page:
            page.open(path.as_uri())

            assert page.run("window.pwned") is None
            assert "<script>window.pwned=1</script>" in page.run("document.body.textContent")
            assert (page.requests(), page.complaints()) == ([path.as_uri()], [])

    def test_fits_a_phone_and_works_by_keyboard(self, broken: Report, tmp_path: Path) -> None:
        """No sideways scrolling; Tab reaches the links and the copy buttons."""
        path = tmp_path / "report.html"
        path.write_text(html_report(broken), encoding="utf-8")
        with browser.Page(390, 844, phone=True, dark=True) as page:
            page.open(path.as_uri())
            seen = set()
            for _ in range(25):
                page.press("Tab")
                seen.add(page.run("document.activeElement.tagName"))

            assert page.run("document.documentElement.scrollWidth <= innerWidth")
            assert {"A", "BUTTON", "PRE", "SUMMARY"} <= seen
            assert page.run("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"

    @pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
    @pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
    @pytest.mark.parametrize("width", [1280, 390], ids=["desk", "phone"])
    def test_axe_finds_nothing_serious(self, broken: Report, width: int, dark: bool, tmp_path: Path) -> None:
        """With everything unfolded; and nothing is wider than the screen, or asked for."""
        path = tmp_path / "report.html"
        path.write_text(html_report(broken), encoding="utf-8")
        with browser.Page(width, dark=dark, phone=width < 500) as page:
            page.open(path.as_uri())
            page.run("document.querySelectorAll('details').forEach(box => { box.open = true; })")

            assert page.axe(AXE) == []
            assert page.run("document.documentElement.scrollWidth") <= width
            assert page.requests() == [path.as_uri()]

    def test_a_link_to_a_rule_unfolds_it(self, pages: Report, tmp_path: Path) -> None:
        """At the start and afterwards; the others stay folded."""
        path = tmp_path / "report.html"
        path.write_text(html_report(pages), encoding="utf-8")
        first, second = [item.rule.id for item in pages.verdict.kept][:2]
        unfolded = "[...document.querySelectorAll('ul.rules details[open]')].map(box => box.parentElement.id)"
        with browser.Page() as page:
            page.open(f"{path.as_uri()}#{first}")
            at_start = page.run(unfolded)
            page.run(f"location.hash = '#{second}'")
            page.wait(f"{unfolded}.length > 1")

            assert (at_start, page.run(unfolded)) == ([first], [first, second])

    def test_paper_has_what_a_screen_folds(self, pages: Report, tmp_path: Path) -> None:
        """Answers are printed, buttons and triangles that nobody can press are not."""
        path = tmp_path / "report.html"
        path.write_text(html_report(pages), encoding="utf-8")
        with browser.Page() as page:
            page.open(path.as_uri())
            page.media(kind="print")
            page.run("dispatchEvent(new Event('beforeprint'))")

            assert page.run("[...document.querySelectorAll('.message.paper pre')].every(box => box.checkVisibility())")
            assert not page.run("[...document.querySelectorAll('.copy')].some(box => box.checkVisibility())")
            assert page.run("getComputedStyle(document.querySelector('ul.rules summary')).listStyleType") == "none"

    def test_colours_can_be_told_from_the_paper(self, broken: Report) -> None:
        """Each colour of text on each ground, in light and dark, has a contrast of 4.5 or more."""
        style = re.sub(r"/\*.*?\*/", "", html_report(broken), flags=re.DOTALL)
        for block in re.findall(r":root \{([^}]*--paper[^}]*)\}", style):
            colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))
            grounds = [colours[name] for name in colours if name in ("paper", "panel") or name.endswith("-panel")]
            texts = [colours[name] for name in ("ink", "soft", "link", "bad", "good", "warn")]
            assert all(contrast(text, ground) >= 4.5 for text in texts for ground in grounds)


def contrast(first: str, second: str) -> float:
    """The contrast of two colours, as WCAG computes it."""

    def light(colour: str) -> float:
        digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
        parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([light(first), light(second)])
    return (high + 0.05) / (low + 0.05)
