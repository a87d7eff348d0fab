"""HTTP-1: other methods on the operation's path that are answered with a success."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

from collections.abc import Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from spec import Contract

room = Room()


class OtherMethod(Operator):
    """Answers methods like the operation's own, or with a status alone."""

    def __init__(self, *where: Any, methods: tuple[str, ...], status: int = 0) -> None:
        super().__init__(*where)
        self.methods, self.status = methods, status

    def route(self, call: Call) -> None:
        try:
            super().route(call)
        except Refused as refused:
            if refused.fault != "method" or call.method not in self.methods or self.status:
                raise

    def refuse(self, call: Call, refused: Refused) -> Reply:
        if refused.fault != "method" or call.method not in self.methods or not self.status:
            return super().refuse(call, refused)
        if self.status < 300:
            return Reply(self.status, b"", {"Content-Type": "text/html"})
        return Reply(self.status, b"<h1>Server error</h1>", {"Content-Type": "text/html"})


class BodilessMethod(OtherMethod):
    """Answers methods without a look at the body, which they do not have."""

    def decide(self, call: Call) -> Reply:
        if call.method not in self.methods:
            return super().decide(call)
        try:
            self.route(call)
            self.authorise(call)
        except Refused as refused:
            return self.refuse(call, refused)
        return self.accept(call)


class AliveOnGet(OtherMethod):
    """Answers health checks."""

    def refuse(self, call: Call, refused: Refused) -> Reply:
        if any(self.given(call, credential) is not None for credential in call.operation.credentials):
            return Operator.refuse(self, call, refused)
        return super().refuse(call, refused)


@room.generated
def other_methods(contract: Contract) -> Iterator[Entry]:
    """Each method that the document names under the rule."""
    methods = contract.rules["HTTP-1"].methods if "HTTP-1" in contract.rules else ()
    for method in methods:
        name = method.lower()
        bodiless = method in ("GET", "DELETE")
        kind = BodilessMethod if bodiless else OtherMethod
        summary = f"{method} is handled like the operation's own method{', without a body' if bodiless else ''}."
        yield Entry(f"handles-{name}", "broken", summary, partial(kind, methods=(method,)), "HTTP-1")
        summary = f"{method} is answered with an empty 200 before anything is checked."
        make = partial(OtherMethod, methods=(method,), status=200)
        yield Entry(f"empty-200-on-{name}", "broken", summary, make, "HTTP-1")
        summary = f"{method} ends in the operator's own error."
        make = partial(OtherMethod, methods=(method,), status=500)
        yield Entry(f"crashes-on-{name}", "broken", summary, make, "ERR-5", ("HTTP-1", "HTTP-2"))
    if "GET" in methods:
        alive = partial(AliveOnGet, methods=("GET",), status=200)
        summary = "GET without credentials is answered with 200, for the load balancer that asks whether anybody lives."
        yield Entry("alive-on-get", "broken", summary, alive, "HTTP-1")
    if methods:
        make = partial(OtherMethod, methods=tuple(methods))
        yield Entry("handles-any-method", "broken", "The handler is bound to every method.", make, "HTTP-1")
        make = partial(OtherMethod, methods=("DELETE",), status=204)
        yield Entry("delete-answered-204", "broken", "DELETE is answered with 204.", make, "HTTP-1")
        make = partial(OtherMethod, methods=("PUT", "PATCH"), status=501)
        yield Entry("put-answered-501", "broken", "PUT and PATCH are answered with 501.", make, "ERR-5", ("HTTP-2",))
