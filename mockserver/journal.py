"""The last requests, kept in memory: bounded in number and in bytes, so that weeks of traffic do not make it grow.

An entry is the Exchange itself, with its body cut to size; what it says is written out only when somebody
asks (view.py).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.exchange import Exchange

_FIXED_BYTES = 2048  # about what an entry takes beside what the caller sent


class Journal:
    """A ring of exchanges, newest last, and whoever waits for the next one."""

    def __init__(self, entries: int, total_bytes: int, body_bytes: int) -> None:
        self.entries = entries
        self.total_bytes = total_bytes
        self.body_bytes = body_bytes
        self.bytes = 0
        self.total = 0  # requests ever recorded: the number of the newest
        self._ring: deque[Exchange] = deque()
        self.tells_listeners = True
        self.closed = False  # whether listeners should go, because the server stops
        self._listeners: set[Callable[[Any], None]] = set()

    def record(self, exchange: Exchange) -> None:
        """Keep an exchange, and let go of the oldest where it is too much."""
        self.total += 1
        exchange.number = self.total
        exchange.body_size = len(exchange.body)
        if exchange.body_size > self.body_bytes:
            exchange.body = exchange.body[: self.body_bytes]
        exchange.value = None
        heads = sum(map(len, chain.from_iterable(exchange.headers)))
        size = exchange.size = _FIXED_BYTES + len(exchange.body) + len(exchange.query) + heads
        self.bytes += size
        ring = self._ring
        ring.append(exchange)
        while len(ring) > self.entries or self.bytes > self.total_bytes:
            if not ring:
                break
            self.bytes -= ring.popleft().size
        if self._listeners and self.tells_listeners:
            self.tell(exchange)

    def tell(self, entry: Exchange | dict[str, Any]) -> None:
        """Tell whoever listens of a new exchange, or of another process's, written out."""
        for listener in tuple(self._listeners):
            listener(entry)

    def close(self) -> None:
        """Send the listeners away: an open stream would keep the server from stopping."""
        self.closed = True
        self.tell({})

    def newest_first(self) -> Iterator[Exchange]:
        """The exchanges kept, the newest first."""
        return reversed(tuple(self._ring))

    def __len__(self) -> int:
        return len(self._ring)

    def clear(self) -> int:
        """Forget all; how many that were."""
        count = len(self._ring)
        self._ring.clear()
        self.bytes = 0
        return count

    def listen(self) -> Listener:
        """A queue of the exchanges to come, for as long as it is open."""
        return Listener(self._listeners)


class Listener:
    """The exchanges that are recorded while it is open; a slow reader misses some rather than holding all of them."""

    def __init__(self, listeners: set[Callable[[Any], None]]) -> None:
        self._listeners = listeners
        self.queue: asyncio.Queue[Exchange | dict[str, Any]] = asyncio.Queue(256)

    def _add(self, entry: Exchange | dict[str, Any]) -> None:
        if not self.queue.full():
            self.queue.put_nowait(entry)

    def __enter__(self) -> Listener:
        self._listeners.add(self._add)
        return self

    def __exit__(self, *_: object) -> None:
        self._listeners.discard(self._add)
