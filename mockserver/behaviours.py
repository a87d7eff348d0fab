"""What the mock can do to a caller besides answering: wait, hang up, send half, send rubbish.

Each behaviour is a function of what is being sent and where; the document's `x-magic` says which of them callers may
ask for, and under what names.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mockserver.answers import Prepared

if TYPE_CHECKING:
    from mockserver.pipeline import Receive, Scope, Send

CONNECTION = "luckymonaco.connection"  # where protocol.py puts the connection into the ASGI scope
LONGEST_DELAY = 300.0

_PROXY_PAGE = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"<hr><center>proxy</center>\r\n</body>\r\n</html>\r\n"
)
_GARBAGE = b'\x1f\x8b{"err\x00\xff\xfe' + bytes(range(128, 160)) + b"}}"


@dataclass(frozen=True, slots=True)
class Act:
    """One behaviour with its argument in milliseconds, if it takes one."""

    name: str
    milliseconds: float = 0.0

    def __str__(self) -> str:
        return f"{self.name}-{self.milliseconds:g}" if BEHAVIOURS[self.name].timed else self.name


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an answer is to be played."""

    scope: Scope
    receive: Receive
    send: Send


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A behaviour: whether it takes a time, and how it is played."""

    play: Callable[[Prepared, Stage, float], Awaitable[None]]
    timed: bool = False
    default: float = 0.0  # milliseconds
    at_the_socket: bool = False  # whether it needs the connection itself, which only our own server hands on


async def _delay(answer: Prepared, stage: Stage, milliseconds: float) -> None:
    await asyncio.sleep(min(milliseconds / 1000, LONGEST_DELAY))
    await answer.send(stage.send)


async def _empty(_: Prepared, stage: Stage, __: float) -> None:
    _transport(stage).close()
    await _until_gone(stage)


async def _reset(_: Prepared, stage: Stage, __: float) -> None:
    transport = _transport(stage)
    handle = transport.get_extra_info("socket")
    # A lingering time of zero makes the kernel send RST; the copied descriptor is the same socket.
    with socket.socket(fileno=os.dup(handle.fileno())) as same:
        same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    await _until_gone(stage)


async def _truncated(answer: Prepared, stage: Stage, __: float) -> None:
    start: Any = answer.start
    await stage.send(start)
    await stage.send({"type": "http.response.body", "body": answer.body[: len(answer.body) // 2], "more_body": True})
    _transport(stage).close()
    await _until_gone(stage)


async def _garbage(answer: Prepared, stage: Stage, __: float) -> None:
    await Prepared.of(answer.name, 200, "", _GARBAGE, [(b"content-type", b"application/json")]).send(stage.send)


async def _proxy_error(answer: Prepared, stage: Stage, __: float) -> None:
    await Prepared.of(answer.name, 502, "", _PROXY_PAGE, [(b"content-type", b"text/html")]).send(stage.send)


async def _dribble(answer: Prepared, stage: Stage, milliseconds: float) -> None:
    start: Any = answer.start
    await stage.send(start)
    pause = min(milliseconds / 1000, LONGEST_DELAY) / max(len(answer.body), 1)
    for place in range(len(answer.body)):
        await asyncio.sleep(pause)
        await stage.send({"type": "http.response.body", "body": answer.body[place : place + 1], "more_body": True})
    await stage.send({"type": "http.response.body", "body": b""})


async def _hang(_: Prepared, stage: Stage, __: float) -> None:
    await _until_gone(stage)


BEHAVIOURS: Mapping[str, Behaviour] = {
    "delay": Behaviour(_delay, timed=True, default=1000),
    "empty-reply": Behaviour(_empty, at_the_socket=True),
    "reset": Behaviour(_reset, at_the_socket=True),
    "truncated": Behaviour(_truncated, at_the_socket=True),
    "garbage": Behaviour(_garbage),
    "proxy-error": Behaviour(_proxy_error),
    "dribble": Behaviour(_dribble, timed=True, default=2000),
    "hang": Behaviour(_hang),
}


def parse(text: str) -> Act | None:
    """`reset` or `delay-2000` as an Act; None if it is no behaviour."""
    if text in BEHAVIOURS:
        return Act(text, BEHAVIOURS[text].default)
    name, _, time = text.rpartition("-")
    if name in BEHAVIOURS and BEHAVIOURS[name].timed and time.isascii() and time.isdigit() and len(time) < 10:
        return Act(name, float(time))
    return None


async def play(act: Act, answer: Prepared, stage: Stage) -> None:
    """Do to the caller what the act says, with the answer that it would have had."""
    await BEHAVIOURS[act.name].play(answer, stage, act.milliseconds)


def _transport(stage: Stage) -> Any:
    return stage.scope[CONNECTION].transport


async def _until_gone(stage: Stage) -> None:
    with contextlib.suppress(asyncio.CancelledError):  # a server that stops does not wait for a caller that waits
        while (await stage.receive())["type"] != "http.disconnect":
            pass
