"""What crosses the wire together, and when it is acknowledged: two kinds of servers would suffer otherwise.

A request's head leaves with the first of its body, in one segment. A listening queue that is full (five is the default
of many stacks) makes Linux answer with SYN cookies, and a connection that waits like that is reset when a second
segment comes before the first was taken, whatever the server does.

What comes is acknowledged at once. A server that writes head and body apart, as Python's and Java's own do, may not
send the body before the head is acknowledged (Nagle's algorithm, RFC 896), for which Linux takes 40 ms.
"""

import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import httpcore
from httpcore import SOCKET_OPTION, NetworkStream


class SegmentsBackend(httpcore.SyncBackend):
    """Connects as Httpcore does; holds the first write back until more comes or an answer is read."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """A connection that holds heads back and acknowledges at once."""
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
        self._acknowledge()
        return self._inner.read(max_bytes, timeout)

    def _acknowledge(self) -> None:
        """Do not wait with it; Linux forgets the wish, so each read says it anew."""
        connection = self._inner.get_extra_info("socket")
        if isinstance(connection, socket.socket) and hasattr(socket, "TCP_QUICKACK"):
            with suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def start_tls(self, *args: Any, **named: Any) -> NetworkStream:
        """The same over TLS."""
        return _Stream(self._inner.start_tls(*args, **named))

    def get_extra_info(self, info: str) -> Any:
        """What Httpcore asks about the socket."""
        return self._inner.get_extra_info(info)
