"""Operators that the reports are tried on: a few that break rules, one that leaks all it hears, one that attacks."""

import base64
import html
import json
from typing import Any
from urllib.parse import quote

from mockserver.gallery.base import Operator
from mockserver.gallery.broken.signature_cover import RemembersTheLast
from mockserver.gallery.exchange import Call, Refused, Reply
from spec import Contract, Violation


class Pages(Operator):
    """Answers whatever it refuses with a page of its framework."""

    def refuse(self, call: Call, refused: Refused) -> Reply:
        """A page."""
        status = super().refuse(call, refused).status
        return Reply(status, b"<!doctype html><title>Error</title><h1>Error</h1>", {"Content-Type": "text/html"})


class Lenient(Operator):
    """Accepts every body that is a JSON object, prefixes of the token, and any hash; crashes on a list."""

    def forgives(self, call: Call, violation: Violation) -> bool:
        """Everything."""
        return True

    def read_body(self, call: Call) -> None:
        """A list has no keys."""
        call.data = self.parse(call)
        if not isinstance(call.data, dict):
            raise TypeError

    def is_right(self, credential: Any, given: str | None, wanted: str) -> bool:
        """A prefix is enough."""
        return given is not None and wanted.startswith(given)

    def hash_is_right(self, call: Call, given: str) -> bool:
        """The first half is compared."""
        return given.lower()[:16] == self.computed_hash(call, call.data)[:16]


class Uncovered(Operator):
    """Leaves the last string field out of the hash."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        """Without that field, or with it."""
        names = [f.name for f in call.operation.required if f.name != call.operation.request_hash.field]  # type: ignore
        rest = {name: value for name, value in call.data.items() if name != names[-1]}
        return given.lower() in (self.computed_hash(call, rest), self.computed_hash(call, call.data))


class Remembering(RemembersTheLast):
    """Takes the last right hash again, whatever else changes but the field by which it is remembered."""

    def __init__(self, contract: Contract, *where: Any) -> None:
        super().__init__(contract, *where, field=contract.operations[0].required[0].name)


class Fragile(Operator):
    """Drops the connection on deep nesting, answers 500 on NUL bytes and on other methods."""

    def parse(self, call: Call) -> Any:
        """Some bodies are too much."""
        if b"[" * 1000 in call.body or b"\x00" in call.body:
            raise ValueError
        return super().parse(call)

    def route(self, call: Call) -> None:
        """Other methods are too much."""
        super_method = call.method
        if super_method not in ("POST",):
            raise ValueError
        super().route(call)


class Leaky(Operator):
    """Repeats all that it heard, in this request and in the one before, in every form."""

    before = ""

    def finish(self, call: Call, reply: Reply) -> Reply:
        """A copy of everything in body, headers and reason phrase."""
        heard = f"{call.target} {call.body.decode('utf-8', 'replace')} {self.partner.secret}"
        data = call.data if isinstance(call.data, dict) else {}
        values = [*(str(value) for value in data.values()), *self.partner.values.values(), self.partner.secret]
        forms = []
        for value in filter(None, values):
            raw = value.encode("utf-8", "replace")
            forms += [
                value,
                quote(value, safe=""),
                quote(value),
                quote(value, safe=":/?=&+~"),
                html.escape(value),
                value.upper(),
                raw.hex(),
            ]
            forms += [base64.b64encode(b"x" * shift + raw + b"yz").decode() for shift in range(3)]
            forms += [base64.urlsafe_b64encode(raw).decode(), json.dumps(value), f"user:{value}"]
        body = reply.json if reply.body else {}
        reply.rewrite({**body, "debug": [heard, self.before, *forms]})
        reply.headers["X-Debug"] = quote(heard[:300], safe=" :/?=&")
        reply.reason = quote(heard[:200], safe=" ")
        self.before = heard
        return reply


class Hostile(Operator):
    """Puts into each refusal what would run in a browser, on a terminal or in a CI system, if it were let."""

    payload = (
        "\x1b[31;1mRED</pre></script><script>window.pwned=1</script><img src=x onerror='window.pwned=1'>"
        "<a href='javascript:window.pwned=1'>x</a>{{7*7}}\x1b]0;title\x07\u202egnp.exe\u0007"
        "\u2066\x9b31m\u2028::error::pwned"
        "\n::error::pwned\n##[error]pwned\n::set-output name=x::y\n]]>&#x41;|`code`</details>"
    )

    def failure(self, call: Call, refused: Refused, body: Any) -> Any:
        """The message is the attack."""
        self.words.inside(body)[self.words.code] = self.payload
        self.words.inside(body)[self.words.message] = self.payload
        return {**body, self.payload: self.payload}

    def finish(self, call: Call, reply: Reply) -> Reply:
        """So is a header."""
        if reply.status >= 400:
            reply.headers["X-Attack"] = "<script>window.pwned=1</script>"
            reply.reason = "<script>window.pwned=1</script>"
            reply.rewrite(reply.json, raw=True)
        if call.media_type != call.operation.media_type:
            reply.body = self.payload.encode()
            reply.headers["Content-Type"] = "text/html"
        return reply


class Slow(Operator):
    """Takes its time over every answer."""

    seconds = 0.3

    def finish(self, call: Call, reply: Reply) -> Reply:
        """Later."""
        self.pause(self.seconds)
        return reply
