"""Requests are served in rounds: at once where nothing makes them wait, in a task from where something does."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from mockserver.rounds import in_a_task, run_at_once


def run(coroutine: Coroutine[Any, Any, None], *, cancel: bool = False) -> int:
    """Run it at once, as the event loop does, and then what is left of it; how many tasks that made."""

    async def all_of_it() -> int:
        loop = asyncio.get_running_loop()
        tasks: set[asyncio.Task[None]] = set()
        loop.call_soon(run_at_once, coroutine, loop, tasks)
        await asyncio.sleep(0)
        made = tuple(tasks)
        await asyncio.sleep(0)
        for task in made:
            if cancel:
                task.cancel()
            await asyncio.wait([task], timeout=5)
            assert task.done()
        return len(made)

    return asyncio.run(all_of_it())


def test_what_does_not_wait_becomes_no_task() -> None:
    """A coroutine that can be run to its end has been when the call returns."""
    done = []

    async def at_once() -> None:
        await asyncio.Event().wait() if done else None
        done.append(True)

    assert run(at_once()) == 0
    assert done == [True]


def test_what_waits_goes_on_in_a_task() -> None:
    """Results and exceptions of what is awaited reach the coroutine, also after the first time."""
    seen: list[object] = []

    async def waiting() -> None:
        loop = asyncio.get_running_loop()
        result, failure = loop.create_future(), loop.create_future()
        loop.call_later(0.01, result.set_result, "a result")
        loop.call_later(0.02, failure.set_exception, OSError("a failure"))
        seen.append(await result)
        with pytest.raises(OSError, match="a failure"):
            await failure
        await asyncio.sleep(0)
        seen.append("the end")

    assert run(waiting()) == 1
    assert seen == ["a result", "the end"]


def test_a_task_is_there_for_whoever_needs_one() -> None:
    """After `in_a_task` a time-out can be set; a second call changes nothing."""
    seen: list[object] = []

    async def impatient() -> None:
        seen.append(asyncio.current_task())
        await in_a_task()
        await in_a_task()
        try:
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        except TimeoutError:
            seen.append("too late")

    assert run(impatient()) == 1
    assert seen == [None, "too late"]


def test_what_waits_can_be_cancelled() -> None:
    """A stop of the server reaches a coroutine that began without a task."""
    seen = []

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    assert run(endless(), cancel=True) == 1
    assert seen == ["cancelled"]
