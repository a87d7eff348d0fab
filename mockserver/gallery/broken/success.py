"""OK-1, OK-4 and OK-5: the status and the media type of a success, and optional fields."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from collections.abc import Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import MEDIA_TYPE_FAULT, fields
from spec import Contract

room = Room()

_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "plain-text": "text/plain",
    "text-json": "text/json",
    "javascript": "application/javascript",
    "binary": "application/octet-stream",
    "vendor-json": "application/vnd.api+json",
    "problem-json": "application/problem+json",
    "form": "application/x-www-form-urlencoded",
}


class SuccessWithStatus(Operator):
    """Sends the success with another status."""

    def __init__(self, *where: Any, status: int) -> None:
        super().__init__(*where)
        self.status = status

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        reply.status = self.status
        return reply


@room.broken("OK-1", "ERR-1")
class RedirectedToSlash(Operator):
    """The framework's route ends in a slash, and sends whoever leaves it out to the right place."""

    def accept(self, call: Call) -> Reply:
        return Reply(301, b"", {"Location": f"{call.path}/", "Content-Type": "text/html"})


@room.broken("OK-1", "ERR-5", "ERR-2")
class EverySuccessCrashes(Operator):
    """What is done with a good notification raises each time, and the framework's page says so."""

    def accept(self, call: Call) -> Reply:
        return Reply(500, b"<h1>Internal Server Error</h1>", {"Content-Type": "text/html"})


@room.broken("OK-1", "OK-5", "OK-6")
class ReadsOneLineOnly(Operator):
    """The body is searched with a pattern for one line, so that JSON printed with line breaks has no fields."""

    def read_body(self, call: Call) -> None:
        super().read_body(call)
        if b"\n" in call.body:
            raise Refused("missing-field")


class SuccessWithMediaType(Operator):
    """Sends the success with another media type, or none."""

    def __init__(self, *where: Any, media_type: str = "") -> None:
        super().__init__(*where)
        self.media_type = media_type

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        reply.headers = {"Content-Type": self.media_type} if self.media_type else {}
        return reply


@room.listed
def statuses() -> Iterator[Entry]:
    """Another 2XX than 200."""
    for status, why in ((201, "as a create would"), (202, "since the work is queued"), (206, "for no reason")):
        summary = f"The success is sent with status {status}, {why}."
        yield Entry(f"success-{status}", "broken", summary, partial(SuccessWithStatus, status=status), "OK-1")
    summary = "The success is sent with status 204 and no body."
    yield Entry("success-204", "broken", summary, partial(SuccessWithStatus, status=204), "OK-1", ("OK-2", "OK-4"))


@room.listed
def media_types() -> Iterator[Entry]:
    """Another media type than JSON's."""
    for name, media_type in _MEDIA_TYPES.items():
        summary = f"The success is sent as {media_type}."
        make = partial(SuccessWithMediaType, media_type=media_type)
        yield Entry(f"success-as-{name}", "broken", summary, make, "OK-4")
    yield Entry(
        "success-without-media-type", "broken", "The success has no Content-Type.", SuccessWithMediaType, "OK-4"
    )


@room.broken("OK-2", "OK-3", "OK-4")
class EmptySuccess(Operator):
    """The handler logs and returns nothing: status 200 with an empty body."""

    def accept(self, call: Call) -> Reply:
        return Reply(200)


class OptionalField(Operator):
    """Does something wrong when an optional field is there, or is not."""

    def __init__(self, *where: Any, field: str, present: bool, outcome: str) -> None:
        super().__init__(*where)
        self.field, self.present, self.outcome = field, present, outcome

    def act(self, call: Call) -> None:
        if (self.field in call.data) is self.present:
            if self.outcome == "crash":
                raise KeyError
            raise Refused("invalid-value" if self.present else "missing-field", self.field)


@room.generated
def optional_fields(contract: Contract) -> Iterator[Entry]:
    """An optional field that is demanded, refused, or fatal."""
    for field in (item for item in fields(contract).values() if not item.required):
        make = partial(OptionalField, field=field.name)
        for name, summary, present, outcome, also in (
            (f"demands-{field.name}", "A notification without {} is refused.", False, "refuse", ("OK-1",)),
            (
                f"crashes-without-{field.name}",
                "The field {} is read without a look whether it is there.",
                False,
                "crash",
                ("OK-1",),
            ),
            (
                f"refuses-{field.name}",
                "A notification with {} is refused as having a field too many.",
                True,
                "refuse",
                (),
            ),
            (
                f"crashes-with-{field.name}",
                "A notification with {} ends in the operator's own error.",
                True,
                "crash",
                (),
            ),
        ):
            made = partial(make, present=present, outcome=outcome)
            rules = (*also, "OK-6", "ERR-5") if outcome == "crash" else (*also, "OK-6")
            yield Entry(name, "broken", summary.format(field.name), made, "OK-5", rules)
        summary = f"The success is sent as text/html when {field.name} is there."
        yield Entry(
            f"success-as-html-with-{field.name}",
            "broken",
            summary,
            partial(OptionalPage, field=field.name),
            "OK-4",
            ("OK-5",),
        )
        make_bare = partial(OptionalPage, field=field.name, without_text=True)
        summary = f"The success lacks its text when {field.name} is there."
        yield Entry(f"success-without-text-with-{field.name}", "broken", summary, make_bare, "OK-3", ("OK-5",))


class OptionalPage(Operator):
    """Sends the success as a page, or without its text, when an optional field is there."""

    def __init__(self, *where: Any, field: str, without_text: bool = False) -> None:
        super().__init__(*where)
        self.field, self.without_text = field, without_text

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        if self.field in call.data and self.without_text:
            reply.rewrite({self.words.error: reply.json[self.words.error]})
        elif self.field in call.data:
            reply.headers["Content-Type"] = "text/html"
        return reply


@room.broken("OK-1", "ERR-5")
class CrashesOnEveryNotification(Operator):
    """Whatever is right ends in the operator's own error, since what it calls was renamed; refusals are right."""

    def act(self, call: Call) -> None:
        raise AttributeError


@room.broken("OK-1", "ERR-1")
class RedirectsEveryNotification(Operator):
    """Whatever is right is sent on to another page, as after a form."""

    def accept(self, call: Call) -> Reply:
        return Reply(303, b"", {"Location": "/done"})


@room.broken("OK-1")
class HeaderNamesByCase(Operator):
    """Headers are looked up by their usual spelling, though a proxy may write them in small letters."""

    def check_media_type(self, call: Call) -> None:
        super().check_media_type(call)
        if "Content-Type" not in list(call.headers.keys()):
            raise Refused(MEDIA_TYPE_FAULT)


@room.broken("OK-3", "OK-1")
class SilentInOtherLanguages(Operator):
    """The text of the success is looked up by the caller's language, and is missing for most."""

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        if str(call.headers.get("Accept-Language", "en"))[:2] not in ("en", "fr"):
            reply.rewrite({key: value for key, value in reply.json.items() if key != self.words.text})
        return reply


@room.broken("OK-1", "VAL-6")
class CharsetParameterRefused(Operator):
    """The media type is compared whole, so that one with a charset is refused, which many clients write."""

    def check_media_type(self, call: Call) -> None:
        if call.headers.get("Content-Type") != call.operation.media_type:
            raise Refused(MEDIA_TYPE_FAULT)
