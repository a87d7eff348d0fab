"""What the page weighs, and how soon its text is seen, opened from disk in headless Chromium.

    python -m bench.docs [--rounds 9]

The same page, with the renderer's script read before the text, takes turns with it, so that both see the same machine.
"""

import argparse
import gzip
import statistics
import sys
import tempfile
from pathlib import Path

from luckymonaco.docs import build
from luckymonaco.docs.page import renderer
from spec import load
from tests.browser import BROWSER, Page

_PAINT = "performance.getEntriesByName('first-contentful-paint')"


def main() -> int:
    """Measure and print; 2 where there is no browser."""
    parser = argparse.ArgumentParser(prog="python -m bench.docs", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    if BROWSER is None:
        print("bench: Chromium is needed (Debian: apt install chromium)", file=sys.stderr)
        return 2
    text, script = build.html(load()), renderer()
    sizes = {"the page": text.encode(), "of it the renderer": script.encode()}
    for name, data in sizes.items():
        print(f"{name:20}{len(data) / 1e6:7.2f} MB, {len(gzip.compress(data, mtime=0)) / 1e6:.2f} MB compressed")
    with tempfile.TemporaryDirectory() as name:
        pages = {"the page": Path(name) / "page.html", "script read at once": Path(name) / "eager.html"}
        pages["the page"].write_text(text, encoding="utf-8")
        eager = text.replace('<script type="text/plain" id="renderer">', '<script id="renderer">')
        head, _, rest = eager.partition("<body>")
        before, _, after = rest.partition('<script id="renderer">')
        inner, _, end = after.partition("</script>")
        pages["script read at once"].write_text(f"{head}<script>{inner}</script><body>{before}{end}", encoding="utf-8")
        paints: dict[str, list[float]] = {name: [] for name in pages}
        for _ in range(options.rounds):
            for label, file in pages.items():
                paints[label].append(first_paint(file))
    for label, times in paints.items():
        print(
            f"{label:20}first contentful paint {statistics.median(times):5.0f} ms"
            f" ({min(times):.0f} to {max(times):.0f}, {len(times)} rounds)"
        )
    return 0


def first_paint(file: Path) -> float:
    """Milliseconds from the navigation to the first text, in a browser of its own."""
    with Page() as page:
        page.open(file.as_uri())
        page.wait(f"{_PAINT}.length > 0")
        return float(page.run(f"{_PAINT}[0].startTime"))


if __name__ == "__main__":
    sys.exit(main())
