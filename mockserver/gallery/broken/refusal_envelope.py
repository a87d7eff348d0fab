"""ERR-2: refusals in another shape than the contract's envelope."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from mockserver.gallery.broken.refusing import Refusing
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import Words
from spec import Contract

room = Room()

_REFUSED = ("VAL-1", "VAL-2", "VAL-3", "VAL-4", "VAL-5", "VAL-6", "AUTH-1", "AUTH-2")  # whose requests are refused


Shape = Callable[[Words, Any], Any]


_SHAPES: dict[str, tuple[Shape, str]] = {
    "plural-error": (lambda words, body: {words.error + "s": body[words.error]}, "stands under the plural of its key"),
    "flat-error": (lambda words, body: words.inside(body), "has code and message at the top"),
    "text-error": (
        lambda words, body: {words.error: words.inside(body)[words.message]},
        "has the message alone in place of the object",
    ),
    "number-error": (
        lambda words, body: {words.error: 5, words.text: words.inside(body)[words.message]},
        "has the house's number in place of the object",
    ),
    "list-of-errors": (lambda words, body: {words.error: [body[words.error]]}, "has a list of errors"),
    "wrapped-error": (lambda _, body: {"status": "error", "data": body}, "stands inside the house's own envelope"),
    "refusal-in-a-list": (lambda _, body: [body], "is a list with the object in it"),
    "quoted-refusal": (lambda _, body: json.dumps(body), "is JSON text inside a JSON string"),
    "null-error": (lambda words, body: {words.error: None, **words.inside(body)}, "has null for the error"),
}


_FRAMEWORKS: dict[str, Any] = {
    "laravel": {"message": "The given data was invalid.", "errors": {"field": ["The field is required."]}},
    "fastapi": {"detail": [{"type": "missing", "loc": ["body", "field"], "msg": "Field required"}]},
    "spring": {"timestamp": "2026-01-31T12:00:00Z", "status": 400, "error": "Bad Request", "path": "/"},
    "nest": {"statusCode": 400, "message": ["field should not be empty"], "error": "Bad Request"},
    "django-rest": {"field": ["This field is required."]},
    "aspnet": {"title": "One or more validation errors occurred.", "status": 400, "errors": {"field": ["Required."]}},
}


class RefusalShape(Refusing):
    """Refuses in another shape."""

    def __init__(self, *where: Any, shape: Shape, faults: tuple[str, ...] = ()) -> None:
        super().__init__(*where, faults=faults)
        self.shape = shape

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        return reply.rewrite(self.shape(self.words, reply.json))


class RefusalMediaType(Refusing):
    """Refuses with another media type, or none."""

    def __init__(self, *where: Any, media_type: str, faults: tuple[str, ...] = ()) -> None:
        super().__init__(*where, faults=faults)
        self.media_type = media_type

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        reply.headers.pop("Content-Type")
        if self.media_type:
            reply.headers["Content-Type"] = self.media_type
        return reply


@room.generated
def shapes(contract: Contract) -> Iterator[Entry]:
    """JSON of another shape, for every refusal."""
    for name, (shape, what) in _SHAPES.items():
        make = partial(RefusalShape, shape=shape)
        yield Entry(name, "broken", f"Every refusal {what}.", make, "ERR-2", ("ERR-3", "ERR-4"))
    body_faults = tuple(name for name, fault in contract.faults.items() if fault.kind == "body")
    for name, body in _FRAMEWORKS.items():
        make = partial(RefusalShape, shape=_always(body), faults=body_faults)
        summary = "A body that is refused is answered by the framework's own validation, the rest is right."
        yield Entry(f"{name}-validation", "broken", summary, make, "ERR-2", ("ERR-3", "ERR-4", "ERR-6"))


def _always(value: Any) -> Shape:
    return lambda _, __: value


@room.listed
def media_types() -> Iterator[Entry]:
    """The right body under a wrong name."""
    for name, media_type in (
        ("html", "text/html"),
        ("plain-text", "text/plain"),
        ("problem", "application/problem+json"),
    ):
        make = partial(RefusalMediaType, media_type=media_type)
        yield Entry(f"refusals-as-{name}", "broken", f"Every refusal is sent as {media_type}.", make, "ERR-2")
    make = partial(RefusalMediaType, media_type="")
    yield Entry("refusals-without-media-type", "broken", "Refusals have no Content-Type.", make, "ERR-2")
    make = partial(RefusalMediaType, media_type="application/problem+json", faults=("malformed-json",))
    summary = "Malformed JSON is answered as application/problem+json, the rest is right."
    yield Entry("problem-on-malformed-json", "broken", summary, make, "ERR-2")


@room.broken("ERR-2")
class EmptyRefusals(Refusing):
    """Refusals have a status and nothing else."""

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        return Reply(reply.status)


@room.broken("ROB-1", "ERR-2", *_REFUSED)
class RefusalLengthTooLong(Refusing):
    """The length of refusals is counted before they are shortened, and the connection ends before that."""

    close_each = True

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        reply.declared_length = len(reply.body) + 7
        return reply


@room.broken("ERR-2", *_REFUSED)
class RefusalsWithoutAnEnd(Refusing):
    """Refusals have no Content-Length, and the connection stays open: the caller waits for more."""

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        reply.framing = "none"
        return reply


@room.broken("ROB-1", "ERR-2", *_REFUSED)
class RefusalsSaidToBeCompressed(Refusing):
    """Refusals say that they are compressed, and are not."""

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        reply.headers["Content-Encoding"] = "gzip"
        return reply


@room.broken("ERR-2")
class RefusalsWithFooter(Refusing):
    """Text of the web server stands behind the JSON of every refusal."""

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        reply.body += b"\n<hr>Powered by the web server"
        return reply


@room.broken("ERR-2", "ERR-4")
class ProblemDetails(Refusing):
    """Refusals are problem details after RFC 9457, as some frameworks have them by default."""

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        reply.headers["Content-Type"] = "application/problem+json"
        return reply.rewrite({"type": "about:blank", "title": reply.reason or "Bad Request", "status": reply.status})
