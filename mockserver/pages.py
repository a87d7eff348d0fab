"""What the mock serves besides the contract: who it is, its documents, its health. Never on a contract's path."""

from __future__ import annotations

import html
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from mockserver.exchange import KEY, Exchange
from mockserver.rounds import in_a_task

if TYPE_CHECKING:
    from mockserver.pipeline import App, Receive, Scope, Send

Headers = tuple[tuple[bytes, bytes], ...]
# Nothing is loaded from elsewhere, nothing inline runs, nobody frames it: what callers sent can only ever be text.
CONTENT_SECURITY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
COMMON: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", CONTENT_SECURITY),
)


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of the mock's own."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Headers = ()
    stream: Callable[[Receive, Send], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler is given."""

    exchange: Exchange
    parameters: Mapping[str, str] = field(default_factory=dict)  # from the path

    @property
    def query(self) -> list[tuple[str, str]]:
        """The query string's pairs."""
        return parse_qsl(self.exchange.query.decode("latin-1"), keep_blank_values=True)


Handler = Callable[[Call], Page | Awaitable[Page]]
Routes = Mapping[str, Mapping[str, Handler]]  # path -> method -> handler


def as_json(value: Any, status: int = 200, headers: Headers = ()) -> Page:
    """A page of JSON."""
    return Page(json.dumps(value, ensure_ascii=False).encode(), "application/json", status, headers)


def problem(status: int, detail: str, headers: Headers = ()) -> Page:
    """A refusal of the mock's own, which is no refusal of the contract's."""
    return as_json({"detail": detail}, status, headers)


class Pages:
    """Finds the handler for a path that is none of the document's."""

    def __init__(self, routes: Routes, prefixes: Mapping[str, Handler] | None = None) -> None:
        self._routes = routes
        self._prefixes = prefixes or {}

    def find(self, path: str) -> App | None:
        """The application for a path; None if it is nobody's."""
        methods = self._routes.get(path)
        if methods is not None:
            return lambda scope, receive, send: _serve(methods, scope, receive, send)
        for prefix, handler in self._prefixes.items():
            if path.startswith(prefix):
                every = dict.fromkeys(("GET", "PUT", "POST", "DELETE"), handler)
                return lambda scope, receive, send: _serve(every, scope, receive, send)
        return None


async def _serve(methods: Mapping[str, Handler], scope: Scope, receive: Receive, send: Send) -> None:
    await in_a_task()
    exchange: Exchange = scope[KEY]
    method = "GET" if exchange.method == "HEAD" else exchange.method
    handler = methods.get(method)
    if exchange.unread:
        page = problem(413, "the body is too large", ((b"connection", b"close"),))
    elif handler is None:
        page = problem(405, f"this path takes {', '.join(methods)} only", ((b"allow", ", ".join(methods).encode()),))
    else:
        found = handler(Call(exchange))
        page = found if isinstance(found, Page) else await found
    own = {name for name, _ in page.headers}
    common = [header for header in COMMON if header[0] not in own]
    headers: list[tuple[bytes, bytes]] = [(b"content-type", page.media_type.encode()), *common, *page.headers]
    exchange.sent = True
    if page.stream is not None:
        await send({"type": "http.response.start", "status": page.status, "headers": headers})
        await page.stream(receive, send)
        return
    headers.append((b"content-length", str(len(page.body)).encode()))
    await send({"type": "http.response.start", "status": page.status, "headers": headers})
    await send({"type": "http.response.body", "body": page.body})


def stylesheet(_: Call) -> Page:
    """The one stylesheet of all pages."""
    return Page((Path(__file__).parent / "inspector.css").read_bytes(), "text/css; charset=utf-8")


def document(title: str, body: str) -> Page:
    """An HTML page around a body that is already escaped."""
    text = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{html.escape(title)}</title>'
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="/__mock/inspector.css"></head>'
        f"<body>{body}</body></html>"
    )
    return Page(text.encode())
