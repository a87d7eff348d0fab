"""Journal, sequences and per-session answers in Redis or Valkey, so that several mocks behave as one.

Redis going away never stops an answer: each mock then goes on by itself, says so in /healthz, and hands in what it has
noted once Redis is back. Entries are written out, masked, before they leave the process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import secrets
from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from mockserver.redis_link import Link
from mockserver.state import Entry
from spec.redact import share_fingerprints

if TYPE_CHECKING:
    from mockserver.exchange import Exchange
    from mockserver.journal import Journal
    from mockserver.script import Script
    from mockserver.view import View

log = logging.getLogger("luckymonaco.mock")

_SESSION_SECONDS = 7 * 24 * 3600
_BATCH = 50  # entries written at a time
_PART = 100  # entries read at a time: each of these calls is as quick as any other

# One call for the three lists, so that two mocks cannot take the same answer.
_TAKE = """
local name = redis.call('LPOP', KEYS[1])
if name then return name end
name = redis.call('LPOP', KEYS[2])
if name then return name end
if ARGV[1] == '1' then return redis.call('LMOVE', KEYS[3], KEYS[3], 'LEFT', 'RIGHT') end
return redis.call('LPOP', KEYS[3])
"""
_BEGIN = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  redis.call('DEL', KEYS[2])
  for place = 2, #ARGV do redis.call('RPUSH', KEYS[2], ARGV[place]) end
  redis.call('SET', KEYS[1], ARGV[1])
end
"""
_RECORD = """
local line = redis.call('INCR', KEYS[1]) .. ' '
redis.call('LPUSH', KEYS[2], line .. ARGV[1])
local bytes = redis.call('INCRBY', KEYS[3], #line + #ARGV[1])
while redis.call('LLEN', KEYS[2]) > tonumber(ARGV[3]) or bytes > tonumber(ARGV[4]) do
  local oldest = redis.call('RPOP', KEYS[2])
  if not oldest then break end
  bytes = redis.call('DECRBY', KEYS[3], #oldest)
end
redis.call('PUBLISH', KEYS[4], line .. ARGV[2])
"""
_CLEAR = "local count = redis.call('LLEN', KEYS[1]); redis.call('DEL', KEYS[1], KEYS[2]); return count"


