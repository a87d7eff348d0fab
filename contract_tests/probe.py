"""Sends one request and says what came back: spaced by the rate limit, and once more where nobody is to blame."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType

from contract_tests.exchange import Answer, Exchange, NoAnswer, Request, Sent
from contract_tests.pace import USUAL
from contract_tests.settings import TargetSettings
from contract_tests.target import Target
from contract_tests.transport import Transport
from spec import TargetError

_BACK_OFF = 3  # times that a 429 or 503 with Retry-After is waited for and sent again
_LONGEST_WAIT = 5.0  # seconds
_CROWDED = 8  # requests that were put off, after which one is sent at a time
_CALM = 0.025  # seconds between requests at the most, where --rate says nothing
_ONE_BY_ONE = 0.05  # seconds between those that were put off together, or they would be again
_IMPATIENT = 2.5  # seconds that one waits at least, once an answer has failed to come in time;
_LEAST = 0.5  # after ever more of these ever less, down to this: a finding is waited for as long as the user wants
_MORE = 8  # answers that fail to come, after which the wait is a half, a third, a quarter …
_FELT = 0.4  # seconds, for an answer of another connection that waits for an idle one


class Probe:
    """Sends to one target and remembers what it sent. Safe to use from several threads.

    `jobs` says how many may send at once, `rate` how many requests go out a second; 0 is the usual, and no limit.
    """

    def __init__(self, target: Target, settings: TargetSettings, *, jobs: int = 0, rate: float = 0.0) -> None:
        self._target = target
        self._timeout = settings.timeout
        self._interval = 1 / rate if rate else 0.0
        self._jobs = jobs or USUAL
        self._next = 0.0
        self._lock = threading.Lock()
        self._transport = Transport(target, settings, jobs)
        self.sent = 0
        self.put_offs = 0  # times that the target asked for a later repeat
        self._waiting = 0
        self._hung = 0  # answers that failed to come in time
        self._usual = 0.0  # seconds that an answer takes
        self._keeps = True
        self.few_connections = False  # the target lets requests wait while other connections are idle
        self.log: list[Sent] = []

    def __enter__(self) -> "Probe":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    def send(self, request: Request, *, fresh_connection: bool = False, patient: bool = False) -> Exchange:
        """Send a request and wait for the answer, at most the time-out. Never raises for what the target does.

        A kept connection may have been closed by the other side just now; that is no fault, so it is tried once more
        over a new one. Where the target has let the time-out pass once, only a `patient` sending waits as long again.
        """
        at = time.time()
        wait = self._wait(patient)
        exchange = None if fresh_connection or not self._keeps else self._send(request, wait)
        if exchange is not None and exchange.answer.timed_out and not self._hung:
            exchange = self._over_a_closing_one(exchange)
        if exchange is None or _trouble(exchange) == "dropped":
            again = self._send(request, wait, close=True)
            # Dropped, and then nobody there: it may be this request that brought the target down.
            exchange = again if exchange is None or _trouble(again) != "unreachable" else exchange
        self._hung += exchange.answer.timed_out
        self.log.append(Sent(at, exchange))
        return exchange

    def _over_a_closing_one(self, kept: Exchange) -> Exchange:
        """Some answers do not say where they end, and do so only with the connection: then none is kept any more."""
        closing = self._send(kept.request, self._impatient, close=True)
        if not isinstance(kept.answer, NoAnswer) or isinstance(closing.answer, NoAnswer):
            return kept
        self._keeps = False
        return replace(closing, unended=kept.answer)

    def ends(self, first: Request, then: Request) -> bool:
        """Whether the second answer over one connection ends in time; also where the target closes it before that."""
        _, after = self._transport.pair(first, then, self._impatient)
        return not after.timed_out

    def follow(self, first: Request, then: Request, *, patient: bool = False) -> Exchange:
        """Send two requests over one connection, as far as the target keeps it, and tell what the second brought.

        A target need not keep it; one that does, and then says nothing more, has not answered.
        """
        at = time.time()
        self._throttle()
        self._throttle()
        before, after = self._transport.pair(first, then, self._wait(patient))
        self._hung += after.timed_out
        exchange = Exchange(then, after, before=first)
        self.log.extend([Sent(at, Exchange(first, before)), Sent(at, exchange)])
        if after.timed_out and isinstance(before, Answer):
            self._keeps = False
            return exchange
        unsaid = isinstance(after, NoAnswer) or _retry_after(after) is not None
        return self.send(then, fresh_connection=True) if unsaid else exchange

    def alone(self, request: Request) -> Exchange:
        """Send over a new connection, the only one, so that what becomes of kept ones has no part in the time.

        None of the kept connections may be in use.
        """
        self.let_go()
        return self.send(request, fresh_connection=True)

    def let_go(self) -> None:
        """Close the connections that are kept, none of which may be in use."""
        self._transport.let_go()

    def usually(self, latency: float) -> None:
        """How long an answer takes, in seconds: one that takes twenty times as long will hardly come any more."""
        self._usual = latency

    def _wait(self, patient: bool) -> float:
        """Seconds to wait for an answer: the time-out, until it has passed once."""
        return self._timeout if patient or not self._hung else self._impatient

    @property
    def _impatient(self) -> float:
        wait = max(_LEAST, _IMPATIENT / (1 + self._hung // _MORE))
        return min(self._timeout, max(wait, 20 * self._usual))

    def mind_few_connections(self, request: Request, usual: float) -> None:
        """Keep no connections from now on, where the target answers over so few that others wait for idle ones.

        `usual` is the time that an answer takes, in seconds.
        """
        self._noted(request)  # one connection is idle for certain, and is used again
        for _ in range(2):  # a pause of its own may fall into one
            with ThreadPoolExecutor(self._jobs) as pool:
                answers = list(pool.map(lambda _: self._noted(request), range(self._jobs)))
            answers.append(self._noted(request, close=True))
            if all(answer.elapsed < max(_FELT, 10 * usual) for answer in answers):
                return
            if any(answer.timed_out for answer in answers):
                break  # by now the others have been idle for so long that they would not be used again
        self._keeps, self.few_connections = False, True
        self._transport.let_go()

    def _noted(self, request: Request, *, close: bool = False) -> Answer | NoAnswer:
        at = time.time()
        answer = self.once(request, self._impatient, close=close)
        self.log.append(Sent(at, Exchange(request, answer)))
        return answer

    def reach(self, request: Request) -> Exchange:
        """The first request: TargetError where the target cannot be reached at all, or does not speak HTTP."""
        exchange = self.send(request)
        answer = exchange.answer
        if isinstance(answer, NoAnswer) and answer.trouble in ("unreachable", "not-http"):
            what = "cannot be reached" if answer.trouble == "unreachable" else "does not speak HTTP"
            trusted = "a trusted certificate, or --ca-file FILE" if "CERTIFICATE" in answer.detail else ""
            raise TargetError(f"the implementation {what}", where=self._target.url, expected=trusted, got=answer.detail)
        return exchange

    @property
    def is_crowded(self) -> bool:
        """Whether the target has put off so many requests that it should get them one at a time."""
        return self.put_offs > _CROWDED

    def _send(self, request: Request, wait: float, *, close: bool = False) -> Exchange:
        put_off: Answer | None = None
        for _ in range(_BACK_OFF):
            answer = self.once(request, wait, close=close)
            pause = _retry_after(answer)
            if pause is None or isinstance(answer, NoAnswer):
                return Exchange(request, answer, put_off)
            put_off = answer
            with self._lock:
                self.put_offs += 1
                if self.is_crowded:  # by number or by rate: slower from now on, in reason
                    self._interval = max(self._interval, min(_CALM, max(_CALM / 5, self._interval * 1.5)))
                self._waiting += 1
                turn = self._waiting
            time.sleep(pause + turn * _ONE_BY_ONE)
            with self._lock:
                self._waiting -= 1
        return Exchange(request, self.once(request, wait, close=close), put_off)

    def once(self, request: Request, wait: float = 0.0, *, close: bool = False) -> Answer | NoAnswer:
        """Send once, over a kept connection or over one that is closed after it; `wait` in seconds, or the time-out."""
        self._throttle()
        return self._transport.exchange(request, wait or self._timeout, close=close)

    def _throttle(self) -> None:
        with self._lock:
            self.sent += 1
            now = time.perf_counter()
            self._next = max(now, self._next) + self._interval
            wait = self._next - self._interval - now
        if wait > 0:
            time.sleep(wait)


def _trouble(exchange: Exchange) -> str:
    return exchange.answer.trouble if isinstance(exchange.answer, NoAnswer) else ""


def _retry_after(answer: Answer | NoAnswer) -> float | None:
    """Seconds to wait where the target is too busy and asks for it (RFC 6585, RFC 9110), bounded; None elsewhere."""
    if isinstance(answer, NoAnswer) or answer.status not in (429, 503):
        return None
    asked = answer.retry_after
    return None if asked is None else min(asked, _LONGEST_WAIT)
