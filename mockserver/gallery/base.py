"""The operator that every variant starts from: strictly conforming, and made of stages that can be overridden.

A request passes `route` and the stages named in `order`; a stage lets it pass, refuses it, or drops the connection.
Then `accept` or `refuse` writes the reply and `finish` sees every reply last.
"""

# ruff: noqa: ARG002 - what a stage is given is for the variants, the base needs not all of it

import copy
import itertools
import json
import threading
from typing import Any, ClassVar

from mockserver.gallery.exchange import Call, Dropped, Refused, Reply
from mockserver.gallery.words import MEDIA_TYPE_FAULT, Words
from spec import Contract, Credential, Partner, Violation, compute_hash, strict_json
from spec.schema import VIOLATION_FAULTS

HANG = 30.0  # seconds for which a hanging variant holds a connection at most


class Operator:
    """A small operator that serves every operation of the document, and keeps every rule."""

    order: ClassVar[tuple[str, ...]] = ("authorise", "check_media_type", "read_body", "validate", "verify_hash", "act")
    http: ClassVar[str] = "HTTP/1.1"
    close_each: ClassVar[bool] = False  # the connection closes after every reply
    announce_close: ClassVar[bool] = True  # and the reply says so
    one_connection: ClassVar[bool] = False  # the others wait until it is closed
    one_thread: ClassVar[bool] = False  # which takes the next connection when it is done with one
    queue: ClassVar[int] = 256  # connections that wait to be taken
    max_body: ClassVar[int] = 1 << 20
    reads_once: ClassVar[bool] = False  # and takes what is there by then for the whole body

    def __init__(self, contract: Contract, partner: Partner, prefix: str = "") -> None:
        self.contract = contract
        self.partner = partner
        self.prefix = prefix.rstrip("/")
        self.words = Words.of(contract)
        self.closing = threading.Event()
        self.lock = threading.Lock()
        self._numbers = itertools.count(1)

    # --- the whole of it

    def answer(self, call: Call) -> Reply:
        """The reply to a request; Dropped if there is none."""
        call.number = next(self._numbers)
        return self.finish(call, self.decide(call))

    def decide(self, call: Call) -> Reply:
        """Take the request through the stages."""
        try:
            self.route(call)
            for stage in self.order:
                getattr(self, stage)(call)
            return self.accept(call)
        except Refused as refused:
            return self.refuse(call, refused)
        except Dropped:
            raise
        except Exception as error:
            return self.crash(call, error)

    # --- the stages

    def route(self, call: Call) -> None:
        """Find the operation by path and method."""
        there = [item for item in self.contract.operations if self.prefix + item.path == call.path]
        if not there:
            raise Refused("path")
        call.operation = next((item for item in there if item.method == call.method), there[0])
        if call.operation.method != call.method:
            raise Refused("method")

    def authorise(self, call: Call) -> None:
        """Check every credential by its value."""
        for credential in call.operation.credentials:
            given = self.given(call, credential)
            if not self.is_right(credential, given, self.partner.value(credential)):
                raise Refused(credential.fault)

    def given(self, call: Call, credential: Credential) -> str | None:
        """The credential as sent; None if it is missing or sent twice."""
        if credential.location == "query":
            values = call.parameters(credential.name)
            return values[0] if len(values) == 1 else None
        if credential.location == "header":
            return call.headers.get(credential.name)
        pairs = (pair.strip().partition("=") for pair in call.headers.get("Cookie", "").split(";"))
        return next((value for name, _, value in pairs if name == credential.name), None)

    def is_right(self, credential: Credential, given: str | None, wanted: str) -> bool:
        """Whether one credential is the partner's."""
        return given == wanted

    def check_media_type(self, call: Call) -> None:
        """Take the document's media type only."""
        if call.media_type != call.operation.media_type:
            raise Refused(MEDIA_TYPE_FAULT)

    def read_body(self, call: Call) -> None:
        """Read the body as a JSON object."""
        call.data = self.parse(call)
        if not isinstance(call.data, dict):
            raise Refused("not-an-object")

    def parse(self, call: Call) -> Any:
        """Read the body as JSON."""
        try:
            return strict_json.loads(call.body)
        except strict_json.MalformedJsonError:
            raise Refused("malformed-json") from None

    def validate(self, call: Call) -> None:
        """Hold the fields to the schema."""
        for violation in call.operation.schema.violations(call.data):
            if not self.forgives(call, violation):
                raise Refused(VIOLATION_FAULTS[violation.kind], violation.field)

    def forgives(self, call: Call, violation: Violation) -> bool:
        """Whether this way of breaking the schema is let through."""
        return False

    def verify_hash(self, call: Call) -> None:
        """Check the request hash, where a secret is configured."""
        declared = call.operation.request_hash
        given = call.data.get(declared.field) if declared and self.partner.secret else None
        if isinstance(given, str) and given and not self.hash_is_right(call, given):
            raise Refused("wrong-hash", declared.field if declared else "")

    def hash_is_right(self, call: Call, given: str) -> bool:
        """Whether the request hash is the computed one, in either letter case."""
        return given.lower() == self.computed_hash(call, call.data)

    def computed_hash(self, call: Call, values: dict[str, Any]) -> str:
        """The hash that these values ought to have, in lower case."""
        return compute_hash(call.operation, self.partner, values).lower()

    def act(self, call: Call) -> None:
        """Do what the notification is for: here nothing."""

    # --- the replies

    def accept(self, call: Call) -> Reply:
        """The canned success."""
        answer = call.operation.success
        return self.reply(answer.status, answer.media_type, self.success(call, copy.deepcopy(answer.body)))

    def success(self, call: Call, body: Any) -> Any:
        """The success's body, which may be changed in place."""
        return body

    def refuse(self, call: Call, refused: Refused) -> Reply:
        """The canned answer to a fault."""
        answer = self.contract.answer_for(refused.fault, call.operation)
        reply = self.reply(answer.status, answer.media_type, self.failure(call, refused, copy.deepcopy(answer.body)))
        reply.headers.update(answer.headers)
        return reply

    def failure(self, call: Call, refused: Refused, body: Any) -> Any:
        """A refusal's body, which may be changed in place."""
        return body

    def crash(self, call: Call, error: Exception) -> Reply:
        """The canned answer to a fault of the operator's own."""
        return self.refuse(call, Refused("system-error"))

    def reply(self, status: int, media_type: str, body: Any) -> Reply:
        """A reply with JSON in it."""
        return Reply(status, json.dumps(body).encode(), {"Content-Type": media_type})

    def finish(self, call: Call, reply: Reply) -> Reply:
        """The last look at every reply."""
        return reply

    # --- what variants need

    def kind(self, refused: Refused) -> str:
        """The kind of a fault: body, credential, hash, transport or server."""
        fault = self.contract.faults.get(refused.fault)
        return fault.kind if fault else "credential"

    def pause(self, seconds: float) -> None:
        """Wait, but not beyond the end of the server."""
        self.closing.wait(seconds)

    def hang(self) -> None:
        """Hold the connection, then close it without an answer."""
        self.pause(HANG)
        raise Dropped
