"""ERR-7: the partner's token in an answer, and other secrets in messages of refusals."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

import base64
from typing import Any
from urllib.parse import quote

from mockserver.gallery.broken.refusing import Refusing
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused, Reply

room = Room()


class TokenLeak(Refusing):
    """Repeats the partner's token in a refusal, or in every answer."""

    def token(self, call: Call) -> str:
        credential = call.operation.credential("partner-token")
        return self.partner.value(credential) if credential else ""

    def into_message(self, reply: Reply, addition: str) -> Reply:
        old = self.words.inside(reply.json)[self.words.message]
        return self.respell(reply, message=f"{old}: {addition}")


@room.broken("ERR-7", needs=("partner-token",))
class TokenExpectedInMessage(TokenLeak):
    """A wrong token is refused with a message that says which one would have been right."""

    def concerns(self, call: Call, refused: Refused) -> bool:
        return refused.fault == "partner-token"

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        return self.into_message(reply, f"expected {self.token(call)}")


@room.broken("ERR-7", needs=("partner-token",))
class UrlInMessage(TokenLeak):
    """A body that is refused is answered with a message that repeats the whole URL, token included."""

    def concerns(self, call: Call, refused: Refused) -> bool:
        return self.kind(refused) == "body"

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        return self.into_message(reply, f"{call.method} {call.target}")


@room.broken("ERR-7", needs=("partner-token",))
class UrlInExtraField(TokenLeak):
    """Refusals have a field more with the URL that was called, token included."""

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        return reply.rewrite({**reply.json, "instance": call.target})


@room.broken("ERR-7", needs=("partner-token",))
class UrlInSuccess(TokenLeak):
    """The success has a field more with the URL that was called, token included."""

    def success(self, call: Call, body: Any) -> Any:
        return {**body, "self": call.target}


@room.broken("ERR-7", needs=("partner-token",))
class UrlInLocation(TokenLeak):
    """A Location header on the success repeats the URL that was called, token included."""

    def accept(self, call: Call) -> Reply:
        reply = super().accept(call)
        reply.headers["Location"] = call.target
        return reply


@room.broken("ERR-7", needs=("partner-token",))
class TokenInCookie(TokenLeak):
    """Every answer sets a cookie with the partner's token."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.headers["Set-Cookie"] = f"auth={quote(self.token(call), safe='')}; HttpOnly"
        return reply


@room.broken("ERR-7", needs=("partner-token",))
class TokenInReason(TokenLeak):
    """The reason phrase of a refusal repeats the partner's token."""

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        reply.reason = f"Not acceptable with {self.token(call)}"
        return reply


@room.broken("ERR-7", needs=("partner-token",))
class TokenInBase64(TokenLeak):
    """A header of every answer holds partner's id and token in base64, as for basic authentication."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.headers["X-Upstream-Auth"] = base64.b64encode(self.token(call).encode()).decode()
        return reply


@room.broken("ERR-7", needs_secret=True)
class ExpectedHashInMessage(TokenLeak):
    """A wrong request hash is refused with a message that says which one would have been right."""

    def concerns(self, call: Call, refused: Refused) -> bool:
        return refused.fault == "wrong-hash"

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        return self.into_message(reply, f"expected {self.computed_hash(call, call.data)}")


@room.broken("ERR-7")
class BodyInMessage(TokenLeak):
    """Refusals repeat the whole body in the message, for debugging."""

    def concerns(self, call: Call, refused: Refused) -> bool:
        return self.kind(refused) == "body"

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        return self.into_message(reply, call.body[:2000].decode("utf-8", "replace"))
