"""The connection to Redis or Valkey: whether it is there, how long it is waited for, and how it is found again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from spec import SettingError

log = logging.getLogger("luckymonaco.mock")

_PATIENCE = 0.5  # seconds for one call, after which Redis counts as away
_RETRY = 1.0
_SILENCE = 10.0  # seconds without an event, after which the subscription is asked whether it still holds

_T = TypeVar("_T")


class Link:
    """Redis, as long as it answers; `changed` is told whenever that begins or ends."""

    def __init__(self, url: str, on_connect: Callable[[], Awaitable[None]], changed: Callable[[bool], None]) -> None:
        self.client, self._listening = _clients(url)
        self.away = True
        self.reason = "not connected yet"
        self._on_connect = on_connect
        self._changed = changed
        self._lost = asyncio.Event()
        self._lost.set()

    async def call(self, act: Callable[[Any], Awaitable[_T]], otherwise: _T) -> _T:
        """What an act with the client gives; something else while Redis is away, or when it fails or takes too long."""
        if not self.away:
            try:
                async with asyncio.timeout(_PATIENCE):
                    return await act(self.client)
            except Exception as error:
                self.lost(error)
        return otherwise

    def lost(self, error: Exception) -> None:
        """Go on alone, and try again in the background."""
        self.reason = type(error).__name__
        if not self.away:
            log.warning("Redis is away (%s): this mock goes on by itself", self.reason)
            self.away = True
            self._changed(True)
        self._lost.set()

    async def connect(self) -> bool:
        """Try once; whether it worked."""
        try:
            async with asyncio.timeout(2 * _PATIENCE):
                await self.client.connection_pool.disconnect()  # those of before are dead, and would fail one by one
                await self._on_connect()
        except Exception as error:
            self.lost(error)
            return False
        log.info("the state is shared through Redis")
        self.away = False
        self._lost.clear()
        self._changed(False)
        return True

    async def stay(self) -> None:
        """Connect again whenever it is lost, until cancelled."""
        while True:
            await self._lost.wait()
            await asyncio.sleep(_RETRY)
            await self.connect()

    async def events(self, channel: str) -> AsyncIterator[str]:
        """What is published on a channel, until cancelled; what is published while Redis is away is missed."""
        while True:
            try:
                async with self._listening.pubsub() as subscription:
                    await subscription.subscribe(channel)
                    async for message in _messages(subscription):
                        yield message
            except Exception:  # away, which the caller of `call` reports
                await asyncio.sleep(_RETRY)

    async def close(self) -> None:
        """End both connections."""
        for client in (self.client, self._listening):
            with contextlib.suppress(Exception):
                await client.aclose()


async def _messages(subscription: Any) -> AsyncIterator[str]:
    asked = False
    while True:
        message = await subscription.get_message(timeout=_SILENCE)
        if message is None:
            if asked:
                raise ConnectionError("the subscription does not answer")
            await subscription.ping()
        elif message["type"] == "message":
            yield message["data"]
        asked = message is None


def _clients(url: str) -> tuple[Any, Any]:
    """One for calls, one for events; SettingError for another URL, which is not repeated: it may hold a password."""
    from redis import asyncio as redis
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff

    options: dict[str, Any] = {
        "decode_responses": True,
        "socket_connect_timeout": _PATIENCE,
        "retry": Retry(NoBackoff(), 0),  # a call that came too late may have been done: taking twice would be wrong
    }
    try:
        if not re.fullmatch(r"(/[0-9]*)?", urlsplit(url).path) and not url.startswith("unix:"):
            raise ValueError
        clients = redis.from_url(url, socket_timeout=_PATIENCE, **options), redis.from_url(url, **options)
        make: Any = clients[0].connection_pool.make_connection
        make()  # raises for an unknown option in the query
    except (ValueError, TypeError):
        raise SettingError("not a Redis URL", where="--state", expected="redis://host:port/0 or rediss://…") from None
    return clients
