"""OK-1: every plain notification is refused, since the page was read otherwise and another form is taken for right."""

# ruff: noqa: D102 - an override takes what its stage takes, and does what its class says

import re

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import MEDIA_TYPE_FAULT
from spec import Credential

room = Room()


@room.broken("OK-1")
class DemandsCharset(Operator):
    """The media type is compared as a whole, with a charset that the provider does not send."""

    def check_media_type(self, call: Call) -> None:
        super().check_media_type(call)
        if "charset=utf-8" not in str(call.headers.get("Content-Type", "")).lower():
            raise Refused(MEDIA_TYPE_FAULT)


@room.broken("OK-1")
class DemandsAccept(Operator):
    """A request that does not ask for JSON by name is refused, before anything else is looked at."""

    order = ("check_accept", *Operator.order)

    def check_accept(self, call: Call) -> None:
        if call.headers.get("Accept") != call.operation.media_type:
            raise Refused(MEDIA_TYPE_FAULT)


@room.broken("OK-1")
class PathInSmallLetters(Operator):
    """The route is written in small letters, and paths are compared as they are."""

    def route(self, call: Call) -> None:
        if call.path != call.path.lower():
            raise Refused("path")
        known = {self.prefix + item.path for item in self.contract.operations}
        path, question, query = call.target.partition("?")
        full = next((each for each in known if each.lower() == call.path), path)
        call.target = full + question + query
        super().route(call)


@room.broken("OK-1", "HTTP-1", "HTTP-2")
class ServesPutAlone(Operator):
    """The route is registered for PUT."""

    def route(self, call: Call) -> None:
        if call.method != "PUT":
            raise Refused("method")
        call.method = self.contract.operations[0].method
        super().route(call)


@room.broken("OK-1", "AUTH-1", "AUTH-2", needs=("partner-id", "partner-token"))
class CredentialsInHeaders(Operator):
    """Credentials are looked for among the headers, and what stands in the query is not."""

    def given(self, call: Call, credential: Credential) -> str | None:
        return call.headers.get(credential.name)


@room.broken("OK-1", "AUTH-2", needs=("hash", "partner-token"))
class TokenIsTheHash(Operator):
    """The token in the query is compared with the request hash in the body, since both have one name."""

    order = ("check_media_type", "read_body", "validate", "authorise", "verify_hash", "act")

    def authorise(self, call: Call) -> None:
        for credential in call.operation.credentials:
            given = self.given(call, credential)
            hashed = credential.secret and given in call.data.values()
            if not hashed and (credential.secret or given != self.partner.value(credential)):
                raise Refused(credential.fault)


@room.broken("OK-1", "VAL-2", "OK-6", "ROB-1")
class DemandsNumbers(Operator):
    """Ids that look like numbers must be numbers."""

    def validate(self, call: Call) -> None:
        body = dict(call.data)
        for name, value in call.operation.example.items():
            if isinstance(value, str) and value.isdigit():
                if not isinstance(body.get(name), int):
                    raise Refused("wrong-type", name)
                body[name] = str(body[name])
        call.data = body
        super().validate(call)


@room.broken("OK-1", "VAL-1")
class NamesWithUnderscores(Operator):
    """Fields are looked for under names in the style of the operator's own language."""

    def validate(self, call: Call) -> None:
        own = {re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower(): name for name in call.operation.by_name}
        call.data = {own[name]: value for name, value in call.data.items() if name in own}
        super().validate(call)


@room.broken("ERR-2", "OK-1", "OK-2", "OK-3", "OK-4", "OK-5")
class GuardedAgainstForgery(Operator):
    """The framework's guard against forged forms wants a token, and answers every notification with a page."""

    def decide(self, call: Call) -> Reply:
        try:
            self.route(call)
        except Refused as refused:
            return self.refuse(call, refused)
        return Reply(403, b"<!doctype html>\n<title>403 Forbidden</title>\n", {"Content-Type": "text/html"})
