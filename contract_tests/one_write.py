"""A request's head leaves together with the first of its body: one segment, which every kernel can hand over late.

A listening queue that is full (five is the default of many stacks) makes Linux answer with SYN cookies. A connection
that waits like that is reset when a second segment comes before the first was taken, whatever the server does.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION, NetworkStream


class OneWriteBackend(httpcore.SyncBackend):
    """Connects as Httpcore does, and holds the first write back until more comes or an answer is read."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """A connection that holds the head back."""
        return _Stream(super().connect_tcp(host, port, timeout, local_address, socket_options))


class _Stream(NetworkStream):
    """One connection."""

    def __init__(self, inner: NetworkStream) -> None:
        self._inner = inner
        self._head = b""
        self._begun = False

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Hold the head; send it with what follows."""
        if self._begun:
            self._inner.write(self._head + buffer, timeout)
            self._head = b""
        else:
            self._head, self._begun = buffer, True

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Send a head that nothing followed, then read."""
        head, self._head, self._begun = self._head, b"", False
        if head:
            with suppress(httpcore.WriteError):  # as Httpcore has it: whoever closed may have answered before
                self._inner.write(head, timeout)
        return self._inner.read(max_bytes, timeout)

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def start_tls(self, *args: Any, **named: Any) -> NetworkStream:
        """The same over TLS."""
        return _Stream(self._inner.start_tls(*args, **named))

    def get_extra_info(self, info: str) -> Any:
        """What Httpcore asks about the socket."""
        return self._inner.get_extra_info(info)
