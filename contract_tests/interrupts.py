"""Ctrl-C and SIGTERM: what handles them for a while, and how a run ends with its reports whenever they come."""

import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

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
def handled_by(handlers: Mapping[int, Any]) -> Iterator[None]:
    """Other handlers of signals for as long as the block lasts; only the main thread can have any."""
    usual = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """SIGTERM, by which CI and containers end what takes too long, ends a run like Ctrl-C: with its reports."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL or not in_main_thread:
        yield
        return
    with handled_by({signal.SIGTERM: signal.default_int_handler}):
        yield


def leave(code: int) -> None:
    """End the process without waiting for answers to requests that are still under way."""
    if threading.active_count() > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
