"""One HTTP exchange over a pool of connections: bytes out, and an answer or the reason why there is none.

Httpcore rather than a client above it: half the time a request, and the target of a request is taken as it is, through
a proxy too. What such a client would do for us stands here: proxies of the environment, certificates, encodings.
"""

import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from urllib.parse import unquote, urlsplit

import httpcore

from contract_tests.exchange import Answer, NoAnswer, Request, Trouble
from contract_tests.pace import MOST
from contract_tests.segments import SegmentsBackend
from contract_tests.settings import TargetSettings
from contract_tests.target import Target
from spec import SettingError

_LONGEST_BODY = 4 * 1024 * 1024  # bytes of an answer; the longest of the contract has a few hundred
_CONNECTIONS = 64
_PIECES = 3  # of a body that is to go out in pieces
_BETWEEN_PIECES = 0.03  # seconds: the other side reads what is there before more comes
_IDLE = 2.0  # seconds after which a kept connection is likely to be closed by the other side just when it is used
_HEADERS = (
    (b"Accept", b"*/*"),  # the page names none; some frameworks answer errors in HTML unless JSON is asked for
    (b"Accept-Encoding", b"gzip, deflate"),
    (b"User-Agent", b"luckymonaco-contract-suite"),
)

_Headers = list[tuple[bytes, bytes]]


class Transport:
    """Two pools of connections to one target: kept ones, and those that are closed after one answer. Thread-safe."""

    def __init__(self, target: Target, settings: TargetSettings, jobs: int = 0) -> None:
        parts = urlsplit(target.origin)
        host = parts.hostname or ""
        self._scheme, self._host, self._port = parts.scheme.encode(), _ascii(host), parts.port
        self._host_header = _ascii(parts.netloc)
        # Reading the system's certificates takes longer than a request; plain HTTP does without.
        certificates = _certificates(settings) if parts.scheme == "https" else None
        # A proxy of the environment is for the world outside; it has no business with this machine itself.
        proxy = None if target.is_loopback else _proxy(parts.scheme, host)
        self._pool = partial(_pool, certificates, proxy)
        self._kept = self._pool(jobs or MOST)
        self._closing = self._pool(0)

    def close(self) -> None:
        """Close every connection."""
        self._kept.close()
        self._closing.close()

    def let_go(self) -> None:
        """Close the connections that are kept, all of which must be idle."""
        self._kept.close()

    def pair(self, first: Request, then: Request, wait: float) -> tuple[Answer | NoAnswer, Answer | NoAnswer]:
        """Send two requests over one connection, as far as the target keeps it; what each brought."""
        with self._pool(1) as pool:
            before = self._exchange(pool, first, wait, close=False)
            return before, self._exchange(pool, then, wait, close=False)

    def exchange(self, request: Request, wait: float, *, close: bool) -> Answer | NoAnswer:
        """Send once and wait so many seconds at the most; over a kept connection, or over one that is closed after it.

        Never raises for what the target does.
        """
        return self._exchange(self._closing if close else self._kept, request, wait, close=close)

    def _exchange(
        self, pool: httpcore.ConnectionPool, request: Request, wait: float, *, close: bool
    ) -> Answer | NoAnswer:
        url = httpcore.URL(
            scheme=self._scheme,
            host=self._host,
            port=self._port,
            target=request.target.encode("ascii", "backslashreplace"),
        )
        message = httpcore.Request(
            request.method,
            url,
            headers=headers_of(request, self._host_header, b"close" if close else b"keep-alive"),
            content=_pieces(request.body) if request.in_pieces else request.body,
            extensions={"timeout": dict.fromkeys(("connect", "read", "write", "pool"), wait)},
        )
        start = time.perf_counter()
        try:
            response = pool.handle_request(message)
            try:
                body = b"".join(_bounded(_decoded(response), start + wait))
            finally:
                response.close()
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
            return NoAnswer(*_why(error), time.perf_counter() - start)
        except _UnreadableError as error:
            return NoAnswer("unreadable", str(error), time.perf_counter() - start)
        return Answer(
            status=response.status,
            reason=response.extensions.get("reason_phrase", b"").decode("latin-1"),
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers),
            body=body,
            elapsed=time.perf_counter() - start,
        )


def headers_of(request: Request, host: bytes, connection: bytes = b"") -> _Headers:
    """What every request carries, unless the request itself says otherwise; then its own, as they are."""
    own = [(name.encode("latin-1", "replace"), value.encode()) for name, value in request.headers]
    given = {name.lower() for name, _ in own} | {name.encode() for name in request.without}
    always: _Headers = [(b"Host", host), *_HEADERS]
    if connection:
        always.append((b"Connection", connection))
    if (request.body or request.method not in ("GET", "DELETE")) and b"transfer-encoding" not in given:
        always.append((b"Content-Length", b"%d" % len(request.body)))
    return [*((name, value) for name, value in always if name.lower() not in given), *own]


