"""Sends one request over HTTP and says what came back; what a client library adds or refuses is kept out of the way."""

import ssl
import threading
import time
from types import TracebackType

import httpx

from contract_tests.exchange import Answer, Exchange, NoAnswer, Request, Sent
from contract_tests.settings import VerifySettings
from contract_tests.target import Target
from spec import SettingError, TargetError

_AGENT = "luckymonaco-contract-suite"
_BACK_OFF = 3  # times that a 429 with Retry-After is waited for and sent again
_LONGEST_WAIT = 5.0  # seconds
_PATIENCE = 2  # answers that may fail to come in time before the suite waits less
_IMPATIENT = 2.5  # seconds
_LONGEST_BODY = 4 * 1024 * 1024  # bytes of an answer; the longest of the contract has a few hundred


class Probe:
    """A bounded pool of kept-alive connections to one target. Safe to use from several threads."""

    def __init__(self, target: Target, settings: VerifySettings) -> None:
        self._target = target
        self._timeout = settings.timeout
        self._interval = 1 / settings.rate if settings.rate else 0.0
        self._next = 0.0
        self._lock = threading.Lock()
        # Reading the system's certificates takes longer than a request; plain HTTP does without.
        self._verify = _certificates(settings) if target.origin.startswith("https") else False
        self._client = self._new_client(keep=max(settings.jobs, 1))
        self._closing = self._new_client(keep=0)
        self.sent = 0
        self._hangs = 0
        self.log: list[Sent] = []

    def __enter__(self) -> "Probe":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self._closing.close()

    def send(self, request: Request, *, fresh_connection: bool = False, patient: bool = False) -> Exchange:
        """Send a request and wait for the answer, at most the time-out. Never raises for what the target does.

        A kept connection may have been closed by the other side just now; that is no fault, so it is tried once more
        over a new one. Where the target has let the time-out pass twice, only a `patient` sending waits as long again.
        """
        at = time.time()
        wait = self._timeout if patient or self._hangs < _PATIENCE else min(self._timeout, _IMPATIENT)
        answer = None if fresh_connection else self._send(request, wait)
        if answer is None or (isinstance(answer, NoAnswer) and answer.trouble == "dropped"):
            answer = self._send(request, wait, close=True)
        self._hangs += isinstance(answer, NoAnswer) and answer.trouble == "timeout"
        exchange = Exchange(request, answer)
        self.log.append(Sent(at, exchange))
        return exchange

    def reach(self, request: Request) -> Exchange:
        """The first request: TargetError where the target cannot be reached at all, or does not speak HTTP."""
        exchange = self.send(request)
        answer = exchange.answer
        if isinstance(answer, NoAnswer) and answer.trouble in ("unreachable", "not-http"):
            what = "cannot be reached" if answer.trouble == "unreachable" else "does not speak HTTP"
            trusted = "a trusted certificate, or --ca-file FILE" if "CERTIFICATE" in answer.detail else ""
            raise TargetError(f"the implementation {what}", where=self._target.url, expected=trusted, got=answer.detail)
        return exchange

    def _new_client(self, keep: int) -> httpx.Client:
        # A kept connection that was idle for long is likely to be closed by the other side just when it is used.
        # A proxy of the environment is for the world outside; it has no business with this machine itself.
        return httpx.Client(
            verify=self._verify,
            timeout=self._timeout,
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=keep, keepalive_expiry=2),
            trust_env=not self._target.is_loopback,
            follow_redirects=False,
            headers={"User-Agent": _AGENT, "Accept": "application/json"},
        )

    def _send(self, request: Request, wait: float, *, close: bool = False) -> Answer | NoAnswer:
        for _ in range(_BACK_OFF):
            answer = self.once(request, wait, close=close)
            pause = _retry_after(answer)
            if pause is None:
                return answer
            time.sleep(pause)
        return self.once(request, wait, close=close)

    def once(self, request: Request, wait: float = 0.0, *, close: bool = False) -> Answer | NoAnswer:
        """Send once, over a kept connection or over one that is closed after it; `wait` in seconds, or the time-out."""
        client, wait = self._closing if close else self._client, wait or self._timeout
        self._throttle()
        headers = [(name.encode("latin-1", "replace"), value.encode()) for name, value in request.headers]
        if close:
            headers.append((b"Connection", b"close"))
        start = time.perf_counter()
        try:
            message = client.build_request(
                request.method,
                self._target.origin + "/",
                headers=headers,
                content=request.body,
                timeout=wait,
                extensions={"target": request.target.encode("ascii", "backslashreplace")},
            )
            if request.method not in ("GET", "DELETE") and not request.body:
                message.headers["Content-Length"] = "0"
            response = client.send(message, stream=True)
            try:
                body = _read(response, start + wait)
            except httpx.DecodingError as error:
                return NoAnswer("not-http", f"Content-Encoding: {error}", time.perf_counter() - start)
            finally:
                response.close()
        except httpx.ConnectTimeout:
            return NoAnswer("unreachable", "no connection in time", time.perf_counter() - start)
        except httpx.TimeoutException:
            return NoAnswer("timeout", "", time.perf_counter() - start)
        except httpx.ConnectError as error:
            return NoAnswer("unreachable", _reason(error), time.perf_counter() - start)
        except (httpx.ReadError, httpx.WriteError, httpx.CloseError) as error:
            return NoAnswer("dropped", _reason(error), time.perf_counter() - start)
        except httpx.RemoteProtocolError as error:
            trouble = "dropped" if "disconnected" in str(error) or "closed" in str(error) else "not-http"
            return NoAnswer(trouble, str(error), time.perf_counter() - start)  # type: ignore[arg-type]
        except httpx.HTTPError as error:
            return NoAnswer("unreachable", _reason(error), time.perf_counter() - start)
        return Answer(
            status=response.status_code,
            reason=response.extensions.get("reason_phrase", b"").decode("latin-1"),
            headers=tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw),
            body=body,
            elapsed=time.perf_counter() - start,
        )

    def _throttle(self) -> None:
        with self._lock:
            self.sent += 1
            now = time.perf_counter()
            self._next = max(now, self._next) + self._interval
            wait = self._next - self._interval - now
        if wait > 0:
            time.sleep(wait)


def _read(response: httpx.Response, deadline: float) -> bytes:
    """The whole body, by the deadline of the whole answer: the client's own time-out is one of silence only."""
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_bytes():
        chunks.append(chunk)
        size += len(chunk)
        if time.perf_counter() > deadline:
            raise httpx.ReadTimeout("the body does not end")
        if size > _LONGEST_BODY:
            raise httpx.DecodingError(f"more than {_LONGEST_BODY} bytes")
    return b"".join(chunks)


def _retry_after(answer: Answer | NoAnswer) -> float | None:
    """Seconds to wait where the target asks for it (RFC 6585, RFC 9110), bounded; None where it does not."""
    if isinstance(answer, NoAnswer) or answer.status != 429:
        return None
    value = answer.header("retry-after")
    return min(float(value), _LONGEST_WAIT) if value.isdigit() else None


def _certificates(settings: VerifySettings) -> ssl.SSLContext | bool:
    if settings.insecure:
        return False
    if settings.ca_file is None:
        return httpx.create_ssl_context()
    try:
        return ssl.create_default_context(cafile=str(settings.ca_file))
    except (OSError, ssl.SSLError) as error:
        raise SettingError("the certificates cannot be read", where="--ca-file", got=str(error)) from None


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text.removeprefix("[").replace("Errno ", "error ").replace("] ", ": ", 1)
