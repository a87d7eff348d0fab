"""ERR-2: the framework's own page in place of the contract's envelope, for one kind of request each."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from collections.abc import Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.broken.refusing import Refusing
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import MEDIA_TYPE_FAULT, reachable_faults
from spec import Contract
from spec.schema import json_type

room = Room()


_PAGE = b"<!doctype html>\n<html lang=en>\n<title>400 Bad Request</title>\n<h1>Bad Request</h1>\n"


class RefusalPage(Refusing):
    """Refuses with a page of the framework."""

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        return Reply(reply.status, _PAGE, {"Content-Type": "text/html; charset=utf-8"})


@room.generated
def pages(contract: Contract) -> Iterator[Entry]:
    """The framework's own page, for one fault only."""
    for fault, secret in reachable_faults(contract):
        summary = f"The fault {fault} is answered with the framework's own page, the others are right."
        make = partial(RefusalPage, faults=(fault,))
        yield Entry(f"page-on-{fault}", "broken", summary, make, "ERR-2", needs_secret=secret)
    yield Entry("page-on-refusals", "broken", "Every refusal is a page of the framework.", RefusalPage, "ERR-2")


class PageOnType(RefusalPage):
    """Answers one JSON type in a field with the page of the framework's own deserialiser."""

    def __init__(self, *where: Any, kind: str) -> None:
        super().__init__(*where)
        self.type = kind

    def concerns(self, call: Call, refused: Refused) -> bool:
        return bool(refused.field) and json_type(call.data.get(refused.field, "")) == self.type


@room.listed
def pages_by_type() -> Iterator[Entry]:
    """The page of the framework's own deserialiser."""
    for kind in ("null", "number", "boolean", "array", "object"):
        summary = f"A field of type {kind} is answered with the page of the framework's own deserialiser."
        yield Entry(f"page-on-{kind}", "broken", summary, partial(PageOnType, kind=kind), "ERR-2")


class PageOnMissingCredential(RefusalPage):
    """Answers a missing query parameter with the framework's own page."""

    def concerns(self, call: Call, refused: Refused) -> bool:
        credential = next((item for item in call.operation.credentials if item.fault in self.faults), None)
        return refused.fault in self.faults and credential is not None and self.given(call, credential) is None


@room.generated
def pages_by_credential(contract: Contract) -> Iterator[Entry]:
    """The framework's own check of parameters that it was told are required."""
    for credential in dict.fromkeys(item for operation in contract.operations for item in operation.credentials):
        summary = f"A missing {credential.role} is answered with the framework's own page, a wrong one is right."
        make = partial(PageOnMissingCredential, faults=(credential.fault,))
        yield Entry(f"page-on-missing-{credential.role}", "broken", summary, make, "ERR-2")


@room.broken("ERR-2")
class PageUnlessJsonAsked(RefusalPage):
    """Refusals are pages of the framework for callers that do not ask for JSON; the provider is not said to ask."""

    def concerns(self, call: Call, refused: Refused) -> bool:
        return refused.fault != "method" and "json" not in str(call.headers.get("Accept", ""))


@room.broken("ERR-2")
class PageOnEmptyBody(RefusalPage):
    """An empty body is answered with the framework's own page, other malformed bodies are right."""

    def concerns(self, call: Call, refused: Refused) -> bool:
        return refused.fault == "malformed-json" and not call.body


@room.broken("ERR-2")
class PlainTextOnMissingMediaType(RefusalPage):
    """A request without Content-Type is answered by the framework in plain text, another type is right."""

    def concerns(self, call: Call, refused: Refused) -> bool:
        return refused.fault == MEDIA_TYPE_FAULT and not call.media_type

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        return Reply(reply.status, b"Unsupported Media Type", {"Content-Type": "text/plain"})


@room.broken("ERR-2", "ROB-3")
class PageOfTheRateLimit(Operator):
    """Now and then a request is put off with the rate limiter's own text; sent again, it is answered rightly."""

    def decide(self, call: Call) -> Reply:
        if call.number % 40 == 0:
            text = b"Too many requests, please try again later."
            return Reply(429, text, {"Content-Type": "text/html; charset=utf-8", "Retry-After": "0"})
        return super().decide(call)
