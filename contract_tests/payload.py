"""The bytes of a request's body, and what one has to know of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Payload:
    """What is sent, and the notification that it was made from: what that carries, no answer may repeat.

    `signed` are the fields that its hash was made over, where these are not its own; `shown` names those whose value
    is the test's own data, which an answer may repeat.
    """

    raw: bytes
    carried: Any = None
    signed: Mapping[str, Any] | None = None
    shown: frozenset[str] = frozenset()


def encode(body: Any, *, ascii_only: bool = False) -> bytes:
    """JSON text as UTF-8 bytes, or with every other character escaped; lone surrogates are always escaped."""
    text = json.dumps(body, ensure_ascii=ascii_only, separators=(",", ":"))
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode("ascii")
