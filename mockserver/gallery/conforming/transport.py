"""HTTP in many ways: framing, connections, letter case of headers, slow answers."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import gzip
import math
import threading
import time
from email.utils import formatdate
from typing import ClassVar

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused, Reply
from spec import Contract, Partner

room = Room()


class MediaTypeWritten(Operator):
    """Writes the media type of its answers in another way."""

    written: ClassVar[str] = "{}"

    def finish(self, call: Call, reply: Reply) -> Reply:
        if "Content-Type" in reply.headers:
            reply.headers["Content-Type"] = self.written.format(reply.headers["Content-Type"])
        return reply


@room.conforming()
class CharsetParameter(MediaTypeWritten):
    """The media type has a charset."""

    written = "{}; charset=utf-8"


@room.conforming()
class CharsetQuoted(MediaTypeWritten):
    """The media type has a charset in quotes, without a space, and another parameter."""

    written = '{};charset="UTF-8" ; v=1'


@room.conforming()
class MediaTypeInCapitals(MediaTypeWritten):
    """The media type is written with capital letters."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.headers["Content-Type"] = reply.headers.get("Content-Type", "").title()
        return reply


@room.conforming()
class HeadersInCapitals(Operator):
    """The names of headers are in upper case."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.headers = {name.upper(): value for name, value in reply.headers.items()}
        return reply


@room.conforming()
class HeadersInSmallLetters(Operator):
    """The names of headers are in lower case."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.headers = {name.lower(): value for name, value in reply.headers.items()}
        return reply


@room.conforming()
class Compressed(Operator):
    """Answers are compressed where the caller accepts that."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.headers["Vary"] = "Accept-Encoding"
        if "gzip" in call.headers.get("Accept-Encoding", "") and reply.body:
            reply.body = gzip.compress(reply.body)
            reply.headers["Content-Encoding"] = "gzip"
        return reply


@room.conforming()
class Chunked(Operator):
    """Answers come in chunks of a few bytes."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.framing = "chunked"
        return reply


@room.conforming()
class EndedByClose(Operator):
    """Answers have no length: they end when the connection does."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.framing = "close"
        return reply


@room.conforming()
class ClosesEach(Operator):
    """Every connection is closed after one answer, which says so."""

    close_each = True


@room.conforming()
class ClosesUnannounced(Operator):
    """Every connection is closed after one answer, which does not say so."""

    close_each = True
    announce_close = False


@room.conforming()
class OldHttp(Operator):
    """The server speaks HTTP/1.0."""

    http = "HTTP/1.0"
    close_each = True


@room.conforming()
class Slow(Operator):
    """Every answer takes 150 milliseconds."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        self.pause(0.15)
        return reply


@room.conforming()
class OneAtATime(Operator):
    """One request is worked on at a time, for 20 milliseconds each; the others wait."""

    def answer(self, call: Call) -> Reply:
        with self.lock:
            self.pause(0.02)
            return super().answer(call)


@room.conforming()
class OneAtATimeAndCloses(OneAtATime):
    """One request is worked on at a time, for 20 milliseconds each, and the connection is closed after it."""

    http = "HTTP/1.0"
    close_each = True


@room.conforming()
class OneConnectionAtATime(Operator):
    """There is one thread, which serves one connection until that is closed; the others wait."""

    one_connection = True


@room.conforming()
class ShortQueue(Operator):
    """There is one thread, and five connections may wait for it; the system lets others try again."""

    http = "HTTP/1.0"
    close_each = True
    one_thread = True
    queue = 5

    def answer(self, call: Call) -> Reply:
        self.pause(0.005)
        return super().answer(call)


@room.conforming()
class NoReasonPhrases(Operator):
    """Status lines have reason phrases of the house's own."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.reason = "Whatever"
        return reply


@room.conforming()
class PutsOff(Operator):
    """Now and then a request is put off with a well-formed 429; sent again, it is answered."""

    def decide(self, call: Call) -> Reply:
        if call.number % 40 == 0:
            reply = self.refuse(call, Refused("too-many-requests"))
            reply.headers["Retry-After"] = "0"
            return reply
        return super().decide(call)


@room.conforming()
class PutsOffUntilADate(Operator):
    """Now and then a request is put off with a well-formed 429 that names the time from which it is answered."""

    until = 0.0

    def decide(self, call: Call) -> Reply:
        now = time.time()
        with self.lock:
            if call.number % 300 == 0:
                self.until = math.floor(now) + 1
            if now >= self.until:
                self.until = 0.0
        if not self.until:
            return super().decide(call)
        reply = self.refuse(call, Refused("too-many-requests"))
        reply.headers["Retry-After"] = formatdate(self.until, usegmt=True)
        return reply


@room.conforming()
class FewAtOnce(Operator):
    """Three requests are worked on at once; others are put off with a well-formed 429."""

    busy = "too-many-requests"

    def __init__(self, contract: Contract, partner: Partner, prefix: str = "") -> None:
        super().__init__(contract, partner, prefix)
        self._places = threading.Semaphore(3)

    def decide(self, call: Call) -> Reply:
        if not self._places.acquire(blocking=False):
            reply = self.refuse(call, Refused(self.busy))
            reply.headers["Retry-After"] = "0"
            return reply
        try:
            self.pause(0.005)
            return super().decide(call)
        finally:
            self._places.release()


@room.conforming()
class BusyForNow(FewAtOnce):
    """Three requests are worked on at once; others are put off with a well-formed 503 that says when to come again."""

    busy = "unavailable"
