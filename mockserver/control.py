"""The control API under /__mock/: what arrived, what is to be answered next. Described by control.yaml.

It is guarded by a token, which is compared in constant time and never logged; there is no CORS, so no
other site's page can use it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from mockserver import script
from mockserver.pages import Call, Handler, Page, Routes, as_json, problem
from spec import fingerprint
from spec.strict_json import MalformedJsonError, loads

if TYPE_CHECKING:
    from mockserver.answers import Answers
    from mockserver.pipeline import Receive, Send
    from mockserver.state import Entry, State

BASE = "/__mock"
_HERE = Path(__file__).parent
_MOST_ANSWERS = 1000
_KEEP_ALIVE_SECONDS = 10.0


class _BadRequestError(Exception):
    """The control API was asked for something that it cannot make sense of."""


class Control:
    """The handlers of the control API."""

    def __init__(self, token: str, state: State, answers: Sequence[Answers]) -> None:
        self._token = token.encode()
        self._state = state
        self._answers = answers

    def routes(self) -> Routes:
        """The paths with their methods."""
        description = yaml.safe_load((_HERE / "control.yaml").read_text(encoding="utf-8"))
        guard = self._guarded
        return {
            f"{BASE}/": {"GET": _file("inspector.html", "text/html; charset=utf-8")},
            BASE: {"GET": lambda _: Page(status=308, headers=((b"location", b"/__mock/"),))},
            f"{BASE}/inspector.js": {"GET": _file("inspector.js", "text/javascript; charset=utf-8")},
            f"{BASE}/detail.js": {"GET": _file("detail.js", "text/javascript; charset=utf-8")},
            f"{BASE}/openapi.yaml": {"GET": _file("control.yaml", "application/yaml")},
            f"{BASE}/openapi.json": {"GET": lambda _: as_json(description)},
            f"{BASE}/requests": {"GET": guard(self._list), "DELETE": guard(self._clear)},
            f"{BASE}/requests/count": {"GET": guard(self._count)},
            f"{BASE}/answers": {"GET": guard(self._known)},
            f"{BASE}/next": {"GET": guard(self._pending), "PUT": guard(self._put), "DELETE": guard(self._take_back)},
            f"{BASE}/events": {"GET": guard(self._events)},
        }

    def prefixes(self) -> dict[str, Handler]:
        """The one path with a parameter."""
        return {f"{BASE}/requests/": self._guarded(self._one)}

    def _guarded(self, handler: Callable[[Call], Awaitable[Page]]) -> Handler:
        async def guarded(call: Call) -> Page:
            given = call.exchange.header(b"authorization")
            scheme, _, token = (given[0] if len(given) == 1 else b"").partition(b" ")
            if scheme.lower() != b"bearer" or not hmac.compare_digest(token.strip(), self._token):
                return problem(401, "the control token is missing or wrong", ((b"www-authenticate", b"Bearer"),))
            try:
                return await handler(call)
            except _BadRequestError as error:
                return problem(400, str(error))

        return guarded

    async def _list(self, call: Call) -> Page:
        limit = _number(dict(call.query).get("limit", "100"), "limit")
        full = dict(call.query).get("full", "") in ("1", "true")
        found, kept, total = await self._matching(call)
        return as_json(
            {
                "requests": [_shown(entry.detail()) if full else entry.summary for entry in found[:limit]],
                "count": len(found),
                "kept": kept,
                "total": total,
            }
        )

    async def _one(self, call: Call) -> Page:
        if call.exchange.method not in ("GET", "HEAD"):
            return problem(405, "this path takes GET only", ((b"allow", b"GET"),))
        number = _number(call.exchange.path.rpartition("/")[2], "number")
        for entry in (await self._state.entries())[0]:
            if entry.number == number:
                return as_json(_shown(entry.detail()))
        return problem(404, "no such request is kept")

    async def _count(self, call: Call) -> Page:
        return as_json({"count": len((await self._matching(call))[0])})

    async def _clear(self, _: Call) -> Page:
        return as_json({"deleted": await self._state.clear()})

    async def _matching(self, call: Call) -> tuple[list[Entry], int, int]:
        """The entries that every filter of the query lets through, newest first; how many are kept, and were ever."""
        tests = [_filter(name, value) for name, value in call.query if name not in ("limit", "full")]
        entries, total = await self._state.entries()
        return [entry for entry in entries if all(test(entry) for test in tests)], len(entries), total

    async def _known(self, _: Call) -> Page:
        found: dict[str, dict[str, Any]] = {}
        for answers in self._answers:
            for answer in answers.by_name.values():
                entry = {
                    "name": answer.name,
                    "status": answer.status,
                    "code": answer.code,
                    "body": json.loads(answer.body),
                }
                found.setdefault(answer.name, entry)
        acts = script.names(self._answers[0])[len(self._answers[0].names) :]
        return as_json({"answers": list(found.values()), "behaviours": list(acts)})

    async def _pending(self, _: Call) -> Page:
        return as_json(await self._state.pending())

    async def _put(self, call: Call) -> Page:
        try:
            body = loads(call.exchange.body)
        except MalformedJsonError as error:
            raise _BadRequestError(f"the body is not JSON: {error}") from None
        names = body.get("answers") if isinstance(body, dict) else None
        session = body.get("session") if isinstance(body, dict) else None
        if (
            not isinstance(names, list)
            or not all(isinstance(name, str) for name in names)
            or len(names) > _MOST_ANSWERS
        ):
            raise _BadRequestError("expected an object with answers, a list of names, and at will session, a string")
        if session is not None and not isinstance(session, str):
            raise _BadRequestError("session is a string")
        for name in names:
            if not any(script.find(name, answers) for answers in self._answers):
                raise _BadRequestError(f"no such answer; there are {', '.join(script.names(self._answers[0]))}")
        await self._state.put(names, session)
        return as_json(await self._state.pending())

    async def _take_back(self, _: Call) -> Page:
        await self._state.take_back()
        return as_json(await self._state.pending())

    async def _events(self, _: Call) -> Page:
        return Page(media_type="text/event-stream", stream=self._stream)

    async def _stream(self, receive: Receive, send: Send) -> None:
        """Each new exchange as a server-sent event, until the reader is gone."""
        gone = asyncio.ensure_future(receive())
        with self._state.journal.listen() as listener:
            await send({"type": "http.response.body", "body": b": listening\n\n", "more_body": True})
            try:
                while not gone.done() and not self._state.journal.closed:
                    data = b": still here\n\n"
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(_KEEP_ALIVE_SECONDS):
                            data = await self._next(listener.queue, gone)
                    await send({"type": "http.response.body", "body": data, "more_body": True})
            finally:
                gone.cancel()
        await send({"type": "http.response.body", "body": b""})

    async def _next(self, queue: asyncio.Queue[Any], gone: asyncio.Future[Any]) -> bytes:
        waiting = asyncio.ensure_future(queue.get())
        try:
            await asyncio.wait({waiting, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not waiting.done():
                waiting.cancel()
        if not waiting.done() or waiting.cancelled():
            return b""
        events = [waiting.result()]
        while not queue.empty():
            events.append(queue.get_nowait())
        shown = [event if isinstance(event, dict) else self._state.view.summary(event) for event in events]
        return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in shown if event)


def _filter(name: str, value: str) -> Callable[[Entry], bool]:
    if name in ("outcome", "code", "answer"):
        return lambda entry: entry.summary[name] == value
    if name == "after":
        number = _number(value, name)
        return lambda entry: entry.number > number
    if name == "since":
        moment = _moment(value)
        return lambda entry: entry.started >= moment
    if name.startswith("field."):
        field = name.removeprefix("field.")
        return lambda entry: entry.fields().get(field) in (value, fingerprint(value))
    raise _BadRequestError("unknown filter; there are outcome, code, answer, after, since, field.NAME and limit")


def _shown(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in detail.items() if name != "started"}


def _file(name: str, media_type: str) -> Handler:
    content = (_HERE / name).read_bytes()
    return lambda _: Page(content, media_type)


def _number(text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise _BadRequestError(f"{name} is a whole number")
    return int(text)


def _moment(text: str) -> float:
    """ISO 8601, or seconds: since the epoch, or with a minus before now."""
    try:
        if text.startswith("-"):
            return time.time() + float(text)
        return float(text) if text.replace(".", "", 1).isdigit() else datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise _BadRequestError("since is an ISO 8601 time, or seconds such as -60") from None
