"""A whole run of `send`: from settings to what is sent, shown, recorded, and the exit code."""

import json
import threading
import time
from collections.abc import Sequence
from contextlib import closing, nullcontext

from contract_tests.exchange import NoAnswer
from luckymonaco.sending.compose import Composer, composer
from luckymonaco.sending.deliver import Delivery, retry_policy
from luckymonaco.sending.flow import Delivered, Flow, Job
from luckymonaco.sending.judged import Judge, Outcome
from luckymonaco.sending.preview import curl_line, preview, preview_text
from luckymonaco.sending.records import Totals, record
from luckymonaco.sending.results import Results
from luckymonaco.sending.resume import open_results
from luckymonaco.sending.safety import refuse_strangers
from luckymonaco.sending.settings import SendSettings
from luckymonaco.sending.show import Show, note
from luckymonaco.sending.source import Source
from luckymonaco.sending.wire import Pacer, Wire
from spec import Contract, SettingError, TargetError

_GONE_AFTER = 5  # refused connections in a row, after which a long run stops
_SLACK = 0.05  # seconds by which the rate may be caught up with


def send(settings: SendSettings) -> int:
    """Send, show, record; the exit code. Everything that can be refused is refused before anything is sent."""
    settings.check()
    contract = settings.contract()
    composing = composer(contract, settings)
    source = Source(composing, settings)
    if settings.dry_run or settings.curl:
        _show_only(source, settings)
        return 0
    refuse_strangers(composing.maker.target, owned=settings.i_own_this_target)
    if source.count > settings.max_requests:
        raise SettingError(
            "more notifications than may be sent",
            where="--max-requests",
            expected=f"{source.count} or more",
            got=str(settings.max_requests),
        )
    results = open_results(settings, composing, source.digest)
    with closing(results) if results else nullcontext():
        return Sending(contract, settings, composing, source, results).run()


def _show_only(source: Source, settings: SendSettings) -> None:
    first = next(source.jobs(None)).notification
    if settings.curl:
        print(curl_line(first))
    else:
        print(json.dumps(preview(first), ensure_ascii=False) if settings.format == "ndjson" else preview_text(first))
    if source.count > 1:
        note(f"this is the first of {source.count} notifications, all valid by the document; nothing was sent")


class Sending:
    """One run that really sends."""

    def __init__(
        self, contract: Contract, settings: SendSettings, composing: Composer, source: Source, results: Results | None
    ) -> None:
        self._settings = settings
        self._composing = composing
        self._source = source
        self._results = results
        self._totals = results.totals if results else Totals()
        self._earlier = results.done if results else 0
        self._gone = 0
        self._last: Outcome | None = None
        self._stop = threading.Event()
        self._policy = retry_policy(settings.retry_on, settings.retries)
        self._judge = Judge(
            contract,
            secret=bool(composing.maker.partner.secret),
            limit=settings.max_response_time,
            strict=settings.strict,
            repeats=source.repeats,
        )
        many = settings.from_file is not None
        self._show = Show(contract, source.count, ndjson=settings.format == "ndjson", only_broken=many)

    def run(self) -> int:
        """Send what is left to send; the exit code."""
        settings = self._settings
        slack = 0.0 if settings.gap else _SLACK
        pacer = Pacer(settings.interval, settings.max_requests, self._stop, slack)
        start = time.perf_counter()
        wire = Wire(self._composing.maker.target, settings, jobs=settings.parallel)
        with wire:
            delivery = Delivery(wire, self._policy, pacer, self._stop)
            flow = Flow(delivery, pacer, self._stop, settings.parallel)
            with self._source.progress(self._results) as self._progress:
                complete = flow.run(self._source.jobs(self._results), self._step)
        self._say_why(complete=complete, bound=pacer.exhausted)
        if self._results and self._results.in_doubt:
            complete = False  # what was skipped was not judged
        self._show.end(
            self._totals,
            time.perf_counter() - start,
            complete=complete,
            wanted=self._source.count,
            earlier=self._earlier,
        )
        return self._totals.exit_code(complete=complete)

    def _step(self, done: Sequence[Delivered], next_jobs: Sequence[Job]) -> None:
        """Judge what is done; record it, and what comes next, before either counts."""
        outcomes = [
            self._judge.outcome(item.job.number, item.job.line, item.job.notification, item.exchanges) for item in done
        ]
        records = [record(outcome) for outcome in outcomes]
        if self._results:
            self._results.record(records, [job.line for job in next_jobs])
        for outcome, data in zip(outcomes, records, strict=True):
            if not self._results:
                self._totals.count(data)
            elif outcome.word == "NOT SENT":
                self._totals.words["NOT SENT"] += 1
            self._note_gone(outcome)
            self._show.answer(outcome)
        self._progress(sum(outcome.word != "NOT SENT" for outcome in outcomes))

    def _note_gone(self, outcome: Outcome) -> None:
        self._last = outcome
        self._gone = self._gone + 1 if outcome.word == "NOT SENT" else 0
        if self._gone >= _GONE_AFTER:
            self._stop.set()

    def _say_why(self, *, complete: bool, bound: bool) -> None:
        if self._totals.words["NOT SENT"] and not self._totals.judged and self._last is not None:
            answer = self._last.answer
            detail = answer.detail if isinstance(answer, NoAnswer) else ""
            raise TargetError(
                "not sent: the target cannot be reached", where=self._composing.maker.target.url, got=detail
            )
        if complete:
            return
        if self._gone >= _GONE_AFTER:
            reason = f"the target refused {self._gone} connections in a row"
        else:
            reason = "as much was sent as --max-requests allows" if bound else "interrupted"
        rest = "; the same command goes on from here" if self._results else ""
        note(f"stopped: {reason}{rest}")
