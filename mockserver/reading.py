"""The body: read whole up to a limit, and what is over the limit left to a polite end.

A caller over the limit is answered at once; what it is still sending is then swallowed for a while, because closing a
socket with unread bytes in it makes the kernel throw away the answer too.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from mockserver.faults import SIZE
from mockserver.rounds import in_a_task

if TYPE_CHECKING:
    from mockserver.exchange import Exchange

Receive = Callable[[], Awaitable[dict[str, Any]]]
SWALLOW_BYTES = 64 * 1024 * 1024
SWALLOW_SECONDS = 2.0


class CallerGoneError(Exception):
    """The caller closed the connection before its request was complete: there is nobody to answer."""


async def read_body(exchange: Exchange, receive: Receive, limit: int) -> None:
    """Read the body into the exchange; note a failure, and stop reading, when it is over the limit."""
    announced = exchange.header(b"content-length")
    if announced and int(announced[0]) > limit:
        _refuse(exchange, limit)
        return
    message = await receive()
    if message["type"] == "http.disconnect":
        raise CallerGoneError
    if not message["more_body"] and len(message["body"]) <= limit:
        exchange.body = message["body"]  # the usual case: all of it in one piece
        return
    parts = [message["body"]]
    size = len(message["body"])
    while message["more_body"] and size <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerGoneError
        parts.append(message["body"])
        size += len(message["body"])
    if size > limit:
        _refuse(exchange, limit)
        exchange.unread = message["more_body"]
        return
    exchange.body = b"".join(parts)


def _refuse(exchange: Exchange, limit: int) -> None:
    exchange.unread = True
    exchange.fail(SIZE, "too-large", f"the body is larger than {limit} bytes")


async def swallow(receive: Receive) -> None:
    """Read on and throw away, until the caller stops, is gone, or has had its time."""
    await in_a_task()
    size = 0
    try:
        async with asyncio.timeout(SWALLOW_SECONDS):
            while size < SWALLOW_BYTES:
                message = await receive()
                if message["type"] == "http.disconnect" or not message["more_body"]:
                    return
                size += len(message["body"])
    except TimeoutError:
        return
