"""Ctrl-C and SIGTERM: a run ends with its reports, whenever they come."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_ENDINGS = {signal.SIGINT, signal.SIGTERM}


@contextmanager
def held_back() -> Iterator[None]:
    """Let an interruption wait for `let_through`: while modules are imported, there is no run that could report it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    usual = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, usual)


def let_through() -> None:
    """KeyboardInterrupt here and now, if an interruption was held back; and at once from now on."""
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM, by which CI and containers end what takes too long, ends a run like Ctrl-C: with its reports."""
    usual = signal.getsignal(signal.SIGTERM)
    if usual is not signal.SIG_DFL or threading.current_thread() is not threading.main_thread():
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, usual)


def leave(code: int) -> None:
    """End the process without waiting for answers to requests that are still under way."""
    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
