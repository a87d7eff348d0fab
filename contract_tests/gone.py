"""An implementation that goes away while it is judged, or accepts nothing any more: whether it has, and since when.

Several requests are under way at once, and nobody is left to be asked again: which of them did it stays open.
"""

from collections.abc import Sequence

from contract_tests.breach import Breach, shown
from contract_tests.exchange import Answer, NoAnswer
from contract_tests.pace import MOST
from contract_tests.verdict import GONE, Finding, Result

_HANGS = 6  # cases in a row without an answer, after which one asks whether anybody is there
_ALIKE = 40  # failures in a row with one status, after which one asks whether anything is accepted
_RULE = "ROB-1"
#: what is wrong with an answer whatever was sent; under other rules, what got it might have been answered otherwise
OF_THE_ANSWER = frozenset({"ERR-2", "ERR-3", "ERR-4", "ERR-5", "ERR-7"})


class GoneError(Exception):
    """The implementation stopped taking connections, answering or accepting anything, while it was being judged."""

    def __init__(self, findings: Sequence[Finding], why: str = GONE) -> None:
        super().__init__(findings[0].breach.got)
        self.findings = findings
        self.why = why


def is_silent(results: Sequence[Result]) -> bool:
    """Whether the latest results make one ask if anybody is still there."""
    latest = [result.exchange.answer for result in results[-_HANGS:]]
    hangs = len(latest) == _HANGS and all(isinstance(answer, NoAnswer) for answer in latest)
    return hangs or is_unreachable(results[-1])


def is_stuck(results: Sequence[Result]) -> bool:
    """Whether the latest results make one ask if anything is accepted; only now and then, since many are to fail."""
    if not results or len(results) % _ALIKE:
        return False
    statuses = {_status(result) for result in results[-_ALIKE:]}
    return len(statuses) == 1 and min(statuses) >= 400


def stuck_ones(results: Sequence[Result]) -> Sequence[Result]:
    """The latest results, as far back as they have one status; of those under way with the first, the same."""
    same = [_status(each) == _status(results[-1]) for each in results]
    start = next((number for number in range(len(same), 0, -1) if not same[number - 1]), 0)
    return [each for number, each in enumerate(results) if same[number] and number >= start - MOST]


def stuck_findings(last: Sequence[Result], plain: Result) -> list[Finding]:
    """ROB-3: what succeeded at first, and now is answered like all that was sent of late."""
    got = f"since {last[0].case.id} whatever was sent, a plain notification too, {shown(plain.exchange.answer)}"
    return [Finding(Breach("ROB-3", "a success, as at first", got), plain.case, plain.exchange, (3, 3))]


def last_ones(results: Sequence[Result]) -> Sequence[Result]:
    """What was under way when it went away: what broke off or was never answered, just before connections failed."""
    answered = [number for number, each in enumerate(results) if isinstance(each.exchange.answer, Answer)]
    since = answered[-1] + 1 if answered else 0
    refused = next((number for number in range(since, len(results)) if is_unreachable(results[number])), since)
    broken_off = [each for each in results[max(0, refused - MOST) :] if _trouble(each) == "dropped"]
    unanswered = [each for each in results[since:] if not is_unreachable(each)]
    return broken_off or unanswered or results[max(0, refused - 1) : max(1, refused)]


def last_findings(results: Sequence[Result], at_once: int) -> list[Finding]:
    """ROB-1, with what was under way for its cases; and the rule by which all of that should have succeeded."""
    last = last_ones(results)[:at_once]  # the others came when it was gone already
    got = "it takes no connections any more" if is_unreachable(results[-1]) else "it answers nothing any more"
    if len(last) > 1:
        got = f"{got}, after one of the {len(last)} requests that were under way; --jobs 1 tells which"
    rules = {each.case.rule if each.case.expect.startswith("success") else _RULE for each in last}
    names = tuple(each.case.id for each in last)
    return [
        Finding(
            Breach(rule, "an implementation that goes on answering", got),
            last[0].case,
            last[0].exchange,
            like=len(last),
            cases=names,
        )
        for rule in sorted({_RULE, *rules} if len(rules) == 1 else {_RULE})
    ]


def is_unreachable(result: Result) -> bool:
    """Whether there was not even a connection."""
    return _trouble(result) == "unreachable"


def _status(result: Result) -> int:
    answer = result.exchange.answer
    return answer.status if isinstance(answer, Answer) else 0


def _trouble(result: Result) -> str:
    answer = result.exchange.answer
    return answer.trouble if isinstance(answer, NoAnswer) else ""
