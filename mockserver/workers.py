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
    """Return CHILD in each worker; in the parent wait until all have ended, and return PARENT."""
    if not hasattr(os, "fork"):
        raise SettingError("this system cannot start workers", where="--workers", expected="1")
    listening.listen(2048)
    ending = failed = False
    alive: dict[int, tuple[int, float]] = {}

    def stop(_: int, __: FrameType | None) -> None:
        nonlocal ending
        ending = True
        for child in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    waiting = list(range(count))
    while waiting or alive:
        for place in waiting:
            # A signal between this question, the fork and the note of it would be lost: it waits until all are done.
            signal.pthread_sigmask(signal.SIG_BLOCK, before)
            try:
                if ending:
                    break
                child = _start(place)
                if child == 0:
                    for number, handler in before.items():
                        signal.signal(number, handler)
                    return CHILD
                alive[child] = (place, time.monotonic())
            finally:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, before)
        waiting = []
        if not alive:
            break
        child, status = os.wait()
        place, started = alive.pop(child, (0, 0.0))
        if not ending and status != 0:
            log.error("worker %d ended with %d", place, os.waitstatus_to_exitcode(status))
            if time.monotonic() - started < _SHORT_LIFE:
                failed = True
                stop(signal.SIGTERM, None)
            else:
                waiting = [place]
    if failed:
        raise ServeError("a worker ended as soon as it was started", where="--workers")
    return PARENT


def _start(place: int) -> int:
    global _place, _parent  # which worker this process is, and whose, once and for all
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _place, _parent = place, parent
    return child
