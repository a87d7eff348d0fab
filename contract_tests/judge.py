"""Pure judgement: one case and what came back, in; the rules that it breaks, out. No network, no clock."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.breach import Breach, no_answer, shown
from contract_tests.case import Case
from contract_tests.envelope import (
    alike,
    begins_as,
    code_of,
    content,
    failure_envelope,
    is_failure_body,
    message_of,
    says_success,
    success_envelope,
)
from contract_tests.exchange import Answer, Exchange, NoAnswer
from contract_tests.leaks import leaked, trace
from spec import Contract, Operation


@dataclass(slots=True)
class Learnt:
    """What the run has learnt of the implementation so far."""

    contract: Contract
    success_bodies: list[Any] = field(default_factory=list)  # of plain notifications: what 2XX is no refusal
    secret: bool = False  # that of the request hash is known
    hash_refusals: list[Answer] | None = None  # the answers to wrong hashes, once these were tried
    unchecked: frozenset[str] = frozenset()  # fields in which any plain value is accepted: nobody looks them up


def judge(case: Case, exchange: Exchange, learnt: Learnt) -> tuple[Breach, ...]:
    """Every rule that this answer breaks, the case's own first."""
    breaches = _judge(case, exchange, learnt)
    return tuple(replace(breach, note=True) for breach in breaches) if case.left_open else breaches


def _judge(case: Case, exchange: Exchange, learnt: Learnt) -> tuple[Breach, ...]:
    answer = exchange.answer
    if isinstance(answer, NoAnswer):
        may_close = case.expect in ("turned-away", "unread") and answer.trouble == "dropped"
        return () if may_close else (Breach(case.rule, _expected(case, learnt), no_answer(answer)),)
    breaches = list(_by_expectation(case, answer, learnt))
    if case.expect not in ("not-success", "turned-away", "unread"):  # outside the operation the body does not decide
        breaches.extend(_secrets(exchange, answer))
    return tuple(breaches)


def _families(case: Case, contract: Contract) -> list[str]:
    """The families of codes that may answer the case's fault; empty where the contract leaves that open (D22)."""
    if case.fault not in ("body", "credential"):
        return []
    return sorted({name for fault in contract.faults.values() if fault.kind == case.fault for name in fault.families})


def _expected(case: Case, learnt: Learnt) -> str:
    families = _families(case, learnt.contract)
    success = case.operation.success
    return {
        "success": f"{success.status} and the success body",
        "success-or-refusal": f"{success.status}, as with other unknown values of this field"
        if case.means_another in learnt.unchecked
        else f"{success.status}, or a well-formed 4XX if the session is unknown",
        "refusal": "4XX" + (f" with a {' or '.join(families)} code" if families else ""),
        "turned-away": "no 2XX, and no 5XX",
        "no-crash": "any answer but 5XX",
        "unread": "any answer but 5XX",
        "not-success": "no 2XX, and no 5XX",
        "survival": "any answer but 5XX",
    }[case.expect]


def _by_expectation(case: Case, answer: Answer, learnt: Learnt) -> Iterator[Breach]:
    if case.expect == "survival":
        yield from _survived(case, answer, learnt)
    elif case.expect in ("turned-away", "no-crash", "unread"):
        yield from _turned_away(case, answer, learnt)
    elif case.expect == "not-success":
        yield from _wrong_method(case, answer, learnt)
    elif case.expect == "refusal":
        yield from _refused(case, answer, learnt)
    else:
        yield from _succeeded(case, answer, learnt)


def _survived(case: Case, answer: Answer, learnt: Learnt) -> Iterator[Breach]:
    if answer.status >= 500:
        yield Breach(case.rule, _expected(case, learnt), shown(answer))
    elif answer.status >= 400:
        yield from failure_envelope(case.operation, answer)
    elif answer.is_2xx and not _reads_as_refusal(case.operation, answer, learnt):
        yield from success_envelope(case.operation, answer)
    else:
        yield Breach("ERR-1", "4XX, or a success", shown(answer))


def _turned_away(case: Case, answer: Answer, learnt: Learnt) -> Iterator[Breach]:
    """Only the status decides; a 2XX that reads as a refusal is one for which other cases are there."""
    got = shown(answer)
    accepted = answer.is_2xx and not _reads_as_refusal(case.operation, answer, learnt)
    if accepted and case.expect == "turned-away":
        yield Breach(case.rule, _expected(case, learnt), got)
    if answer.status >= 500:
        yield Breach("ERR-5", "4XX, since it is the caller's fault", got)


