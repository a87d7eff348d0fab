"""One request out, one answer or none back: the suite's probe without its second tries; and what spaces requests."""

import threading
import time

from contract_tests.exchange import Exchange, Request
from contract_tests.probe import Probe


class Wire(Probe):
    """The suite's probe sends again over a new connection, and after 429; here only the user's --retry-on does."""

    def send(self, request: Request, *, fresh_connection: bool = False, patient: bool = True) -> Exchange:  # noqa: ARG002
        """Send once and wait for the answer, at most the time-out, however often that has passed before."""
        return Exchange(request, self.once(request, close=fresh_connection))


class Pacer:
    """Keeps requests apart and counts them. Safe to use from several threads; a stop ends every wait at once."""

    def __init__(self, interval: float, budget: int, stop: threading.Event, slack: float = 0.0) -> None:
        """`slack` seconds of delay may be caught up with, so that waiting for a disk does not lower the rate."""
        self._interval = interval
        self._slack = slack
        self._budget = budget
        self._stop = stop
        self._lock = threading.Lock()
        self._next = 0.0
        self.claimed = 0

    @property
    def exhausted(self) -> bool:
        """Whether as much was sent as may ever be."""
        return self.claimed >= self._budget

    def due_in(self) -> float:
        """Seconds until the next request may be sent."""
        return max(self._next - time.perf_counter(), 0.0)

    def claim(self) -> bool:
        """Wait for the next place; False if there is none, since the run is stopped or all has been sent."""
        with self._lock:
            if self._stop.is_set() or self.exhausted:
                return False
            self.claimed += 1
            now = time.perf_counter()
            place = max(self._next, now - self._slack)
            self._next = place + self._interval
        return not self._stop.wait(max(place - now, 0.0))
