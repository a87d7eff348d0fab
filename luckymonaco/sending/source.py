"""Where a run's notifications come from: one that is sent again and again, or a file with one on each line."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from luckymonaco.sending.compose import Composer, Notification
from luckymonaco.sending.flow import Job
from luckymonaco.sending.results import Results
from luckymonaco.sending.rows import Row, Rows
from luckymonaco.sending.settings import SendSettings


class Source:
    """The notifications of a run, each composed when it is its turn. All are checked at the start."""

    def __init__(self, composing: Composer, settings: SendSettings) -> None:
        self._composing = composing
        self._skip_doubtful = settings.in_doubt == "skip"
        self._rows = Rows(settings.from_file, composing.operation) if settings.from_file else None
        self.digest = self._rows.digest() if self._rows else ""
        self._one: Notification | None = None if self._rows else composing.compose()
        if self._rows:
            self.count = sum(bool(self._check(row)) for row in self._rows)
        else:
            self.count = settings.repeat
        #: whether the very same bytes are sent each time
        self.repeats = self._rows is None and not composing.vary and settings.repeat > 1

    def jobs(self, results: Results | None) -> Iterator[Job]:
        """Everything that has no outcome yet."""
        if self._rows is None:
            for number in range(1, self.count + 1):
                yield Job(number, 0, self._again())
            return
        doubtful = frozenset(results.in_doubt) if results and self._skip_doubtful else frozenset()
        for number, row in enumerate(self._rows, 1):
            if row.line not in doubtful and not (results and results.has(row.line)):
                yield Job(number, row.line, self._compose(row))

    @contextlib.contextmanager
    def progress(self, results: Results | None) -> Iterator[Callable[[int], None]]:
        """A bar on standard error where somebody can see it and it is worth it; takes steps."""
        if self._rows is None or not sys.stderr.isatty():
            yield lambda _: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("sending"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        console = Console(stderr=True)
        # The bar would otherwise carry off to its own console what belongs into a pipe.
        shared = sys.stdout.isatty()
        with Progress(*columns, console=console, transient=True, redirect_stdout=shared) as bar:
            task = bar.add_task("", total=self.count, completed=results.done if results else 0)
            yield lambda steps: bar.advance(task, steps)

    def _check(self, row: Row) -> object:
        assert self._rows is not None
        return self._composing.body({**self._composing.values, **row.values}, self._rows.place(row.line))

    def _compose(self, row: Row) -> Notification:
        assert self._rows is not None
        return self._composing.compose(row.values, self._rows.place(row.line))

    def _again(self) -> Notification:
        assert self._one is not None
        return self._composing.compose() if self._composing.vary else self._one
