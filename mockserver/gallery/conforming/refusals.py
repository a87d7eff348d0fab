"""Refusals of many kinds: the statuses and codes that the contract leaves to the operator, other messages."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Room
from mockserver.gallery.exchange import Call, Refused, Reply

room = Room()


class CodeOf(Operator):
    """Writes codes in another way."""

    def failure(self, call: Call, refused: Refused, body: Any) -> Any:
        inside = self.words.inside(body)
        inside[self.words.code] = self.code(*str(inside[self.words.code]).split("."))
        return body

    def code(self, family: str, digits: str) -> str:
        return f"{family}.{digits}"


@room.conforming()
class OneDigitCodes(CodeOf):
    """Codes have one digit where that is enough, as in the page's example."""

    def code(self, family: str, digits: str) -> str:
        return f"{family}.{int(digits)}"


@room.conforming()
class OneCodeEach(CodeOf):
    """There is but one code for each family."""

    def code(self, family: str, digits: str) -> str:
        return f"{family}.0"


@room.conforming()
class HighCodes(CodeOf):
    """Codes are numbered from the top down."""

    def code(self, family: str, digits: str) -> str:
        return f"{family}.{99 - int(digits):02}"


@room.conforming(needs=("hash",), needs_secret=True)
class HashRefusedAsValidation(Operator):
    """A wrong request hash is refused like a wrong value of a field."""

    def refuse(self, call: Call, refused: Refused) -> Reply:
        return super().refuse(call, Refused("invalid-value") if refused.fault == "wrong-hash" else refused)


class MessageOf(Operator):
    """Writes messages in another way."""

    def failure(self, call: Call, refused: Refused, body: Any) -> Any:
        inside = self.words.inside(body)
        inside[self.words.message] = self.message(call, refused, str(inside[self.words.message]))
        return body

    def message(self, call: Call, refused: Refused, text: str) -> str:
        return text


@room.conforming()
class DetailedMessages(MessageOf):
    """Messages say in detail what is wrong with which field."""

    def message(self, call: Call, refused: Refused, text: str) -> str:
        field = f"the field '{refused.field}' at line 1 of the body" if refused.field else "the request"
        return (
            f"{text}: {field} must be a non-empty string (error in validator.check, see https://docs.invalid/errors#1)"
        )


@room.conforming()
class MessagesInUtf8(MessageOf):
    """Messages are in another language, in UTF-8."""

    def message(self, call: Call, refused: Refused, text: str) -> str:
        return "Ошибка: неверный запрос «セッション»"

    def refuse(self, call: Call, refused: Refused) -> Reply:
        reply = super().refuse(call, refused)
        return reply.rewrite(reply.json, raw=True)


@room.conforming()
class OneLetterMessages(MessageOf):
    """Messages are as short as they can be."""

    def message(self, call: Call, refused: Refused, text: str) -> str:
        return "-"


@room.conforming()
class ExtraHeaders(Operator):
    """Every answer has the headers of gateways and security checklists."""

    def finish(self, call: Call, reply: Reply) -> Reply:
        reply.headers |= {
            "Retry-After": "120",
            "Strict-Transport-Security": "max-age=31536000",
            "X-Request-Id": "0123456789abcdef0123456789abcdef",
            "Set-Cookie": "lb=node2; Path=/; HttpOnly",
            "Cache-Control": "no-store",
            "Server": "gateway/1.2 (Unix)",
            "Vary": "Accept-Encoding, Origin",
            "Access-Control-Allow-Origin": "*",
        }
        if reply.status == 401:
            reply.headers["WWW-Authenticate"] = 'Bearer realm="operator"'
        return reply


@room.conforming()
class ErrorsInsideAnswered400(Operator):
    """Whatever goes wrong inside is blamed on the caller: there is no 5XX."""

    def crash(self, call: Call, error: Exception) -> Reply:
        return self.refuse(call, Refused("malformed-json"))


@room.conforming(needs=("hash",))
class EmptyHashIsAWrongOne(Operator):
    """A request hash that is empty is refused like a wrong one, before the other fields are looked at."""

    def validate(self, call: Call) -> None:
        declared = call.operation.request_hash
        if declared and self.is_wrong(call.data.get(declared.field)):
            raise Refused("wrong-hash", declared.field)
        super().validate(call)

    def is_wrong(self, given: object) -> bool:
        return given == ""


@room.conforming(needs=("hash",), needs_secret=True)
class MissingHashIsAWrongOne(EmptyHashIsAWrongOne):
    """So is one that is missing or no text, where hashes are checked."""

    def is_wrong(self, given: object) -> bool:
        return super().is_wrong(given) or (bool(self.partner.secret) and not isinstance(given, str))
