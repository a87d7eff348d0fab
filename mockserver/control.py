"""The control API under /__mock/: what arrived, what is to be answered next. Described by control.yaml.

It is guarded by a token, which is compared in constant time and never logged; there is no CORS, so no
other site's page can use it.
"""

from __future__ import annotations

import hmac
import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from mockserver import filters, script
from mockserver.events import Following
from mockserver.filters import BadRequestError
from mockserver.pages import Call, Handler, Page, Routes, as_json, problem
from spec.strict_json import MalformedJsonError, loads

if TYPE_CHECKING:
    from mockserver.answers import Answers
    from mockserver.state import Entry, State

log = logging.getLogger("luckymonaco.mock")

BASE = "/__mock"
_HERE = Path(__file__).parent
_MOST_ANSWERS = 1000
_SILENT_SECONDS = 10.0


class Control:
    """The handlers of the control API."""

    def __init__(self, token: str, state: State, answers: Sequence[Answers]) -> None:
        self._token = token.encode()
        self._state = state
        self._answers = answers
        self._wrong, self._said_until = 0, 0.0

    def routes(self) -> Routes:
        """The paths with their methods."""
        guard = self._guarded
        return {
            f"{BASE}/": {"GET": _file("inspector.html", "text/html; charset=utf-8")},
            BASE: {"GET": lambda _: Page(status=308, headers=((b"location", b"/__mock/"),))},
            f"{BASE}/inspector.js": {"GET": _file("inspector.js", "text/javascript; charset=utf-8")},
            f"{BASE}/detail.js": {"GET": _file("detail.js", "text/javascript; charset=utf-8")},
            f"{BASE}/openapi.yaml": {"GET": _file("control.yaml", "application/yaml")},
            f"{BASE}/openapi.json": {"GET": lambda _: as_json(_description())},
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
                self._refused(call)
                return problem(401, "the control token is missing or wrong", ((b"www-authenticate", b"Bearer"),))
            try:
                return await handler(call)
            except BadRequestError as error:
                return problem(400, str(error))

        return guarded

    def _refused(self, call: Call) -> None:
        """Say in the log that somebody has no token or a wrong one, now and then: guessing must not fill it."""
        self._wrong += 1
        if time.monotonic() >= self._said_until:
            client = call.exchange.client[0] if call.exchange.client else "an unknown address"
            log.warning("the control token was missing or wrong (%d times), last from %s", self._wrong, client)
            self._wrong, self._said_until = 0, time.monotonic() + _SILENT_SECONDS

    async def _list(self, call: Call) -> Page:
        limit = filters.number(dict(call.query).get("limit", "100"), "limit")
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
        number = filters.number(call.exchange.path.rpartition("/")[2], "number")
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
        tests = [filters.test(name, value) for name, value in call.query if name not in ("limit", "full")]
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
            raise BadRequestError(f"the body is not JSON: {error}") from None
        names = body.get("answers") if isinstance(body, dict) else None
        session = body.get("session") if isinstance(body, dict) else None
        if (
            not isinstance(names, list)
            or not all(isinstance(name, str) for name in names)
            or len(names) > _MOST_ANSWERS
        ):
            raise BadRequestError("expected an object with answers, a list of names, and optionally session, a string")
        if session is not None and not isinstance(session, str):
            raise BadRequestError("session is a string")
        for name in names:
            if not any(script.find(name, answers) for answers in self._answers):
                raise BadRequestError(f"no such answer; there are {', '.join(script.names(self._answers[0]))}")
        await self._state.put(names, session)
        return as_json(await self._state.pending())

    async def _take_back(self, _: Call) -> Page:
        await self._state.take_back()
        return as_json(await self._state.pending())

    async def _events(self, _: Call) -> Page:
        return Page(media_type="text/event-stream", stream=Following(self._state).stream)


@cache
def _description() -> Any:
    return yaml.safe_load((_HERE / "control.yaml").read_text(encoding="utf-8"))  # a tenth of a second: not at start


def _shown(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in detail.items() if name != "started"}


def _file(name: str, media_type: str) -> Handler:
    content = (_HERE / name).read_bytes()
    return lambda _: Page(content, media_type)
