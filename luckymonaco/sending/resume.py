"""Where a run's notifications come from, and where an interrupted one goes on."""

import contextlib
import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from luckymonaco.sending.compose import Composer, Notification
from luckymonaco.sending.flow import Job
from luckymonaco.sending.results import Results
from luckymonaco.sending.rows import Row, Rows
from luckymonaco.sending.settings import SendSettings
from luckymonaco.sending.show import note

_NAMED = 10  # lines in doubt that are named one by one


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


def open_results(settings: SendSettings, composing: Composer, digest: str) -> Results | None:
    """The result file of a run from a file, and in words what an earlier run left in it."""
    if settings.from_file is None:
        return None
    values = json.dumps([dict(composing.values), composing.vary], sort_keys=True)
    results = Results(
        settings.results or _beside(settings.from_file),
        {
            "file": digest,
            "target": composing.maker.target.url,
            "operation": composing.operation.id,
            # A few digits tell two apart and give nothing away.
            "values": hashlib.sha256(values.encode("utf-8", "surrogatepass")).hexdigest()[:8],
        },
    )
    if results.torn:
        note(f"the last line of {results.path} was cut short by a crash; it is left out")
    if results.done:
        note(f"going on: {results.done} lines have an outcome in {results.path}")
    if results.in_doubt:
        lines = sorted(results.in_doubt)
        named = ", ".join(map(str, lines[:_NAMED])) + (", …" if len(lines) > _NAMED else "")
        again = settings.in_doubt == "again"
        note(
            f"{len(lines)} lines were under way when the last run ended, and nobody recorded what became of them: "
            f"{named}; they are " + ("sent now, so possibly twice" if again else "skipped (--in-doubt skip)")
        )
    return results


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".results.ndjson")
