"""The outermost stage and the last: a request comes in, is read, checked by what lies between, and answered.

Whatever goes wrong in between, also in code that is not ours, ends as the document's answer to a fault of the server.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mockserver.answers import Answers, Prepared
from mockserver.behaviours import BEHAVIOURS, CONNECTION, Act, Stage, play
from mockserver.choose import Choice, Chooser
from mockserver.exchange import KEY, Exchange
from mockserver.reading import CallerGoneError, read_body, swallow
from spec import SettingError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    Receive = Callable[[], Awaitable[dict[str, Any]]]
    Send = Callable[[dict[str, Any]], Awaitable[None]]
    Scope = dict[str, Any]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("luckymonaco.mock")

Observer = Callable[[Exchange], None]


class Boundary:
    """The outermost middleware: makes the Exchange, reads the body, and lets no exception and no other answer out."""

    def __init__(self, app: App, *, answers: Answers, body_limit: int, observers: Sequence[Observer]) -> None:
        self.app = app
        self.answers = answers
        self.body_limit = body_limit
        self.observers = tuple(observers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        exchange = scope[KEY] = Exchange(scope, time.time())
        began = time.perf_counter()
        try:
            await read_body(exchange, receive, self.body_limit)
            await self.app(scope, receive, send)
        except CallerGoneError:
            exchange.why = "the caller closed the connection before its request was complete"
        except asyncio.CancelledError:
            await self._fail(exchange, send, "unavailable", "the server is shutting down")
            raise
        except SettingError as error:  # a hash function of the user's own has failed on a good body
            log.error("%s", error)
            await self._fail(exchange, send, "system-error", str(error))
        except Exception as error:
            # No traceback: its lines, and the error's text, may hold what the caller sent.
            log.error("%s in %s", type(error).__name__, _place(error))
            await self._fail(exchange, send, "system-error", f"{type(error).__name__} in the mock's own code")
        if not exchange.own_page:
            exchange.seconds = time.perf_counter() - began
            try:
                for observe in self.observers:
                    observe(exchange)
            except Exception as error:  # the answer has gone out: a fault in the book-keeping must not spoil it
                log.error("%s in %s", type(error).__name__, _place(error))

    async def _fail(self, exchange: Exchange, send: Send, fault: str, why: str) -> None:
        if not exchange.sent:
            exchange.answer, exchange.chosen_by, exchange.why = self.answers.for_fault(fault), "server", why
            exchange.sent = True
            await exchange.answer.send(send)


class Answering:
    """The end of the stack, a plain ASGI application: asks the choosers and sends the canned answer."""

    def __init__(self, answers: Answers, choosers: Sequence[Chooser], delay: Callable[[], float] | None = None) -> None:
        self.answers = answers  # for requests that reach no operation
        self.choosers = tuple(choosers)
        self.delay = delay  # milliseconds, for every answer that nothing else was chosen for
        self._explained: dict[tuple[str, str], Prepared] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Choose and answer."""
        exchange: Exchange = scope[KEY]
        answers = exchange.plan.answers if exchange.plan else self.answers
        for chooser in self.choosers:
            found = chooser(exchange, answers)
            choice = found if found is None or isinstance(found, Choice) else await found
            if choice is not None:
                break
        else:
            raise LookupError("no chooser had a choice")
        exchange.answer, exchange.chosen_by, exchange.why = choice.answer, choice.by, choice.why
        answer = choice.answer
        if choice.headers:
            answer = answer.with_headers(*choice.headers)
        if choice.why:
            answer = self._explain(answer, choice.why)
        if exchange.allow:
            answer = answer.with_headers((b"allow", exchange.allow))
        act = choice.act
        if act is None and self.delay is not None:
            act = Act("delay", self.delay())
        if act is not None and BEHAVIOURS[act.name].at_the_socket and CONNECTION not in scope:
            act = None  # another ASGI server is at work; the usual answer is the best that can be done
        if exchange.unread:
            await _answer_and_swallow(exchange, answer, receive, send)
        elif act is not None:
            exchange.act = act
            exchange.sent = True
            await play(act, answer, Stage(scope, receive, send))
        else:
            exchange.sent = True
            connection = scope.get(CONNECTION)
            if connection is None or not connection.answer(scope, answer):
                await answer.send(send)

    def _explain(self, answer: Prepared, why: str) -> Prepared:
        """Say in a header which check failed; the body stays the contract's."""
        key = (answer.name, why)
        known = self._explained.get(key)
        if known is not None and known.body == answer.body:
            return known
        explained = answer.with_headers((b"x-luckymonaco-why", _header_text(why)))
        if len(self._explained) < 1024:  # the words are the kit's own, but positions in malformed JSON are many
            self._explained[key] = explained
        return explained


async def _answer_and_swallow(exchange: Exchange, answer: Prepared, receive: Receive, send: Send) -> None:
    answer = answer.with_headers((b"connection", b"close"))
    exchange.sent = True
    await send(answer.start)  # type: ignore[arg-type]
    await send({**answer.end, "more_body": True})
    await swallow(receive)
    await send({"type": "http.response.body", "body": b""})


def _header_text(text: str) -> bytes:
    return "".join(char if " " <= char <= "~" else "?" for char in text).encode()


def _place(error: BaseException) -> str:
    """File and line of the innermost frame: enough to find the fault, and nothing of what was sent."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    code = trace.tb_frame.f_code
    return f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno} ({code.co_name})"
