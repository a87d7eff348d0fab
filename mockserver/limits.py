"""How long and how large what a caller sends may be, below ASGI; the settings of the command line end here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, and all of them together, may take."""

    head_bytes: int = 32 * 1024
    head_seconds: float = 10.0
    request_seconds: float = 30.0
    connections: int = 1000
