"""Changes of the lists at the document's end: rules, answers, hash schemes, readings."""

from collections.abc import Iterator, Mapping

from luckymonaco.diff.change import Change, added, breaking, compatible, gone, kept
from spec import CannedAnswer, Contract, Rule
from spec.schema import compact


def rules(old: Contract, new: Contract) -> Iterator[Change]:
    """A new MUST is breaking; a SHOULD is advice, and a rule that went asks nothing."""
    for id, rule in gone(old.rules, new.rules):
        yield compatible(id, f"The {rule.level} rule is gone: {rule.text}")
    for id, rule in added(old.rules, new.rules):
        make = breaking if rule.level == "MUST" else compatible
        yield make(id, f"A new {rule.level} rule: {rule.text}", rule.fix if rule.level == "MUST" else "")
    for id, was, now in kept(old.rules, new.rules):
        yield from _rule(id, was, now)


def _rule(id: str, was: Rule, now: Rule) -> Iterator[Change]:
    if was.level != now.level:
        make = breaking if now.level == "MUST" else compatible
        yield make(id, f"The rule is {now.level}, it was {was.level}: {now.text}")
    for name in ("statuses", "methods", "when", "credential"):
        before, after = getattr(was, name), getattr(now, name)
        if before != after:
            make = breaking if now.level == "MUST" else compatible
            yield make(id, f"The rule's {name}: {_listed(after)}, it was {_listed(before)}.", "Read it anew.")
    if (was.text, was.detail) != (now.text, now.detail):
        # What the suite does for a rule hangs on the rest of it, not on its words.
        yield compatible(id, f"The rule is worded anew: {now.text} {now.detail}".strip())
    if was.standing != now.standing:
        yield compatible(id, f"The rule is {now.standing} now, it was {was.standing}.")


def _listed(value: str | tuple[int | str, ...]) -> str:
    return value if isinstance(value, str) and value else ", ".join(map(str, value)) or "none"


def answers(old: Contract, new: Contract) -> Iterator[Change]:
    """The catalogue of codes is open, so no answer that comes or goes breaks anything."""
    before: Mapping[str, CannedAnswer] = {answer.name: answer for answer in old.answers}
    after: Mapping[str, CannedAnswer] = {answer.name: answer for answer in new.answers}
    for name, answer in gone(before, after):
        yield compatible(name, f"The canned answer {_called(answer)} is gone.")
    for name, answer in added(before, after):
        yield compatible(name, f"A new canned answer, {_called(answer)}: {answer.summary or compact(answer.body)}.")
    for name, was, now in kept(before, after):
        if (was.status, was.code) != (now.status, now.code):
            yield compatible(name, f"The canned answer is {_called(now)}, it was {_called(was)}.")
        elif was.body != now.body:
            yield compatible(name, f"The canned answer is {compact(now.body)}, it was {compact(was.body)}.")
        if was.faults != now.faults:
            text = f"The mock sends it for {_listed(now.faults)}, it was {_listed(was.faults)}."
            yield compatible(name, text)
        if was.standing != now.standing:
            yield compatible(name, f"The canned answer is {now.standing} now, it was {was.standing}.")


def _called(answer: CannedAnswer) -> str:
    return f"{answer.status} {answer.code}".strip()


def code_families(old: Contract, new: Contract) -> Iterator[Change]:
    """What a code may begin with is a pattern of the answers; here is what the letters mean."""
    for letter, _ in gone(old.families, new.families):
        yield compatible(letter, "The family of codes is gone.")
    for letter, summary in added(old.families, new.families):
        yield compatible(letter, f"A new family of codes: {summary}.")
    for letter, was, now in kept(old.families, new.families):
        if was != now:
            yield compatible(letter, f"The family of codes is for: {now}, it was for: {was}.")


def magic(old: Contract, new: Contract) -> Iterator[Change]:
    """The mock's magic values: nothing that an operator is held to."""
    if old.raw.get("x-magic") != new.raw.get("x-magic"):
        yield compatible("magic values", "The values by which a caller chooses the mock's answers have changed.")


def hash_schemes(old: Contract, new: Contract) -> Iterator[Change]:
    """A scheme that goes or changes breaks those who chose it by name."""
    for name, _ in gone(old.hash_schemes, new.hash_schemes):
        yield breaking(name, "The hash scheme is gone.", "Choose another, or bring a function of your own.")
    for name, scheme in added(old.hash_schemes, new.hash_schemes):
        yield compatible(name, f"A new hash scheme: {scheme.summary}.")
    for name, was, now in kept(old.hash_schemes, new.hash_schemes):
        if was != now:
            yield breaking(name, "The hash scheme computes something else.", "Compute it anew, if you use it.")


def readings(old: Contract, new: Contract) -> Iterator[Change]:
    """A reading that is settled tells how firm the rest is; what it changes is reported where it changes."""
    for id, reading in gone(old.readings, new.readings):
        yield compatible(id, f"The reading is gone: {reading.reading}.")
    for id, reading in added(old.readings, new.readings):
        yield compatible(id, f"A new reading, {reading.standing}: {reading.reading}.")
    for id, was, now in kept(old.readings, new.readings):
        if was.standing != now.standing:
            yield compatible(id, f"The reading is {now.standing} now, it was {was.standing}.")
        if was.reading != now.reading:
            yield compatible(id, f"The reading says: {now.reading}.")
        if was.page != now.page:
            yield compatible(id, f"The page says: {now.page}.")
