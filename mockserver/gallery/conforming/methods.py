"""Other methods on the operation's path, refused in many ways."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused, Reply

room = Room()


class OtherMethods(Operator):
    """Answers other methods in a way of its own."""

    def refuse(self, call: Call, refused: Refused) -> Reply:
        return self.other(call) if refused.fault == "method" else super().refuse(call, refused)

    def other(self, call: Call) -> Reply:
        return Reply(405)


@room.conforming()
class EmptyMethodNotAllowed(OtherMethods):
    """Other methods are refused with 405 and nothing else."""


@room.conforming()
class PageMethodNotAllowed(OtherMethods):
    """Other methods are refused with 405 and the framework's own page."""

    def other(self, call: Call) -> Reply:
        return Reply(405, b"<h1>Method Not Allowed</h1>", {"Content-Type": "text/html", "Allow": call.operation.method})


@room.conforming("HTTP-2")
class OtherMethodsNotFound(OtherMethods):
    """For other methods there is nothing at the path: 404, in the contract's envelope."""

    def other(self, call: Call) -> Reply:
        return super(OtherMethods, self).refuse(call, Refused("path"))


@room.conforming("HTTP-2")
class OtherMethodsPage(OtherMethods):
    """For other methods there is nothing at the path: 404, with the framework's own page that names the path."""

    def other(self, call: Call) -> Reply:
        return Reply(404, f"<pre>Cannot {call.method} {call.path}</pre>".encode(), {"Content-Type": "text/html"})


@room.conforming("HTTP-2")
class OtherMethodsRedirected(OtherMethods):
    """Other methods are redirected to the start page."""

    def other(self, call: Call) -> Reply:
        return Reply(302, b"", {"Location": "/"})


@room.conforming("HTTP-2")
class OtherMethodsForbidden(OtherMethods):
    """Other methods are refused by the gateway with 403 and a page."""

    def other(self, call: Call) -> Reply:
        return Reply(403, b"<h1>Forbidden</h1>", {"Content-Type": "text/html"})


@room.conforming()
class HeadAndOptionsAnswered(OtherMethods):
    """HEAD and OPTIONS are answered with 200 and 204; the methods of the contract's rule with 405."""

    def other(self, call: Call) -> Reply:
        if call.method == "OPTIONS":
            return Reply(204, b"", {"Allow": f"{call.operation.method}, OPTIONS", "Access-Control-Allow-Origin": "*"})
        return Reply(200) if call.method == "HEAD" else super().other(call)
