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
from collections.abc import Awaitable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mockserver.state import Entry
from spec import SettingError
from spec.redact import share_fingerprints

if TYPE_CHECKING:
    from mockserver.exchange import Exchange
    from mockserver.journal import Journal
    from mockserver.script import Script
    from mockserver.view import View

log = logging.getLogger("luckymonaco.mock")

_PATIENCE = 0.5  # seconds for one call, after which Redis counts as away
_RETRY = 1.0
_SESSION_SECONDS = 7 * 24 * 3600

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
local number = redis.call('INCR', KEYS[1])
redis.call('LPUSH', KEYS[2], number .. ' ' .. ARGV[1])
redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[2]) - 1)
redis.call('PUBLISH', KEYS[3], number .. ' ' .. ARGV[3])
return number
"""


class RedisState:
    """The shared state of several mocks."""

    view: View

    def __init__(self, url: str, journal: Journal, lists: Script, *, sequence: Sequence[str], cycle: bool) -> None:
        from redis import asyncio as redis

        try:
            self._redis = redis.from_url(
                url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, decode_responses=True
            )
            self._listening = redis.from_url(url, socket_connect_timeout=_PATIENCE, decode_responses=True)
        except ValueError as error:
            raise SettingError(
                "not a Redis URL", where="--state", expected="redis://host:port/0", got=str(error)
            ) from None
        self.journal = journal
        self._lists = lists  # used while Redis is away
        self._sequence, self._cycle = tuple(sequence), cycle
        self._waiting: deque[Exchange] = deque(maxlen=journal.entries)
        self._wake = asyncio.Event()
        self._away = True
        self._tasks: list[asyncio.Task[None]] = []
        journal.tells_listeners = False  # they are told by Redis, of what any of the mocks has recorded

    @staticmethod
    def _key(name: str) -> str:
        return f"luckymonaco:{name}"

    def health(self) -> Mapping[str, Any]:
        """What /healthz says of it."""
        return {"state": "degraded: Redis is away, this mock goes on by itself" if self._away else "shared"}

    async def start(self) -> None:
        """Connect, and go on trying in the background when that fails."""
        with contextlib.suppress(Exception):
            await self._connect()
        self._tasks = [asyncio.create_task(self._hand_in()), asyncio.create_task(self._follow())]

    async def stop(self) -> None:
        """Hand in what is still here, and end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(Exception):
            await self._push()
        for client in (self._redis, self._listening):
            with contextlib.suppress(Exception):
                await client.aclose()

    async def _connect(self) -> None:
        await self._redis.set(self._key("fingerprints"), secrets.token_hex(16), nx=True)
        share_fingerprints(bytes.fromhex(str(await self._redis.get(self._key("fingerprints")))))
        marker = json.dumps([self._sequence, self._cycle])
        keys = [self._key("sequence-of"), self._key("sequence")]
        await _awaited(self._redis.eval(_BEGIN, 2, *keys, marker, *self._sequence))
        if self._away:
            log.info("the state is shared through Redis")
        self._away = False

    def _lost(self, error: Exception) -> None:
        if not self._away:
            log.warning("Redis is away (%s): this mock goes on by itself", type(error).__name__)
        self._away = True

    async def take(self, session: str | None) -> str | None:
        """The name of the next answer, used up for all mocks; from this mock's own lists while Redis is away."""
        if not self._away:
            keys = [self._key(f"session:{session}"), self._key("next"), self._key("sequence")]
            try:
                async with asyncio.timeout(_PATIENCE):
                    name = await _awaited(self._redis.eval(_TAKE, 3, *keys, "1" if self._cycle else "0"))
            except Exception as error:
                self._lost(error)
            else:
                return name if isinstance(name, str) else None
        return self._lists.take(session)

    def record(self, exchange: Exchange) -> None:
        """Keep it here, for the time when Redis is away, and have it handed in."""
        self.journal.record(exchange)
        self._waiting.append(exchange)
        self._wake.set()

    async def _hand_in(self) -> None:
        while True:
            try:
                if self._away:
                    await self._connect()
                await self._wake.wait()
                self._wake.clear()
                await self._push()
            except Exception as error:
                self._lost(error)
                self._wake.set()
                await asyncio.sleep(_RETRY)

    async def _push(self) -> None:
        keys = [self._key("total"), self._key("journal"), self._key("events")]
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), 100))]
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for exchange in batch:
                        detail = json.dumps({**self.view.detail(exchange), "started": exchange.started})
                        summary = json.dumps(self.view.summary(exchange))
                        pipeline.eval(_RECORD, 3, *keys, detail, str(self.journal.entries), summary)
                    await pipeline.execute()
            except BaseException:
                self._waiting.extendleft(reversed(batch))
                raise

    async def _follow(self) -> None:
        """Tell this mock's listeners of what any of the mocks has recorded."""
        while True:
            try:
                async with self._listening.pubsub() as channel:
                    await channel.subscribe(self._key("events"))
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self.journal.tell(_numbered(message["data"]))
            except Exception:  # away; the other task says so
                await asyncio.sleep(_RETRY)

    async def entries(self) -> tuple[Sequence[Entry], int]:
        """The requests that all mocks keep; only this one's own while Redis is away."""
        if not self._away:
            try:
                lines = await _awaited(self._redis.lrange(self._key("journal"), 0, -1))
                total = await self._redis.get(self._key("total"))
            except Exception as error:
                self._lost(error)
            else:
                return [Entry.of_mapping(_numbered(line)) for line in lines], int(total or 0)
        return [Entry.of_exchange(exchange, self.view) for exchange in self.journal.newest_first()], self.journal.total

    async def clear(self) -> int:
        """Forget the requests everywhere."""
        self._waiting.clear()
        count = self.journal.clear()
        if not self._away:
            try:
                shared = await _awaited(self._redis.llen(self._key("journal")))
                await self._redis.delete(self._key("journal"))
            except Exception as error:
                self._lost(error)
            else:
                return int(shared)
        return count

    async def put(self, names: Sequence[str], session: str | None) -> None:
        """Set the answers to come, for all mocks."""
        if self._away:
            self._lists.put(names, session)
            return
        key = self._key("next" if session is None else f"session:{session}")
        try:
            async with self._redis.pipeline(transaction=True) as pipeline:
                pipeline.delete(key)
                if names:
                    pipeline.rpush(key, *names)
                if session is not None:
                    pipeline.expire(key, _SESSION_SECONDS)
                await pipeline.execute()
        except Exception as error:
            self._lost(error)
            self._lists.put(names, session)

    async def take_back(self) -> None:
        """Take back what was set."""
        self._lists.clear()
        if self._away:
            return
        try:
            keys = [self._key("next")]
            async for key in self._redis.scan_iter(match=self._key("session:*"), count=1000):
                keys.append(str(key))
            await self._redis.delete(*keys)
        except Exception as error:
            self._lost(error)

    async def pending(self) -> Mapping[str, Any]:
        """What is to come, for all mocks."""
        if not self._away:
            try:
                sessions: dict[str, list[str]] = {}
                async for key in self._redis.scan_iter(match=self._key("session:*"), count=1000):
                    name = str(key).removeprefix(self._key("session:"))
                    sessions[name] = await _awaited(self._redis.lrange(str(key), 0, -1))
                return {
                    "next": await _awaited(self._redis.lrange(self._key("next"), 0, -1)),
                    "sequence": await _awaited(self._redis.lrange(self._key("sequence"), 0, -1)),
                    "cycle": self._cycle,
                    "sessions": sessions,
                }
            except Exception as error:
                self._lost(error)
        return self._lists.pending()


def _numbered(line: str) -> dict[str, Any]:
    """`12 {…}`: an entry with the number that Redis gave it."""
    number, _, text = line.partition(" ")
    return {**json.loads(text), "number": int(number)}


async def _awaited(value: Awaitable[Any] | Any) -> Any:
    """redis-py types its asynchronous commands as either of the two."""
    return await value
