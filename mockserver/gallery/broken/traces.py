"""ERR-7, stack traces of the common languages in refusals."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from collections.abc import Iterator
from functools import partial
from typing import Any

from mockserver.gallery.broken.refusing import Refusing
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply

room = Room()

_TRACES = {
    "python": (
        "malformed-json",
        'Traceback (most recent call last):\n  File "/srv/app/views.py", line 41, in session\n'
        "    data = json.loads(request.data)\njson.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    ),
    "java": (
        "wrong-type",
        "java.lang.ClassCastException: class java.lang.Integer cannot be cast to class java.lang.String\n"
        "\tat com.casino.callback.SessionController.close(SessionController.java:57)\n"
        "\tat org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:885)",
    ),
    "java-array": (
        "missing-field",
        "java.lang.NullPointerException [com.casino.SessionController.close(SessionController.java:57), "
        "com.casino.Main.handle(Main.java:12)]",
    ),
    "python-line": (
        "not-an-object",
        "AttributeError: 'list' object has no attribute 'get' | File \"/srv/app/views.py\", line 44, in session",
    ),
    "perl": ("malformed-json", "malformed JSON string at /srv/callback/lib/Session.pm line 31.\n"),
    "php": (
        "missing-field",
        "Undefined array key in /var/www/html/app/Http/Controllers/SessionController.php:23\nStack trace:\n"
        "#0 /var/www/html/vendor/laravel/framework/src/Illuminate/Routing/Router.php(798): run()\n#1 {main}",
    ),
    "node": (
        "malformed-json",
        "SyntaxError: Unexpected end of JSON input\n    at JSON.parse (<anonymous>)\n"
        "    at parse (/app/node_modules/body-parser/lib/types/json.js:92:19)\n"
        "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    ),
    "dotnet": (
        "not-an-object",
        "System.InvalidOperationException: The requested operation requires an element of type 'Object'.\n"
        "   at System.Text.Json.JsonElement.GetProperty(String propertyName)\n"
        "   at Casino.Callbacks.SessionController.Close() in C:\\src\\SessionController.cs:line 31",
    ),
    "go": (
        "wrong-type",
        "interface conversion: interface {} is float64, not string\n\ngoroutine 34 [running]:\n"
        "main.closeSession(0xc0000b8000)\n\t/go/src/casino/callback.go:61 +0x1c5",
    ),
    "ruby": (
        "missing-field",
        "undefined method `strip' for nil:NilClass\n"
        "/app/controllers/sessions_controller.rb:14:in `create'\n/app/config.ru:5:in `call'",
    ),
}


class ShowsTrace(Refusing):
    """Shows a stack trace in the message of a refusal, or in a field more."""

    def __init__(self, *where: Any, trace: str, place: str, faults: tuple[str, ...]) -> None:
        super().__init__(*where, faults=faults)
        self.trace, self.place = trace, place

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        if self.place == "message":
            return self.respell(reply, message=self.trace)
        body = reply.json
        if self.place == "lines":
            self.words.inside(body)["trace"] = self.trace.split("\n")
        else:
            body["debug"] = {"exception": self.trace}
        return reply.rewrite(body)


@room.broken("ERR-7")
class JavaTraceInParts(Refusing):
    """Refusals hold the exception as a library writes it as JSON: each frame an object of class, method and line."""

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        frame = {"className": "com.casino.SessionController", "methodName": "close", "fileName": None, "lineNumber": 57}
        return reply.rewrite({**reply.json, "cause": {"stackTrace": [frame, {**frame, "methodName": "handle"}]}})


@room.listed
def traces() -> Iterator[Entry]:
    """Each language's trace in the message; some also in fields beside the contract's own."""
    for language, (fault, trace) in _TRACES.items():
        places = {"message": "in the message"}
        if language in ("python", "node"):
            places["field"] = "in a field more"
        if language in ("java", "php"):
            places["lines"] = "as a list of lines beside the code"
        for place, where in places.items():
            make = partial(ShowsTrace, trace=trace, place=place, faults=(fault,))
            name = f"{language}-trace" if place == "message" else f"{language}-trace-in-{place}"
            yield Entry(
                name, "broken", f"The fault {fault} shows a stack trace {where}, as of {language}.", make, "ERR-7"
            )
