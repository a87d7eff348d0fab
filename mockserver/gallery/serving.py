"""Starts and ends a gallery operator: in a thread for tests, in the foreground for the command line."""

import difflib
import errno
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socketserver import TCPServer, ThreadingMixIn
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.catalogue import entries
from mockserver.gallery.entry import Entry
from mockserver.gallery.wire import Handler
from spec import Contract, Partner, ServeError, SettingError


class Server(ThreadingMixIn, TCPServer):
    """One operator at one port, with a thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, operator: Operator, host: str, port: int) -> None:
        self.operator = operator
        self.request_queue_size = operator.queue
        self._open: set[Any] = set()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        try:
            self.address_family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
            super().__init__((host, port), type("Connection", (Handler,), {"operator": operator}))
        except (OSError, OverflowError) as error:
            reason = "port in use" if getattr(error, "errno", None) == errno.EADDRINUSE else str(error)
            raise ServeError("the operator cannot start", where=f"{host}:{port}", got=reason) from None

    @property
    def url(self) -> str:
        """The base URL, path prefix included."""
        host, port = self.server_address[:2]
        name = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"http://{name}:{port}{self.operator.prefix}"

    def start(self) -> "Server":
        """Serve in a thread of its own."""
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End it at once: hanging requests wake up, open connections are closed."""
        self.operator.closing.set()
        if self._thread:
            self.shutdown()
            self._thread.join(5)
        self.server_close()
        with self._guard:
            for connection in list(self._open):
                _cut(connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `stop` can close it."""
        with self._guard:
            self._open.add(request)
        if self.operator.one_thread:
            TCPServer.process_request(self, request, client_address)
        else:
            super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that goes away is no error; everything else is shown, since a variant must not fail by accident."""
        if not isinstance(sys.exc_info()[1], OSError | ValueError):
            super().handle_error(request, client_address)


def _cut(connection: Any) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def find(contract: Contract, name: str) -> Entry:
    """An entry by name; SettingError lists the names that come near."""
    known = entries(contract)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=5, cutoff=0.5) or [item for item in known if name in item][:5]
        expected = ", ".join(near) or f"one of {len(known)} names, such as {next(iter(known))}"
        raise SettingError("no such operator in the gallery", expected=expected, got=name)
    return known[name]


def serve(
    contract: Contract,
    partner: Partner,
    name: str,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    path_prefix: str | None = None,
) -> Server:
    """The operator of an entry, bound to a port but not yet serving; port 0 takes a free one."""
    entry = find(contract, name)
    prefix = entry.path_prefix if path_prefix is None else path_prefix
    return Server(entry.make(contract, partner, prefix), host, port)


@contextmanager
def running(contract: Contract, partner: Partner, name: str, *, path_prefix: str | None = None) -> Iterator[str]:
    """The base URL of an operator that serves on a free port for as long as the context lasts."""
    server = serve(contract, partner, name, path_prefix=path_prefix).start()
    try:
        yield server.url
    finally:
        server.stop()


def run(
    contract: Contract,
    partner: Partner,
    name: str,
    *,
    host: str = "127.0.0.1",
    port: int = 8080,
    path_prefix: str | None = None,
    echo: Callable[[str], None] = print,
) -> int:
    """Serve an operator in the foreground until Ctrl-C; for the command line, which makes exit code 0 of it."""
    entry = find(contract, name)
    server = serve(contract, partner, name, host=host, port=port, path_prefix=path_prefix)
    try:
        for line in introduction(contract, entry, server.url, has_secret=bool(partner.secret)):
            echo(line)
        server.serve_forever(0.2)
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
    return 0


def listing(contract: Contract) -> Iterator[str]:
    """One line for each entry: its name, the rule that it breaks, and what it does."""
    known = entries(contract)
    width = max(map(len, known))
    for entry in known.values():
        yield f"{entry.name:{width}}  {entry.rule or entry.kind:10}  {entry.summary}"


def introduction(contract: Contract, entry: Entry, url: str, *, has_secret: bool = False) -> Iterator[str]:
    """What is said at the start: what is wrong with this operator, and how to see it convicted."""
    yield f"{entry.name} ({entry.kind}) at {url}"
    yield f"  {entry.summary}"
    if entry.rule:
        yield f"  breaks {entry.rule} {contract.rules[entry.rule].level}: {contract.rules[entry.rule].text}"
    if entry.needs_secret and not has_secret:
        yield "  shows only where both sides have a secret: start both with LUCKYMONACO_SECRET set"
    limit = f" --max-response-time {entry.max_response_time:g}" if entry.max_response_time else ""
    yield f"  try    luckymonaco verify {url}{limit}"
