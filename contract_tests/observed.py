"""Rules that have no case of their own: off which answers they are read, and which cases bring such answers."""

from collections.abc import Iterable, Mapping, Sequence

from contract_tests.case import registered
from contract_tests.exchange import Answer
from contract_tests.verdict import Result
from spec import Contract, Rule

_SUCCESSES = frozenset({"OK-1", "OK-5", "OK-6", "OK-7"})
_ALL = frozenset({"*"})

#: rule -> the rules whose cases bring the answers off which it is read
SOURCES: Mapping[str, frozenset[str]] = {
    "OK-2": _SUCCESSES,
    "OK-3": _SUCCESSES,
    "OK-4": _SUCCESSES,
    "AUTH-3": frozenset({"AUTH-1", "AUTH-2"}),
    "HTTP-2": frozenset({"HTTP-1"}),
    **dict.fromkeys(("ERR-1", "ERR-2", "ERR-3", "ERR-4", "ERR-5", "ERR-6", "ERR-7", "ROB-3", "TIME-1"), _ALL),
}

#: rules that `sequences` decides, by more than one request each
SEQUENCES = frozenset({"OK-8", "ROB-2", "ROB-3"})


def sources(contract: Contract, rules: Iterable[Rule]) -> frozenset[str]:
    """The rules whose cases must be sent so that these rules can be judged."""
    names = {name for rule in rules for name in SOURCES.get(rule.id, {rule.id})} | {rule.id for rule in rules}
    return frozenset(contract.rules) if "*" in names else frozenset(names & set(contract.rules))


def judged_rules() -> frozenset[str]:
    """Every rule that the suite can decide; a test holds it against the document."""
    return registered() | frozenset(SOURCES) | SEQUENCES


def observed(results: Sequence[Result]) -> dict[str, int]:
    """Rule -> how many answers it could be read off."""
    answers = [(result.case, result.exchange.answer) for result in results]
    successes = sum(
        1 for case, a in answers if isinstance(a, Answer) and a.status < 300 and case.expect != "not-success"
    )
    refusals = sum(
        1 for case, a in answers if isinstance(a, Answer) and a.status >= 300 and case.expect != "not-success"
    )
    credentials = sum(1 for case, _ in answers if case.fault == "credential")
    bodies = sum(1 for case, _ in answers if case.fault == "body")
    counts = {
        **dict.fromkeys(("OK-2", "OK-3", "OK-4"), successes),
        **dict.fromkeys(("ERR-1", "ERR-2", "ERR-3", "ERR-4"), refusals),
        "ERR-5": refusals,
        "ERR-6": credentials + bodies,
        "ERR-7": len(answers),
        "AUTH-3": credentials,
        "HTTP-2": sum(1 for case, _ in answers if case.expect == "not-success"),
        "TIME-1": len(answers),
    }
    return {rule: count for rule, count in counts.items() if count}
