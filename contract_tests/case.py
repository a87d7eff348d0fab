"""One thing that is tried: what is sent, which rule it is about and what is expected; and the register of them all."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from contract_tests.exchange import Answer, NoAnswer, Request
from contract_tests.families import place, register_all
from contract_tests.notification import Maker
from spec import Operation

Expect = Literal[
    "success",  # the known session: a success, nothing else
    "success-or-refusal",  # ids may be unknown: a success or a well-formed 4XX
    "refusal",  # a well-formed refusal
    "turned-away",  # neither a success nor 5XX; what a server says or does on its own, before the operation, is its own
    "no-crash",  # any status but 5XX; the answer is not judged further
    "unread",  # the same for what a server need not be able to read, so that it may also close
    "not-success",  # any status but 2XX and 5XX; the body is not judged
    "survival",  # anything but 5XX, a dropped connection or a hang
]
FaultKind = Literal["body", "credential", "hash", "transport", ""]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that is tried. `build` makes the request anew at each sending."""

    rule: str
    label: str  # what is special about it: a field, a value, a method
    expect: Expect
    build: Callable[[], Request]
    maker: Maker
    fault: FaultKind = ""
    variant: bool = False  # with a secret: a well-formed refusal is a hash variant, not a failure
    may_repeat: bool = False  # it may equal a notification of an earlier run: a well-formed 409 is allowed
    generated: bool = False
    after: Callable[[Request], Request] | None = None  # makes what is sent just before, over the same connection
    left_open: str = ""  # why whatever is wrong with the answer is recorded, and no failure
    means_another: str = ""  # the one field whose value makes this another session, where it is checked

    @property
    def operation(self) -> Operation:
        """The operation that is tried."""
        return self.maker.operation

    def taken_for_repeat(self, answer: Answer | NoAnswer) -> bool:
        """Whether it is refused as an exact repeat of what was sent before may be: with 409 (OK-8)."""
        return answer.is_conflict and (self.may_repeat or self.maker.repeats)

    @property
    def over_new_connection(self) -> bool:
        """Whether the answer may come before the body is read, which leaves a kept connection out of step."""
        return self.fault in ("transport", "credential")

    @property
    def id(self) -> str:
        """`VAL-1[field]`: readable, and the same in every run."""
        return f"{self.rule}[{self.label}]"


Family = Callable[[Maker], Iterable[Case]]
_families: list[tuple[tuple[str, ...], Family]] = []


def cases(*rules: str) -> Callable[[Family], Family]:
    """Register a function that yields the cases of these rules for one operation."""

    def register(family: Family) -> Family:
        _families.append((rules, family))
        return family

    return register


def collect(maker: Maker, wanted: frozenset[str]) -> Iterator[Case]:
    """Every registered case of one operation that is about a wanted rule, in a fixed order."""
    register_all()
    for rules, family in sorted(_families, key=lambda item: place(item[1].__module__)):
        if wanted.intersection(rules):
            yield from (case for case in family(maker) if case.rule in wanted)


def registered() -> frozenset[str]:
    """The rules that have cases of their own."""
    register_all()
    return frozenset(rule for rules, _ in _families for rule in rules)
