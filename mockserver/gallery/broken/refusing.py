"""What the variants with wrong refusals share: which faults they concern, and a place to spoil the reply."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import MEDIA_TYPE_FAULT


class Refusing(Operator):
    """Spoils the refusals of the faults named; without a name those of every fault in credentials, body or hash."""

    def __init__(self, *where: Any, faults: tuple[str, ...] = ()) -> None:
        super().__init__(*where)
        self.faults = faults

    def concerns(self, call: Call, refused: Refused) -> bool:
        if self.faults:
            return refused.fault in self.faults
        return refused.fault == MEDIA_TYPE_FAULT or self.kind(refused) in ("body", "credential", "hash")

    def refuse(self, call: Call, refused: Refused) -> Reply:
        reply = super().refuse(call, refused)
        return self.spoil(call, refused, reply) if self.concerns(call, refused) else reply

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        return reply

    def respell(self, reply: Reply, **changed: Any) -> Reply:
        """Put other values for the code or the message; Ellipsis takes the key out."""
        body = reply.json
        inside = self.words.inside(body)
        for what, value in changed.items():
            key = getattr(self.words, what)
            inside.pop(key)
            if value is not Ellipsis:
                inside[key] = value
        return reply.rewrite(body)
