"""Changes of the lists at the document's end: rules, answers, hash schemes, readings."""

from collections.abc import Iterator, Mapping

from luckymonaco.diff.change import Change, added, breaking, compatible, gone, kept
from spec import Answer, Contract, Rule


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
    said = (was.text, was.detail, was.statuses, was.methods, was.when, was.credential)
    if said != (now.text, now.detail, now.statuses, now.methods, now.when, now.credential):
        make = breaking if now.level == "MUST" else compatible
        yield make(id, f"The rule says: {now.text} {now.detail}".strip(), "Read it anew.")
    if was.standing != now.standing:
        yield compatible(id, f"The rule is {now.standing} now, it was {was.standing}.")


def answers(old: Contract, new: Contract) -> Iterator[Change]:
    """The catalogue of codes is open, so no answer that comes or goes breaks anything."""
    before: Mapping[str, Answer] = {answer.name: answer for answer in old.answers}
    after: Mapping[str, Answer] = {answer.name: answer for answer in new.answers}
    for name, answer in gone(before, after):
        yield compatible(name, f"The canned answer {answer.status} {answer.code} is gone.".replace("  ", " "))
    for name, answer in added(before, after):
        yield compatible(name, f"A new canned answer, {answer.status} {answer.code}: {answer.summary}.")
    for name, was, now in kept(before, after):
        if (was.status, was.code) != (now.status, now.code):
            text = f"The canned answer is {now.status} {now.code}, it was {was.status} {was.code}."
            yield compatible(name, text)
        elif was.body != now.body:
            yield compatible(name, "The canned answer has another body.")
        if was.standing != now.standing:
            yield compatible(name, f"The canned answer is {now.standing} now, it was {was.standing}.")


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