class RedisState:
    """The shared state of several mocks."""

    view: View

    def __init__(self, url: str, journal: Journal, lists: Script, *, sequence: Sequence[str], cycle: bool) -> None:
        self.journal = journal
        self._lists = lists  # used while Redis is away
        self._sequence, self._cycle = tuple(sequence), cycle
        self._link = Link(url, self._begin, self._away)
        self._waiting: deque[Exchange] = deque(maxlen=journal.entries)
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def _away(self, away: bool) -> None:
        # Listeners are told by Redis, of what any of the mocks has recorded; without it, of this one's own.
        self.journal.tells_listeners = away
        self._wake.set()

    def health(self) -> Mapping[str, Any]:
        """What /healthz says of it."""
        if not self._link.away:
            return {"state": "shared"}
        return {"state": f"degraded: Redis is away ({self._link.reason}), this mock goes on by itself"}

    async def start(self) -> None:
        """Connect, and go on trying in the background when that fails."""
        await self._link.connect()
        self._tasks = [asyncio.create_task(work) for work in (self._link.stay(), self._hand_in(), self._follow())]

    async def stop(self) -> None:
        """Hand in what is still here, and end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2):
                await self._push()
        await self._link.close()

    async def _begin(self) -> None:
        client = self._link.client
        await client.set(_key("fingerprints"), secrets.token_hex(16), nx=True)
        share_fingerprints(bytes.fromhex(str(await client.get(_key("fingerprints")))))
        marker = json.dumps([self._sequence, self._cycle])
        await client.eval(_BEGIN, 2, _key("sequence-of"), _key("sequence"), marker, *self._sequence)

    async def take(self, session: str | None) -> str | None:
        """The name of the next answer, used up for all mocks; from this mock's own lists while Redis is away."""
        own = _key("nobody's") if session is None else _key(f"session:{session}")
        keys = [own, _key("next"), _key("sequence")]
        name = await self._link.call(lambda redis: redis.eval(_TAKE, 3, *keys, "1" if self._cycle else "0"), "")
        if name == "":
            return self._lists.take(session)
        return name if isinstance(name, str) else None

    def record(self, exchange: Exchange) -> None:
        """Keep it here, for the time when Redis is away, and have it handed in."""
        self.journal.record(exchange)
        self._waiting.append(exchange)
        self._wake.set()

    async def _hand_in(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await self._push()

    async def _push(self) -> None:
        while self._waiting and not self._link.away:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _BATCH))]
            written = [line for exchange in batch if (line := self._written(exchange))]

            async def push(redis: Any, lines: Sequence[tuple[str, str]] = written) -> bool:
                async with redis.pipeline(transaction=True) as pipeline:
                    for line in lines:
                        keys = [_key(name) for name in ("total", "journal", "journal-bytes", "events")]
                        pipeline.eval(_RECORD, 4, *keys, *line, self.journal.entries, self.journal.total_bytes)
                    await pipeline.execute()
                return True

            if not await self._link.call(push, False):
                self._waiting.extendleft(reversed(batch))

    def _written(self, exchange: Exchange) -> tuple[str, str] | None:
        try:
            detail = {**self.view.detail(exchange), "started": exchange.started}
            return json.dumps(detail), json.dumps(self.view.summary(exchange))
        except Exception as error:  # one entry that cannot be written must not keep back all that follow
            log.error("an entry of the journal is lost: %s", type(error).__name__)
            return None

    async def _follow(self) -> None:
        """Tell this mock's listeners of what any of the mocks has recorded."""
        async for event in self._link.events(_key("events")):
            self.journal.tell(_numbered(event))

    async def entries(self) -> tuple[Sequence[Entry], int]:
        """The requests that all mocks keep; only this one's own while Redis is away."""
        found: dict[int, Entry] = {}  # by number, since the list may move between two parts
        total = await self._link.call(lambda redis: redis.get(_key("total")), None)
        for begin in range(0, self.journal.entries, _PART):
            lines = await self._link.call(partial(_part, begin), None)
            for line in lines or ():
                entry = Entry.of_mapping(_numbered(line))
                found.setdefault(entry.number, entry)
            if not lines or len(lines) < _PART:
                break
        if not self._link.away:
            return list(found.values()), int(total or 0)
        return [Entry.of_exchange(exchange, self.view) for exchange in self.journal.newest_first()], self.journal.total

    async def clear(self) -> int:
        """Forget the requests everywhere."""
        self._waiting.clear()
        count = self.journal.clear()
        keys = [_key("journal"), _key("journal-bytes")]
        return int(await self._link.call(lambda redis: redis.eval(_CLEAR, 2, *keys), count))

    async def put(self, names: Sequence[str], session: str | None) -> None:
        """Set the answers to come, for all mocks."""
        key = _key("next") if session is None else _key(f"session:{session}")

        async def write(redis: Any) -> bool:
            async with redis.pipeline(transaction=True) as pipeline:
                pipeline.delete(key)
                if names:
                    pipeline.rpush(key, *names)
                if session is not None:
                    pipeline.expire(key, _SESSION_SECONDS)
                await pipeline.execute()
            return True

        if not await self._link.call(write, False):
            self._lists.put(names, session)

    async def take_back(self) -> None:
        """Take back what was set."""
        self._lists.clear()

        async def delete(redis: Any) -> None:
            await redis.delete(_key("next"), *[key async for key in _sessions(redis)])

        await self._link.call(delete, None)

    async def pending(self) -> Mapping[str, Any]:
        """What is to come, for all mocks."""

        async def read(redis: Any) -> Mapping[str, Any] | None:
            return {
                "next": await redis.lrange(_key("next"), 0, -1),
                "sequence": await redis.lrange(_key("sequence"), 0, -1),
                "cycle": self._cycle,
                "sessions": {
                    key.removeprefix(_key("session:")): await redis.lrange(key, 0, -1) async for key in _sessions(redis)
                },
            }

        return await self._link.call(read, None) or self._lists.pending()


def _key(name: str) -> str:
    return f"luckymonaco:{name}"


async def _part(begin: int, redis: Any) -> Any:
    return await redis.lrange(_key("journal"), begin, begin + _PART - 1)


def _sessions(redis: Any) -> Any:
    return redis.scan_iter(match=_key("session:*"), count=1000)


def _numbered(line: str) -> dict[str, Any]:
    """`12 {…}`: an entry with the number that Redis gave it."""
    number, _, text = line.partition(" ")
    return {**json.loads(text), "number": int(number)}
