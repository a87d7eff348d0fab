"""The page in a real browser without a network: it draws, it is accessible, it fits, it prints."""

import functools
import http.server
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from luckymonaco.docs import build
from spec import load
from spec.document import DEFAULT_PATH
from tests.browser import BROWSER, Page
from tests.listening import free_port, listening

AXE = DEFAULT_PATH.parents[1] / ".ci" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
FRAME = "document.querySelector('#reference-frame iframe').contentWindow"
DRAWN = "document.documentElement.dataset.reference === 'drawn'"

pytestmark = pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site on disk."""
    target = tmp_path_factory.mktemp("site")
    build.write(build.site(load()), target)
    return target


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """The same folder over HTTP."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/index.html"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def mock() -> Iterator[str]:
    """The page as the mock serves it."""
    port = free_port()
    with listening([sys.executable, "-m", "luckymonaco", "mock", "--port", str(port)], port) as url:
        yield f"{url}/docs"


def address(folder: Path) -> str:
    """The page as it opens from disk."""
    return (folder / "index.html").as_uri()


def draw_reference(page: Page) -> None:
    """Go to the reference and wait until it stands."""
    page.run("document.documentElement.style.scrollBehavior = 'auto'; location.hash = '#reference'")
    page.wait(DRAWN)


@pytest.mark.parametrize("how", ["file", "http", "mock"])
def test_it_needs_no_network(how: str, folder: Path, served: str, mock: str) -> None:
    """From disk, over HTTP or from the mock, the page is the only thing that is asked for, and nothing complains."""
    url = {"file": address(folder), "http": served, "mock": mock}[how]
    with Page() as page:
        page.open(url)
        draw_reference(page)

        assert page.requests() == [url]
        assert page.complaints() == []
        assert page.run(f"{FRAME}.document.body.innerText.length") > 1000


def test_the_first_paint_is_early(folder: Path) -> None:
    """Text is seen within two seconds on a busy test machine, before the reference's script is even read."""
    with Page() as page:
        page.open(address(folder))
        page.wait("performance.getEntriesByName('first-contentful-paint').length > 0")

        assert page.run("performance.getEntriesByName('first-contentful-paint')[0].startTime") < 2000
        assert not page.run(DRAWN)


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390], ids=["desk", "phone"])
def test_axe_finds_nothing_serious(folder: Path, width: int, dark: bool) -> None:
    """No serious or critical finding in the page or in the reference's frame, in light and dark, wide and narrow."""
    with Page(width, dark=dark, phone=width < 500) as page:
        page.open(address(folder))
        draw_reference(page)
        page.run("document.querySelectorAll('details').forEach(box => { box.open = true; })")

        assert page.axe(AXE) == []
        assert page.axe(AXE, FRAME) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_is_wider_than_the_screen(folder: Path, width: int) -> None:
    """The page never scrolls sideways; only blocks of code do."""
    with Page(width, phone=width < 500) as page:
        page.open(address(folder))
        draw_reference(page)

        assert page.run("document.documentElement.scrollWidth") <= width


def test_a_rule_can_be_linked(folder: Path) -> None:
    """`#VAL-2` leads to the rule, and the contents say where the reader is."""
    with Page() as page:
        page.open(address(folder) + "#VAL-2")
        page.wait("document.getElementById('VAL-2').getBoundingClientRect().top >= 0")
        page.wait("document.getElementById('VAL-2').getBoundingClientRect().bottom <= innerHeight")
        page.wait("document.querySelector('nav [aria-current]')?.hash === '#rules'")

        assert page.run("document.querySelector(':target').id") == "VAL-2"


def test_it_can_be_used_by_keyboard(folder: Path) -> None:
    """The first Tab offers the way to the content; arrow keys go through the languages, everywhere at once."""
    with Page() as page:
        page.open(address(folder))
        page.press("Tab")
        first = page.run("document.activeElement.className")
        page.run("document.querySelector('[role=tab][aria-selected=true]').focus()")
        for _ in range(3):
            page.run(
                "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}))"
            )

        assert first == "skip"
        assert page.run("document.activeElement.textContent") == "Node.js"
        assert page.run("[...document.querySelectorAll('.tab:not([hidden])')].map(tab => tab.dataset.title)") == [
            "Node.js",
            "Node.js",
        ]


def test_a_sample_can_be_linked(folder: Path) -> None:
    """A link to a language shows it, though another is shown at first."""
    operation = load().operations[0].id
    with Page() as page:
        page.open(address(folder) + f"#receiver-{operation}-go")

        assert page.run(f"document.getElementById('receiver-{operation}-go').hidden") is False


def test_ticks_are_remembered(folder: Path, served: str) -> None:
    """What was ticked is ticked after a reload."""
    with Page() as page:
        page.open(served)
        page.run("document.querySelector('input[data-tick]').click()")
        page.open(served + "?again")

        assert page.run("document.querySelector('input[data-tick]').checked") is True


def test_it_prints(folder: Path, tmp_path: Path) -> None:
    """On paper there is no navigation, no button and no frame, and nothing runs out of the page."""
    with Page() as page:
        page.open(address(folder))
        page.media(kind="print")
        hidden = page.run(
            "['nav', '.copy', '.tablist', '#reference-frame'].every(s => !document.querySelector(s).checkVisibility())"
        )
        page.pdf(tmp_path / "page.pdf")

        assert hidden
        assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_without_scripts_all_is_there(folder: Path) -> None:
    """Without JavaScript every sample and every table can be read."""
    with Page() as page:
        page.call("Emulation.setScriptExecutionDisabled", value=True)
        page.call("Page.navigate", url=address(folder))
        while not page.events("Page.loadEventFired"):
            time.sleep(0.05)

        assert page.run("[...document.querySelectorAll('.tab')].every(tab => tab.checkVisibility())")
