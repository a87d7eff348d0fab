"""The mock as a process: binds its port, says what it is, serves until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import gc
import signal
import socket
import threading
from typing import TYPE_CHECKING

from mockserver import banner, lean, own_log, workers
from mockserver.app import create
from mockserver.board import Board, Place
from spec import ServeError, SettingError

if TYPE_CHECKING:
    from types import FrameType

    from mockserver.settings import MockSettings


def run(settings: MockSettings) -> int:
    """Serve until Ctrl-C or SIGTERM; 0 afterwards. Raises LuckyMonacoError when it cannot start."""
    if threading.current_thread() is threading.main_thread():
        # As process 1 of a container it would not even notice a stop that comes before the server handles signals.
        signal.signal(signal.SIGTERM, _stop_early)
    gc.disable()  # until there are requests (see `Server.startup`): what is made before them is hardly ever garbage
    try:
        return _run(settings)
    finally:
        gc.enable()


def _run(settings: MockSettings) -> int:
    contract = settings.contract()
    own_log.configure(settings.log_format)
    if settings.workers > 1 and not settings.state:
        reason = "each process would have a journal and answers of its own"
        raise SettingError(f"several workers need shared state, since {reason}", where="--workers", expected="--state")
    with lean.leaving_out():
        from mockserver import connexion_inside  # noqa: F401
    from mockserver.server import make_server

    with _listen(settings) as listening:
        # Before any worker is started: what cannot be used is said once, and all have the same token.
        mock = create(contract, settings)
        url = f"{'https' if _check_tls(settings) else 'http'}://{_host_in_url(settings.host)}:{listening.getsockname()[1]}"
        speaks = True
        if settings.workers > 1:
            board = Board(settings.workers)
            if workers.fork(settings.workers, listening) is workers.PARENT:
                return 0
            place = Place(board, workers.place())
            speaks = place.number == 0 and place.read() is None  # the first one, in its first life, speaks for all
            mock.memory.metrics.join(place)

        def announce() -> None:
            if not speaks:
                return
            print(banner.text(contract, settings, url, mock.control_token), flush=True)

        server = make_server(mock, settings, announce)
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])
    return 0


def _stop_early(_: int, __: FrameType | None) -> None:
    raise SystemExit(0)


def _check_tls(settings: MockSettings) -> bool:
    """Whether the mock speaks TLS; ServeError for a certificate or key that cannot be used."""
    if settings.tls_cert is None and settings.tls_key is None:
        return False
    if settings.tls_cert is None:
        raise SettingError("a key without a certificate", where="--tls-key", expected="--tls-cert")
    import ssl

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert, settings.tls_key, password="")
    except (OSError, ValueError) as error:
        files = f"{settings.tls_cert}, {settings.tls_key or 'key within'}"
        raise ServeError("the certificate or its key cannot be used", where=files, got=str(error)) from None
    return True


def _listen(settings: MockSettings) -> socket.socket:
    if not 0 <= settings.port <= 65535:
        raise SettingError("not a port", where="--port", expected="0 to 65535", got=str(settings.port))
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, number)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
        except BaseException:
            listening.close()
            raise
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            reason = "the port is in use; choose another with --port"
        raise ServeError("the mock cannot listen", where=f"{settings.host}:{settings.port}", got=reason) from None
    return listening


def _host_in_url(host: str) -> str:
    if host in ("0.0.0.0", "::", ""):  # noqa: S104  (what to paste, not what to bind)
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
