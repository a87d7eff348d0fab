"""What the generator itself was doing: how much of its time it spent working, waiting for a processor, and idle.

Whoever is never idle measures itself: an answer that has arrived waits until it is looked at.
"""

import time

import gevent

_TICK = 0.05  # seconds
_LAST_PRIORITY = -2  # of gevent's loop: after everything else that it does before it waits


class Watch:
    """Watches this process while it sends."""

    def __init__(self) -> None:
        self.start = 0.0
        self.seconds = 0.0
        self.busy = 0.0  # share of the time in which it was not waiting for something to happen
        self.cpu = 0.0  # share of one processor that it had
        self.lag = 0.0  # milliseconds by which it woke up late, on average
        self._cpu_before = 0.0
        self._idle = 0.0
        self._idle_since = 0.0

    def begin(self, seconds: float) -> None:
        """The run begins now, and sends for so long."""
        self.start, self._cpu_before, self.seconds = time.perf_counter(), time.process_time(), seconds

    @property
    def is_on(self) -> bool:
        """Whether the time for sending has begun and is not over."""
        return bool(self.start) and time.perf_counter() - self.start < self.seconds

    def spawn(self) -> None:
        """Measure until the time is over."""
        loop = gevent.get_hub().loop
        before, after = loop.prepare(ref=False, priority=_LAST_PRIORITY), loop.check(ref=False)
        before.start(self._wait_begins)
        after.start(self._wait_ends)
        gevent.spawn(self._measure)

    def _wait_begins(self) -> None:
        self._idle_since = time.perf_counter()

    def _wait_ends(self) -> None:
        if self._idle_since:
            self._idle += time.perf_counter() - self._idle_since

    def _measure(self) -> None:
        late, count = 0.0, 0
        while self.is_on:
            before = time.perf_counter()
            gevent.sleep(_TICK)
            late, count = late + time.perf_counter() - before - _TICK, count + 1
            wall = time.perf_counter() - self.start
            self.lag = late / count * 1000
            self.cpu = (time.process_time() - self._cpu_before) / wall
            self.busy = 1 - self._idle / wall
