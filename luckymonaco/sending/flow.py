"""Many notifications at once: a bounded number under way, outcomes handed over in the order in which they come."""

import contextlib
import queue
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType

from contract_tests.exchange import Exchange
from contract_tests.interrupts import handled_by
from luckymonaco.sending.compose import Notification
from luckymonaco.sending.deliver import Delivery
from luckymonaco.sending.wire import Pacer


@dataclass(frozen=True, slots=True)
class Job:
    """One notification to be sent. `line` is 0 where it comes from no file."""

    number: int
    line: int
    notification: Notification


@dataclass(frozen=True, slots=True)
class Delivered:
    """A job that is done, or the error of ours that it died of."""

    job: Job
    exchanges: tuple[Exchange, ...]
    error: BaseException | None = None


Step = Callable[[Sequence[Delivered], Sequence[Job]], None]


class Flow:
    """Runs jobs through a delivery in threads. All callbacks run in the caller's thread."""

    def __init__(self, delivery: Delivery, pacer: Pacer, stop: threading.Event, parallel: int) -> None:
        self._pacer = pacer
        self._stop = stop
        self._parallel = parallel
        self._inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[Delivered | None] = queue.SimpleQueue()
        self._under_way = 0
        # Daemons: a second Ctrl-C must not wait for an answer that never comes.
        for _ in range(parallel):
            threading.Thread(target=self._work, args=(delivery,), daemon=True).start()

    def run(self, jobs: Iterator[Job], step: Step) -> bool:
        """Send until the jobs are used up or the run is stopped; whether they are used up.

        `step` is called with what is done and what is about to be sent, which is sent once it returns. What is under
        way when the run is stopped is waited for.
        """
        more = complete = True
        done: list[Delivered] = []
        with self._signals():
            while more or self._under_way:
                batch: list[Job] = []
                while more and not self._stop.is_set() and self._has_room(len(batch)):
                    job = next(jobs, None)
                    if job is not None and self._pacer.claim():
                        batch.append(job)
                    else:
                        more = False
                        complete = job is None
                if self._stop.is_set():
                    more = complete = False
                    batch = []
                if done or batch:
                    step(done, batch)
                done = []
                self._under_way += len(batch)
                for job in batch:
                    self._inbox.put(job)
                if self._under_way:
                    waits_for_room = not more or self._under_way >= self._parallel
                    done = self._done(None if waits_for_room else self._pacer.due_in())
            if done:
                step(done, [])
        for _ in range(self._parallel):
            self._inbox.put(None)
        return complete

    def _has_room(self, chosen: int) -> bool:
        """Whether one more may be sent now; with nothing under way there is nothing better to do than to wait."""
        busy = self._under_way + chosen
        return busy < self._parallel and (not busy or self._pacer.due_in() == 0)

    def _done(self, timeout: float | None) -> list[Delivered]:
        """Everything that is done by now; waits for the first of it."""
        done: list[Delivered] = []
        with contextlib.suppress(queue.Empty):
            item = self._outbox.get(timeout=timeout)
            while True:
                if item is not None:  # None only wakes us up
                    done.append(item)
                item = self._outbox.get_nowait()
        self._under_way -= len(done)
        for item in done:
            if item.error is not None:
                raise item.error
        return done

    def _work(self, delivery: Delivery) -> None:
        while (job := self._inbox.get()) is not None:
            try:
                self._outbox.put(Delivered(job, delivery(job.notification.request)))
            except BaseException as error:
                self._outbox.put(Delivered(job, (), error))

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """The first Ctrl-C or SIGTERM stops the run in good order, the second one at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        asked: list[int] = []

        def handle(number: int, _frame: FrameType | None) -> None:
            if asked:
                raise KeyboardInterrupt
            asked.append(number)
            # Setting an event takes a lock that the interrupted code may hold; another thread can wait for it.
            threading.Thread(target=self._stop.set, daemon=True).start()
            self._outbox.put(None)

        with handled_by(dict.fromkeys((signal.SIGINT, signal.SIGTERM), handle)):
            yield
