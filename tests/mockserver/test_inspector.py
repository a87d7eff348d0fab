"""The inspector page in a real browser: live, by keyboard, light and dark, at phone width; nothing sent ever runs."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from spec import DEFAULT_PATH
from tests.browser import BROWSER, Page
from tests.document import OPERATION, REFUSAL, SESSION
from tests.mockserver.controlling import control
from tests.mockserver.serving import Served, serving

if BROWSER is None and not os.environ.get("CI"):
    pytest.skip("Chromium is not installed (Debian: chromium)", allow_module_level=True)

TOKEN = "control-Token-1"
AXE = DEFAULT_PATH.parents[1] / ".ci" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
XSS = '<img src=x onerror="window.ran=1"><script>window.ran=1</script>\'"><svg onload=window.ran=1>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    """One browser for all tests."""
    with Page() as page:
        yield page


@pytest.fixture
def inspected(browser: Page) -> Iterator[Served]:
    """A mock whose inspector is open, as somebody who has the token sees it."""
    with serving(control_token=TOKEN) as served:
        browser.forget()
        browser.screen(1200, 800)
        browser.open(served.url + "/__mock/")
        browser.run("document.getElementById('token').focus()")
        browser.type(TOKEN)
        browser.press("Enter")
        browser.wait("document.getElementById('state')?.textContent === 'Live.'")
        yield served
        browser.open("about:blank")


def test_wrong_token(browser: Page) -> None:
    """The page asks for the token, and shows nothing with another."""
    with serving(control_token=TOKEN) as served:
        browser.open(served.url + "/__mock/")
        browser.run("document.getElementById('token').focus()")
        browser.type("wrong")
        browser.press("Enter")
        browser.wait("!document.getElementById('refused').hidden")
        assert browser.run("document.getElementById('inspector').hidden")
        browser.open("about:blank")


def test_live_list_and_checks(browser: Page, inspected: Served) -> None:
    """What arrives appears at once; a request shows its checks, passed and failed."""
    inspected.send()
    inspected.send(**{OPERATION.required[0].name: 5})
    browser.wait("document.querySelectorAll('#list li').length === 2")

    browser.run("document.querySelector('#list li').click()")
    browser.wait("document.querySelector('#detail td.bad')")

    failed = browser.run("document.querySelector('#detail td.bad').parentNode.textContent")
    assert OPERATION.required[0].name in failed
    assert browser.run("document.querySelectorAll('#detail td.good').length") > 3
    assert browser.complaints() == []
    assert browser.hosts() == {inspected.url.removeprefix("http://")}


def test_keyboard(browser: Page, inspected: Served) -> None:
    """The list is walked with the arrow keys, the filter reached with a slash."""
    for number in range(3):
        inspected.send(**{SESSION: f"s{number}"})
    browser.wait("document.querySelectorAll('#list li').length === 3")
    browser.run("document.getElementById('list').focus()")
    browser.press("ArrowDown")
    browser.press("ArrowDown")
    browser.wait("document.querySelector('#detail h2')?.textContent.startsWith('#2 ')")
    assert browser.run("document.querySelector('[aria-selected=true]').dataset.number") == "2"
    browser.press("/")
    assert browser.run("document.activeElement.id") == "filter"


def test_filter(browser: Page, inspected: Served) -> None:
    """The list can be narrowed by text and by outcome."""
    inspected.send()
    inspected.send(content=b"{")
    browser.wait("document.querySelectorAll('#list li').length === 2")

    browser.run("document.getElementById('filter').focus()")
    browser.type("json")
    browser.wait("document.querySelectorAll('#list li').length === 1")
    browser.run(
        "(() => { const f = document.getElementById('filter'); f.value = ''; f.dispatchEvent(new Event('input')); })()"
    )
    browser.run(
        "(() => { const o = document.getElementById('outcome'); o.value = 'success';"
        " o.dispatchEvent(new Event('change')); })()"
    )
    assert browser.run("document.querySelectorAll('#list li').length") == 1


def test_next_answer_and_clear(browser: Page, inspected: Served) -> None:
    """The next answer can be chosen, and the list cleared."""
    browser.wait("document.querySelectorAll('#next option').length > 5")
    browser.run(f"document.getElementById('next').value = {json.dumps(REFUSAL.name)}")
    browser.run("document.getElementById('choose').click()")
    browser.wait("document.getElementById('state').textContent.startsWith('The next answer')")
    assert inspected.send().json() == REFUSAL.body
    browser.wait("document.querySelectorAll('#list li').length === 1")

    browser.run("document.getElementById('clear').click()")
    browser.wait("document.querySelectorAll('#list li').length === 0")
    assert len(inspected.mock.journal) == 0


def test_stored_script_never_runs(browser: Page, inspected: Served) -> None:
    """Markup in every place that a caller controls is shown as text."""
    inspected.send(**{field.name: XSS for field in OPERATION.fields})
    inspected.send(headers={"User-Agent": XSS, "X-" + "A": XSS, "Prefer": f'example="{XSS[:20]}'})
    inspected.send(content=XSS.encode())
    inspected.raw(
        inspected.request(
            target="/%3Cscript%3Ewindow.ran=1%3C/script%3E?" + "%22%3E%3Cimg%20src=x%20onerror=window.ran=1%3E"
        )
    )
    browser.wait("document.querySelectorAll('#list li').length === 4")

    for number in range(4):
        browser.run(f"document.querySelectorAll('#list li')[{number}].click()")
        browser.wait(f"document.querySelector('#detail h2')?.textContent.startsWith('#{4 - number} ')")
    assert "<img src=x" in browser.run("document.getElementById('detail').textContent")
    assert browser.run("typeof window.ran") == "undefined"
    assert browser.run("document.querySelectorAll('main img, main script, main svg').length") == 0
    assert browser.complaints() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_fits(browser: Page, inspected: Served, width: int, dark: bool, tmp_path: Path) -> None:
    """Nothing sticks out at phone width, and light and dark have their own colours."""
    inspected.send(**{SESSION: "x" * 3000})
    inspected.raw(inspected.request(target="/" + "y" * 3000))
    browser.screen(width, 800, dark=dark, phone=width < 600)
    browser.wait("document.querySelectorAll('#list li').length === 2")
    browser.run("document.querySelector('#list li:last-child').click()")
    browser.wait("document.querySelector('#copy')")

    browser.screenshot(tmp_path / f"{width}-{'dark' if dark else 'light'}.png")
    assert browser.run("document.documentElement.scrollWidth") <= width
    colour = browser.run("getComputedStyle(document.querySelector('.good')).color")
    assert colour == ("rgb(129, 201, 149)" if dark else "rgb(19, 115, 51)")
    assert browser.run("Math.max(...[...document.querySelectorAll('#list li')].map(item => item.clientHeight))") < 130
    if AXE.exists():
        assert browser.axe(AXE) == []


def test_login_has_nothing_serious(browser: Page) -> None:
    """Nor has the page that asks for the token, or the front page."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed")
    with serving(control_token=TOKEN) as served:
        for path in ("/__mock/", "/"):
            browser.open(served.url + path)
            assert browser.axe(AXE) == []
        assert len(served.mock.journal) == 0  # nor does a browser ask for what is not there
        browser.open("about:blank")


