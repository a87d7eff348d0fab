"""What became of one notification: every sending of it, and the rules that its answers keep and break."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from contract_tests.breach import Breach, shown, too_slow
from contract_tests.exchange import Answer, Exchange, NoAnswer, like
from contract_tests.judge import Learnt, judge
from luckymonaco.sending.compose import Notification
from spec import Contract, Envelope, Operation

Word = Literal["KEPT", "BROKEN", "NOT SENT"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One notification with all that came back. `number` counts from 1; `line` is its place in a file."""

    number: int
    line: int
    notification: Notification
    exchanges: tuple[Exchange, ...]
    breaches: tuple[Breach, ...]
    kept: tuple[str, ...]
    decides: frozenset[str]  # rules whose breach decides the exit code

    @property
    def answer(self) -> Answer | NoAnswer:
        """What the last sending brought."""
        return self.exchanges[-1].answer

    @property
    def broken(self) -> tuple[Breach, ...]:
        """The breaches that decide."""
        return tuple(breach for breach in self.breaches if not breach.note and breach.rule in self.decides)

    @property
    def word(self) -> Word:
        """KEPT, BROKEN or, where no connection was ever made, NOT SENT."""
        if all(not was_sent(exchange) for exchange in self.exchanges):
            return "NOT SENT"
        return "BROKEN" if self.broken else "KEPT"


def was_sent(exchange: Exchange) -> bool:
    """Whether the target may have seen the request: only a refused connection says for certain that it has not."""
    return not (isinstance(exchange.answer, NoAnswer) and exchange.answer.trouble == "unreachable")


class Judge:
    """Judges the answers of one run. An answer to the very same notification is also held against the first one."""

    def __init__(self, contract: Contract, *, secret: bool, limit: float, strict: bool, repeats: bool) -> None:
        self._contract = contract
        self._learnt = Learnt(contract, secret=secret)
        self._limit = limit
        self._repeats = repeats
        self._first: Answer | None = None
        # A rule that the document does not list is a fallback of the judge's own, and decides.
        self._open = frozenset(rule.id for rule in contract.rules.values() if rule.level != "MUST" and not strict)

    def outcome(self, number: int, line: int, notification: Notification, sent: Sequence[Exchange]) -> Outcome:
        """Judge every answer that a notification got, those before the last one by their form alone."""
        breaches: list[Breach] = []
        if not any(was_sent(exchange) for exchange in sent):
            return Outcome(number, line, notification, tuple(sent), (), (), frozenset())
        for position, exchange in enumerate(sent):
            last = position == len(sent) - 1
            if last or isinstance(exchange.answer, Answer):
                found = self._judge(notification, exchange, again=bool(position) or (self._repeats and number > 1))
                breaches += found if last else [b for b in found if b.rule != notification.case.rule]
        if self._repeats:
            breaches += self._unlike_the_first(sent[-1].answer)
        held = tuple(self._held_to(notification, sent[-1].answer))
        named = {breach.rule for breach in breaches if not breach.note}
        kept = tuple(rule for rule in held if rule not in named)
        decides = frozenset(breach.rule for breach in breaches) - self._open
        return Outcome(number, line, notification, tuple(sent), _once_each(breaches), kept, decides)

    def _judge(self, notification: Notification, exchange: Exchange, *, again: bool) -> list[Breach]:
        found = list(judge(replace(notification.case, may_repeat=again), exchange, self._learnt))
        late = too_slow(exchange.answer, self._limit)
        return [*found, late] if late else found

    def _unlike_the_first(self, answer: Answer | NoAnswer) -> Iterator[Breach]:
        """OK-8: an exact repeat is answered like the first; a 409 is left open."""
        if self._first is None:
            if isinstance(answer, Answer) and answer.is_2xx:
                self._first = answer
        elif not like(self._first, answer):
            expected = f"as the first time: {shown(self._first, 80)}"
            yield Breach("OK-8", expected, shown(answer), note=answer.is_conflict)

    def _held_to(self, notification: Notification, answer: Answer | NoAnswer) -> Iterator[str]:
        """The rules by which such an answer is judged, in the document's order."""
        if isinstance(answer, NoAnswer):
            return
        operation = notification.case.operation
        rules = {"ERR-7", *_rules_of(operation, answer)}
        if answer.is_2xx:
            rules |= {notification.case.rule, "OK-4"}
        elif answer.status >= 400:
            rules |= {"ERR-1"}
        rules |= {"TIME-1"} if self._limit else set()
        yield from (rule for rule in self._contract.rules if rule in rules)


def _rules_of(operation: Operation, answer: Answer) -> set[str]:
    envelope: Envelope | None = operation.envelope(answer.status)
    return set(_marks(envelope.schema.node)) if envelope else set()


def _marks(node: Mapping[str, Any]) -> Iterator[str]:
    """Every x-rule in a schema."""
    if isinstance(node.get("x-rule"), str):
        yield node["x-rule"]
    for child in (*node.get("properties", {}).values(), *node.get("allOf", ())):
        yield from _marks(child)


def _once_each(breaches: Sequence[Breach]) -> tuple[Breach, ...]:
    """The breaches without those that one rule's sendings have in common."""
    return tuple({(breach.rule, breach.got, breach.note): breach for breach in breaches}.values())
