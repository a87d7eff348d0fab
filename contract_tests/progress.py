"""How far a run is: a bar on a terminal, nothing where the output is a file or CI."""

import os
import sys
from typing import Any


class Progress:
    """Silent: for CI, for pytest, for tests."""

    def start(self) -> None:
        """The run begins; `finish` follows however it ends."""

    def begin(self, text: str) -> None:
        """The first notification has succeeded: there is something to judge."""

    def expect(self, count: int) -> None:
        """So many more requests are to come."""

    def step(self, label: str, count: int) -> None:
        """So many more are done; the label says what is going on."""

    def finish(self) -> None:
        """The run is over; leave a clean line."""


class Lines(Progress):
    """Plain lines, for CI: what is judged, and no more until the report."""

    def begin(self, text: str) -> None:
        """The first notification has succeeded: there is something to judge."""
        print(text, flush=True)


class Bar(Lines):
    """A bar on standard error, gone once the run is over."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        columns: list[Any] = [
            TextColumn("{task.description:<24}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        ]
        # Where standard output goes elsewhere, what is printed goes there too, and not past the bar.
        both = sys.stdout.isatty()
        self._bar = RichProgress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=both)
        self._task = self._bar.add_task("first notification", total=None)
        self._total = 0

    def start(self) -> None:
        """Show the bar."""
        self._bar.start()

    def expect(self, count: int) -> None:
        """So many more requests are to come."""
        self._total += count
        self._bar.update(self._task, total=self._total)

    def step(self, label: str, count: int) -> None:
        """So many more are done; the label says what is going on."""
        self._bar.update(self._task, description=label, advance=count)

    def finish(self) -> None:
        """Remove the bar."""
        self._bar.stop()


def for_terminal() -> Progress:
    """A bar where somebody can see it, plain lines elsewhere."""
    return Bar() if sys.stderr.isatty() and not os.environ.get("CI") else Lines()