def test_what_was_done_is_shown(browser: Page, inspected: Served) -> None:
    """A caller that got no answer is not shown as a success; what is to come and whose session it was stand there."""
    control(inspected, "PUT", "next", json={"answers": ["reset", REFUSAL.name]})
    browser.run("location.reload()")
    browser.wait("document.getElementById('pending')?.textContent.includes('reset')")
    with pytest.raises(httpx.TransportError):
        inspected.send(**{SESSION: "mine-7"})

    browser.wait("document.querySelector('#list li')?.textContent.includes('mine-7')")
    assert browser.run("document.querySelector('#list li strong').textContent") == "reset"
    browser.wait("!document.getElementById('pending').textContent.includes('reset')")


def test_numbers_that_begin_anew(browser: Page, inspected: Served) -> None:
    """A store that began anew, as Redis does when it is restarted, does not stop the list."""
    for _ in range(3):
        inspected.send()
    browser.wait("document.querySelectorAll('#list li').length === 3")
    inspected.mock.journal.clear()
    inspected.mock.journal.total = 0
    inspected.send(content=b"{")

    browser.wait("document.querySelectorAll('#list li').length === 1")
    assert browser.run("document.querySelector('#list li').dataset.number") == "1"


def test_restart_with_another_token(browser: Page) -> None:
    """A mock that is started again is found again; one with another token asks for it."""
    with serving(control_token=TOKEN) as served:
        port = served.port
        browser.open(served.url + "/__mock/")
        browser.run(f"sessionStorage.setItem('token', {json.dumps(TOKEN)}); location.reload()")
        browser.wait("document.getElementById('state')?.textContent === 'Live.'")
    browser.wait("document.getElementById('state').textContent.includes('trying again')")
    with serving(control_token=TOKEN, port=port) as served:
        browser.wait("document.getElementById('state')?.textContent === 'Live.'")
        served.send()
        browser.wait("document.querySelectorAll('#list li').length === 1")
    with serving(control_token="another", port=port):
        browser.wait("!document.getElementById('login').hidden")
        assert "no longer" in browser.run("document.getElementById('state').textContent")
        browser.open("about:blank")


def test_copy_as_curl(browser: Page, inspected: Served) -> None:
    """The curl line is there to copy."""
    inspected.send()
    browser.wait("document.querySelectorAll('#list li').length === 1")
    browser.run("document.querySelector('#list li').click()")
    browser.wait("document.querySelector('#copy')")

    line = browser.run("document.querySelector('#copy').previousElementSibling.textContent")
    assert line.startswith("curl ")
    assert f" {inspected.url}'/" in line
    browser.run("document.querySelector('#copy').click()")
    browser.wait("document.querySelector('#copy').textContent !== 'Copy as curl'")
