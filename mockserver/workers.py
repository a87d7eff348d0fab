"""Several processes on one port: a parent that starts them, replaces those that die, and ends with all of them."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import time
from types import FrameType

from spec import ServeError, SettingError

PARENT = object()
CHILD = object()
log = logging.getLogger("luckymonaco.mock")

_SHORT_LIFE = 1.0  # seconds; a worker that lives no longer cannot be helped by starting it again
_place = 0
_parent = 0


def place() -> int:
    """Which worker this process is, from 0; one that takes the place of another has its number."""
    return _place


def is_orphan() -> bool:
    """Whether this process is a worker whose parent is gone: nobody would ever stop it."""
    return _parent not in (0, os.getppid())


def fork(count: int, listening: socket.socket) -> object:
    """Return CHILD in each worker; in the parent wait until all have ended, and return PARENT.

    Raises ServeError where a worker cannot live, and SettingError on a system that has no fork.
    """
    if not hasattr(os, "fork"):
        raise SettingError("this system cannot start workers", where="--workers", expected="1")
    listening.listen(2048)
    return _Workers().run(count)


class _Workers:
    """The workers as their parent sees them."""

    def __init__(self) -> None:
        self._alive: dict[int, tuple[int, float]] = {}  # process -> its place, and when it was started
        self._ending = False
        self._failed = False
        # Last, since from here on a stop may come.
        self._before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}

    def run(self, count: int) -> object:
        """Start so many, and again those that die; until all have ended."""
        missing = list(range(count))
        while missing or self._alive:
            for place in missing:
                if self._start(place) is CHILD:
                    return CHILD
            missing = self._wait() if self._alive else []
        if self._failed:
            raise ServeError("a worker ended as soon as it was started", where="--workers")
        return PARENT

    def _stop(self, _: int = 0, __: FrameType | None = None) -> None:
        self._ending = True
        for child in self._alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    def _start(self, place: int) -> object:
        """Start one, unless all are to end."""
        # A signal between this question, the fork and the note of it would be lost: it waits until all are done.
        signal.pthread_sigmask(signal.SIG_BLOCK, self._before)
        try:
            if not self._ending:
                child = _fork(place)
                if child == 0:
                    for number, handler in self._before.items():
                        signal.signal(number, handler)
                    return CHILD
                self._alive[child] = (place, time.monotonic())
            return PARENT
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self._before)

    def _wait(self) -> list[int]:
        """Wait until one has ended; its place, if another one is to take it."""
        child, status = os.wait()
        place, started = self._alive.pop(child, (0, 0.0))
        if self._ending or status == 0:
            return []
        log.error("worker %d ended with %d", place, os.waitstatus_to_exitcode(status))
        if time.monotonic() - started >= _SHORT_LIFE:
            return [place]
        self._failed = True
        self._stop()
        return []


def _fork(place: int) -> int:
    global _place, _parent  # which worker this process is, and whose, once and for all
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _place, _parent = place, parent
    return child
