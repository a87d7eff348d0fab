"""One notification delivered: sent, and sent again with back-off after what the user named, until it is answered."""

import re
import threading
from dataclasses import dataclass

import tenacity

from contract_tests.exchange import Answer, Exchange, NoAnswer, Request
from luckymonaco.sending.wire import Pacer, Wire
from spec.errors import SettingError

_TROUBLES = ("timeout", "dropped", "cut-off", "unreadable", "unreachable", "not-http")
_FIRST_WAIT = 0.5  # seconds; doubled each time, with jitter
_LONGEST_WAIT = 30.0
_LONGEST_ASKED = 120.0  # of Retry-After, beyond which the run would seem to hang


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """After which answers a notification is sent again, and how often."""

    on: frozenset[str]
    times: int

    def wants(self, answer: Answer | NoAnswer) -> bool:
        """Whether this answer is one of those."""
        if isinstance(answer, NoAnswer):
            return answer.trouble in self.on
        return not self.on.isdisjoint({str(answer.status), f"{answer.status // 100}xx"})


def retry_policy(names: tuple[str, ...], times: int) -> RetryPolicy:
    """The policy of --retry-on; SettingError for a word that means nothing."""
    found = {part.strip().lower() for name in names for part in name.split(",") if part.strip()}
    for name in found:
        if name not in _TROUBLES and not re.fullmatch(r"[45]xx|[1-5][0-9][0-9]", name):
            expected = "a status, 4xx, 5xx, " + ", ".join(_TROUBLES)
            raise SettingError("unknown reason to send again", where="--retry-on", expected=expected, got=name)
    return RetryPolicy(frozenset(found), times)


class Delivery:
    """Delivers notifications over one wire. Safe to use from several threads."""

    def __init__(self, wire: Wire, policy: RetryPolicy, pacer: Pacer, stop: threading.Event) -> None:
        self._wire = wire
        self._policy = policy
        self._pacer = pacer
        self._stop = stop

    def __call__(self, request: Request) -> tuple[Exchange, ...]:
        """Send, for the first time without waiting, and return every exchange."""
        sent: list[Exchange] = []

        def once() -> Answer | NoAnswer:
            if not sent or self._pacer.claim():  # the first place was claimed before the intent was recorded
                sent.append(self._wire.send(request))
            return sent[-1].answer

        tenacity.Retrying(
            retry=tenacity.retry_if_result(self._policy.wants),
            stop=self._enough,
            wait=_wait,
            sleep=tenacity.sleep_using_event(self._stop),
            retry_error_callback=lambda _: None,
        )(once)
        return tuple(sent)

    def _enough(self, state: tenacity.RetryCallState) -> bool:
        return self._stop.is_set() or self._pacer.exhausted or state.attempt_number > self._policy.times


_back_off = tenacity.wait_exponential(multiplier=_FIRST_WAIT, max=_LONGEST_WAIT) + tenacity.wait_random(0, _FIRST_WAIT)


def _wait(state: tenacity.RetryCallState) -> float:
    """The back-off, or what the target asks for where that is longer (RFC 9110, Retry-After)."""
    answer = state.outcome.result() if state.outcome else None
    asked = answer.retry_after if isinstance(answer, Answer) else None
    return max(_back_off(state), min(asked or 0.0, _LONGEST_ASKED))
