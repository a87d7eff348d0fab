"""A quick start of the mock's own process: what Connexion imports for features that the mock does not use stays out.

Its test client, its Flask application, its loading of documents from the network and its OAuth client take two thirds
of the time that it needs to be imported. Only for a process that is the mock's alone: in another, a test run's for
example, somebody else may use them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

STOOD_IN_FOR = (
    "httpx",
    "jinja2",
    "requests",
    "starlette.testclient",
    "werkzeug.serving",
    "werkzeug.test",
    "werkzeug.wrappers",
)
MISSED = ("flask",)  # Connexion knows what to do when it is not installed


class _StandIn(ModuleType):
    """A module in which every name is a class that can do nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


@contextmanager
def leaving_out() -> Iterator[None]:
    """Import without these modules; whoever imports them afterwards gets the real ones."""
    out: dict[str, ModuleType | None] = {name: _StandIn(name) for name in STOOD_IN_FOR} | dict.fromkeys(MISSED)
    absent = [name for name in out if name not in sys.modules]
    for name in absent:
        sys.modules[name] = out[name]  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
