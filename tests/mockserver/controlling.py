"""Calls of the control API, as tests make them."""

from typing import Any

import httpx

from tests.mockserver.serving import Served

TOKEN = "control-Token-1"


def control(mock: Served, method: str, path: str, token: str | None = TOKEN, **options: Any) -> httpx.Response:
    """Call the control API."""
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return httpx.request(method, f"{mock.url}/__mock/{path}", headers=headers, **options)


def requests(mock: Served, filters: str = "") -> list[dict[str, Any]]:
    """The journal with all details, as the control API shows it."""
    return control(mock, "GET", f"requests?full=1&{filters}").json()["requests"]  # type: ignore[no-any-return]