def _ascii(host: str) -> bytes:
    try:
        return host.encode("idna")
    except UnicodeError as error:
        raise SettingError("the URL has no valid host", where="URL", got=f"{host}: {error}") from None


class _UnreadableError(Exception):
    """The body of an answer cannot be decoded, or is too long to be one."""


def _pool(certificates: ssl.SSLContext | None, proxy: httpcore.Proxy | None, keep: int) -> httpcore.ConnectionPool:
    return httpcore.ConnectionPool(
        ssl_context=certificates,
        proxy=proxy,
        max_connections=_CONNECTIONS,
        max_keepalive_connections=keep,
        keepalive_expiry=_IDLE,
        network_backend=SegmentsBackend(),
    )


def _pieces(body: bytes) -> Iterator[bytes]:
    yield b""  # lets the head go
    size = -(-len(body) // _PIECES) or 1
    for start in range(0, len(body), size):
        time.sleep(_BETWEEN_PIECES)
        yield body[start : start + size]


def _bounded(chunks: Iterable[bytes], deadline: float) -> Iterator[bytes]:
    """The whole body, by the deadline of the whole answer: the pool's own time-out is one of silence only."""
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if time.perf_counter() > deadline:
            raise httpcore.ReadTimeout("the body does not end")
        if size > _LONGEST_BODY:
            raise _UnreadableError(f"more than {_LONGEST_BODY} bytes")
        yield chunk


def _decoded(response: httpcore.Response) -> Iterator[bytes]:
    """The body without the content encodings that were offered; others are left as they are, for the judge to see."""
    names = [value.decode("latin-1") for name, value in response.headers if name.lower() == b"content-encoding"]
    chunks: Iterable[bytes] = response.iter_stream()
    for name in reversed([part.strip().lower() for value in names for part in value.split(",")]):
        if name in ("gzip", "x-gzip", "deflate"):
            chunks = _inflated(chunks, wrapped=name != "deflate")
    yield from chunks


def _inflated(chunks: Iterable[bytes], wrapped: bool) -> Iterator[bytes]:
    """Gzip and zlib are told apart by their first bytes; some send deflate without either around it."""
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for position, chunk in enumerate(chunks):
        if position == 0 and not wrapped and chunk[:1] != b"\x78":
            decoder = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            yield decoder.decompress(chunk, _LONGEST_BODY + 1)
        except zlib.error as error:
            raise _UnreadableError(f"Content-Encoding: {error}") from None
    yield decoder.flush()


def _proxy(scheme: str, host: str) -> httpcore.Proxy | None:
    """The proxy that the environment names for this host, if there is one."""
    from urllib.request import getproxies, proxy_bypass  # takes a while; a target on this machine needs no proxy

    proxies = getproxies()
    url = proxies.get(scheme) or proxies.get("all")
    if not url or proxy_bypass(host):
        return None
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingError(
            "the proxy cannot be used", where=f"{scheme}_proxy", expected="http://host:port", got=parts.scheme
        )
    port = parts.port or (443 if parts.scheme == "https" else 80)
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    host_port = httpcore.URL(scheme=parts.scheme.encode(), host=_ascii(parts.hostname), port=port, target=b"/")
    return httpcore.Proxy(host_port, auth=auth)


def _certificates(settings: TargetSettings) -> ssl.SSLContext:
    """The certificates to trust: those of --ca-file, or the system's and, where it has none, the well-known ones."""
    if settings.insecure:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    try:
        if settings.ca_file is not None:
            return ssl.create_default_context(cafile=str(settings.ca_file))
        return httpcore.default_ssl_context()
    except (OSError, ssl.SSLError) as error:
        raise SettingError("the certificates cannot be read", where="--ca-file", got=str(error)) from None


def _why(error: Exception) -> tuple[Trouble, str]:
    """What kept an answer from coming, and in words."""
    match error:
        case httpcore.ConnectTimeout() | httpcore.PoolTimeout():
            return "unreachable", "no connection in time"
        case httpcore.TimeoutException():
            return "timeout", ""
        case httpcore.ReadError() | httpcore.WriteError():
            return "dropped", _reason(error)
        case httpcore.RemoteProtocolError():
            return _broken_off(str(error)), str(error)
        case _:
            return "unreachable", _reason(error)


def _broken_off(said: str) -> Trouble:
    """What Httpcore means by the words in which it complains of the other side."""
    if "complete message body" in said:
        return "cut-off"
    return "dropped" if "disconnected" in said or "closed" in said else "not-http"


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text.removeprefix("[").replace("Errno ", "error ").replace("] ", ": ", 1)
