"""ERR-3, ERR-4, ERR-6: the code and the message of a refusal, and the family of the code."""

# ruff: noqa: ARG002, D102 - an override takes what its stage takes, and does what its class says

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from mockserver.gallery.base import Operator
from mockserver.gallery.broken.refusing import Refusing
from mockserver.gallery.entry import Entry, Room
from mockserver.gallery.exchange import Call, Refused, Reply
from mockserver.gallery.words import MEDIA_TYPE_FAULT, reachable_faults
from spec import Contract

room = Room()

_CODES: dict[str, tuple[Callable[[str], Any], str]] = {
    "lower-case": (str.lower, "is in lower case"),
    "number": (lambda code: int(code.rpartition(".")[2]), "is a number"),
    "three-digits": (lambda code: code.replace(".", ".0"), "has three digits"),
    "other-letter": (lambda code: "X" + code[1:], "begins with another letter"),
    "dash": (lambda code: code.replace(".", "-"), "has a dash in place of the dot"),
    "no-dot": (lambda code: code.replace(".", ""), "has no dot"),
    "no-digits": (lambda code: code.partition(".")[0] + ".", "has no digits"),
    "word": (lambda _: "VALIDATION_ERROR", "is a word of the house's own"),
    "empty": (lambda _: "", "is empty"),
    "null": (lambda _: None, "is null"),
    "line-end": (lambda code: code + "\n", "ends in a line feed"),
    "spaces": (lambda code: f" {code}", "begins with a space"),
    "letters-behind": (lambda code: code + "a", "has a letter behind the digits"),
    "two-letters": (lambda code: code[0] + code, "has its letter twice"),
    "other-digits": (lambda code: code[:-1] + "\u0661", "ends in an Arabic-Indic digit"),
    "list": (lambda code: [code], "is a list"),
    "missing": (lambda _: ..., "is missing"),
}
_MESSAGES: dict[str, Any] = {
    "empty": "",
    "null": None,
    "number": 400,
    "list": ["INVALID"],
    "object": {"en": "INVALID"},
    "boolean": False,
    "missing": ...,
}


class RefusalText(Refusing):
    """Refuses with another code or message."""

    def __init__(self, *where: Any, what: str, change: Callable[[str], Any], faults: tuple[str, ...] = ()) -> None:
        super().__init__(*where, faults=faults)
        self.what, self.change = what, change

    def spoil(self, call: Call, refused: Refused, reply: Reply) -> Reply:
        old = self.words.inside(reply.json)[getattr(self.words, self.what)]
        return self.respell(reply, **{self.what: self.change(old)})


@room.generated
def codes(contract: Contract) -> Iterator[Entry]:
    """Codes that do not match the pattern."""
    for name, (change, what) in _CODES.items():
        make = partial(RefusalText, what="code", change=change)
        also = ("ERR-2",) if name == "missing" else ("ERR-6",)
        yield Entry(f"code-{name}", "broken", f"The code of every refusal {what}.", make, "ERR-3", also)
    for fault in _reachable(contract, "malformed-json", "partner-token", "missing-field"):
        make = partial(RefusalText, what="code", change=lambda _: None, faults=(fault,))
        summary = f"The code of the fault {fault} is null, since its table has no entry for it; the others are right."
        yield Entry(f"code-null-on-{fault}", "broken", summary, make, "ERR-3", ("ERR-6",))


def _always(value: Any) -> Callable[[str], Any]:
    return lambda _: value


@room.generated
def messages(contract: Contract) -> Iterator[Entry]:
    """Messages that are no text."""
    for name, value in _MESSAGES.items():
        make = partial(RefusalText, what="message", change=_always(value))
        what = "missing" if value is ... else repr(value)
        also = ("ERR-2",) if value is ... else ()
        yield Entry(f"message-{name}", "broken", f"The message of every refusal is {what}.", make, "ERR-4", also)
    for fault in _reachable(contract, "not-an-object", "partner-id", "wrong-type"):
        make = partial(RefusalText, what="message", change=lambda _: "", faults=(fault,))
        summary = f"The message of the fault {fault} is empty, the others are right."
        yield Entry(f"message-empty-on-{fault}", "broken", summary, make, "ERR-4")


@room.generated
def families(contract: Contract) -> Iterator[Entry]:
    """A code of the other family: for each fault that has but one, and for all faults of a kind at once."""
    for fault, _ in reachable_faults(contract):
        if fault != MEDIA_TYPE_FAULT and _other(contract, fault):
            yield _family(contract, f"{fault}-in-the-other-family", (fault,), f"the fault {fault}")
    for kind in ("credential", "body"):
        faults = tuple(name for name, _ in reachable_faults(contract) if _kind(contract, name) == kind)
        if faults and all(_other(contract, fault) for fault in faults):
            yield _family(contract, f"{kind}-faults-in-the-other-family", faults, f"every {kind} fault")


def _reachable(contract: Contract, *wanted: str) -> list[str]:
    known = dict(reachable_faults(contract))
    return [fault for fault in wanted if fault in known]


def _kind(contract: Contract, fault: str) -> str:
    return contract.faults[fault].kind if fault in contract.faults else ""


def _family(contract: Contract, name: str, faults: tuple[str, ...], what: str) -> Entry:
    own, other = contract.answer_for(faults[0]).code, _other(contract, faults[0])
    make = partial(RefusalText, what="code", change=lambda code: f"{other}.{code.rpartition('.')[2]}", faults=faults)
    summary = f"The code of {what} has the letter {other} and not {own[:1]}."
    return Entry(name, "broken", summary, make, "ERR-6")


@room.broken("ERR-6", needs=("hash", "partner-token"))
class MissingHashIsACredential(Operator):
    """A request hash that is missing or no text is refused like a credential, and not as a fault of the body."""

    def validate(self, call: Call) -> None:
        declared = call.operation.request_hash
        if declared and not isinstance(call.data.get(declared.field), str):
            raise Refused(call.operation.credentials[-1].fault, declared.field)
        super().validate(call)


def _other(contract: Contract, fault: str) -> str:
    """A family that must not answer this fault; empty if every one may."""
    known = contract.faults.get(fault)
    own = known.families if known else ()
    return next((name for name in contract.families if name not in own), "") if own else ""