def _wrong_method(case: Case, answer: Answer, learnt: Learnt) -> Iterator[Breach]:
    """The status decides, the body does not: such an answer is outside the operation."""
    got = shown(answer)
    if answer.is_2xx:
        yield Breach(case.rule, _expected(case, learnt), got)
    if answer.status >= 500:
        yield Breach("ERR-5", "4XX, since the method is the caller's fault", got)
    rule = learnt.contract.rules.get("HTTP-2")
    if rule and case.fault == "transport" and answer.status not in rule.statuses:
        yield Breach("HTTP-2", "status " + " or ".join(map(str, rule.statuses)), got)


def _succeeded(case: Case, answer: Answer, learnt: Learnt) -> Iterator[Breach]:
    status, got = answer.status, shown(answer)
    if answer.is_2xx:
        if case.expect == "success-or-refusal" and is_failure_body(case.operation, answer):
            yield Breach("ERR-1", "a success, or a refusal with status 4XX", got)
            return
        if status != case.operation.success.status:
            yield Breach("OK-1", f"status {case.operation.success.status}", got)
        yield from success_envelope(case.operation, answer)
        return
    if status >= 500 or case.expect == "success" or case.means_another in learnt.unchecked:
        yield Breach(case.rule, _expected(case, learnt), got, note=_is_open(case, answer, learnt))
        if status >= 500 and learnt.contract.rules[case.rule].level != "MUST":
            yield Breach("ERR-5", "a success, or a well-formed 4XX", got)  # what need not succeed must not crash either
    elif status < 400:
        yield Breach("ERR-1", "a success, or a well-formed 4XX", got)
    if status >= 400:
        yield from failure_envelope(case.operation, answer)


def _is_open(case: Case, answer: Answer, learnt: Learnt) -> bool:
    """Whether the contract leaves a refusal open: of an unknown session, a hash variant, or an exact repeat."""
    tried = learnt.hash_refusals
    variant = case.variant and learnt.secret and (tried is None or _says_the_same(case.operation, answer, tried))
    unknown = case.expect == "success-or-refusal"
    return ((variant or unknown) and answer.is_4xx) or case.taken_for_repeat(answer)


def _says_the_same(operation: Operation, answer: Answer, refusals: list[Answer]) -> bool:
    """Whether it is refused as these are, with the same message too where theirs is always the same."""
    messages = {message_of(operation, each) for each in refusals}
    another = len(messages) == 1 and message_of(operation, answer) not in messages
    return not another and any(alike(operation, each, answer) for each in refusals)


def _refused(case: Case, answer: Answer, learnt: Learnt) -> Iterator[Breach]:
    got = shown(answer)
    status = answer.status
    if answer.is_2xx:
        if _reads_as_refusal(case.operation, answer, learnt):
            yield Breach("ERR-1", "status 4XX or 5XX for a refusal", got)
        else:
            yield Breach(case.rule, _expected(case, learnt), got)
        return
    if not 400 <= status < 600:
        yield Breach("ERR-1", "status 4XX or 5XX for a refusal", got)
        return
    if status >= 500:
        yield Breach("ERR-5", "4XX, since it is the caller's fault", got)
    yield from failure_envelope(case.operation, answer)
    yield from _family(case, answer, learnt)


def _reads_as_refusal(operation: Operation, answer: Answer, learnt: Learnt) -> bool:
    """Whether a 2XX to a faulty request is meant as a refusal: it says no success, nor what successes said."""
    envelope = operation.envelope(operation.success.status)
    if envelope is None or envelope.schema.is_valid(answer.meant) or says_success(envelope, answer.meant):
        return False
    known = learnt.success_bodies
    return bool(known) and content(answer) not in known and not begins_as(answer, known)


def _family(case: Case, answer: Answer, learnt: Learnt) -> Iterator[Breach]:
    """ERR-6 (D22), and for credentials AUTH-3."""
    rule = learnt.contract.rules.get("AUTH-3")
    if case.fault == "credential" and rule and answer.status < 500 and answer.status not in rule.statuses:
        yield Breach("AUTH-3", " or ".join(map(str, rule.statuses)), shown(answer))
    if answer.status >= 500:
        return  # ERR-5 says it already: what is answered as the server's own fault has that fault's family
    code = code_of(case.operation, answer)
    allowed = _families(case, learnt.contract)
    prefix = next((name for name in learnt.contract.families if code.startswith(name)), "")
    if not prefix or not allowed or prefix in allowed:
        return
    if case.fault == "body" and code in {code_of(case.operation, each) for each in learnt.hash_refusals or ()}:
        return  # where a secret is given the hash may be judged first, also one that is missing: either is right
    yield Breach("ERR-6", f"a code beginning with {' or '.join(allowed)}", shown(answer))


def _secrets(exchange: Exchange, answer: Answer) -> Iterator[Breach]:
    found = leaked(answer, exchange.request.canaries)
    if found:
        yield Breach("ERR-7", "no secret in the answer", f"{found} {shown(answer)}")
    found = trace(answer)
    if found:
        yield Breach("ERR-7", "no stack trace in the answer", f"{found} {shown(answer)}")
