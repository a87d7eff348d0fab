"""Pure judgement: one case and what came back, in; the rules that it breaks, out. No network, no clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.case import Case
from contract_tests.exchange import Answer, Exchange, NoAnswer
from contract_tests.leaks import leaked, trace
from spec import Contract, Envelope, Operation


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule broken by one answer."""

    rule: str
    expected: str
    got: str
    note: bool = False  # recorded, but no failure: the contract leaves it open


@dataclass(slots=True)
class Known:
    """What the run has learnt of the implementation so far."""

    contract: Contract
    success_body: Any = (
        None  # what a plain notification was answered with, to tell a refusal with 2XX from an acceptance
    )
    hash_codes: set[str] = field(default_factory=set)  # codes with which wrong hashes are refused
    secret: bool = False
    max_response_time: float = 0.0
    rules: Mapping[str, Any] = field(default_factory=dict)


def judge(case: Case, exchange: Exchange, known: Known) -> tuple[Breach, ...]:
    """Every rule that this answer breaks, the case's own first."""
    operation = case.maker.operation
    answer = exchange.answer
    if isinstance(answer, NoAnswer):
        return (Breach(case.rule, _expected(case, operation, known), no_answer(answer)),)
    breaches = list(_by_expectation(case, operation, answer, known))
    if case.expect != "not-success":  # outside the operation the body does not decide
        breaches.extend(_secrets(exchange, answer))
    return tuple(breaches)


def too_slow(answer: Answer | NoAnswer, limit: float) -> Breach | None:
    """TIME-1, where a limit in seconds was given."""
    if limit and answer.elapsed > limit:
        return Breach("TIME-1", f"an answer within {limit:g} s", f"an answer after {answer.elapsed:.2f} s")
    return None


def no_answer(answer: NoAnswer) -> str:
    """What happened, where no answer came."""
    return {
        "timeout": f"no answer within {answer.elapsed:.1f} s",
        "dropped": "the connection was dropped without an answer",
        "unreachable": "the connection was refused",
        "not-http": "bytes that are not an HTTP answer",
    }[answer.trouble] + (f" ({answer.detail})" if answer.detail else "")


def shown(answer: Answer | NoAnswer, limit: int = 160) -> str:
    """Status and the beginning of the body, in one line; the media type where it is not what one expects."""
    if isinstance(answer, NoAnswer):
        return no_answer(answer)
    text = " ".join(answer.text.split())
    body = text if len(text) <= limit else f"{text[:limit]}… ({len(answer.body)} bytes)"
    kind = answer.media_type or "no media type"
    return f"{answer.status} {'' if kind == 'application/json' else f'({kind}) '}{body or '(empty body)'}"


def outcome(answer: Answer | NoAnswer) -> str:
    """The class of an answer, as far as two like requests must agree on it."""
    if isinstance(answer, NoAnswer):
        return answer.trouble
    return f"{answer.status}"


def _families(case: Case, contract: Contract) -> list[str]:
    """The families of codes that may answer the case's fault; empty where the contract leaves that open (D22)."""
    if case.fault not in ("body", "credential"):
        return []
    return sorted({name for fault in contract.faults.values() if fault.kind == case.fault for name in fault.families})


def _expected(case: Case, operation: Operation, known: Known) -> str:
    families = _families(case, known.contract)
    success = operation.success
    return {
        "success": f"{success.status} and the success body",
        "success-or-refusal": f"{success.status}, or a well-formed 4XX if the session is unknown",
        "refusal": "4XX or 5XX" + (f" with a {' or '.join(families)} code" if families else ""),
        "not-success": "no 2XX, and no 5XX",
        "survival": "any answer but 5XX",
    }[case.expect]


def _by_expectation(case: Case, operation: Operation, answer: Answer, known: Known) -> Iterator[Breach]:
    if case.expect == "survival":
        yield from _survived(case, operation, answer, known)
    elif case.expect == "not-success":
        yield from _wrong_method(case, operation, answer, known)
    elif case.expect == "refusal":
        yield from _refused(case, operation, answer, known)
    else:
        yield from _succeeded(case, operation, answer, known)


def _survived(case: Case, operation: Operation, answer: Answer, known: Known) -> Iterator[Breach]:
    if answer.status >= 500:
        yield Breach(case.rule, _expected(case, operation, known), shown(answer))
    elif answer.status >= 400:
        yield from _failure_envelope(operation, answer)
    elif 200 <= answer.status < 300 and not _reads_as_refusal(operation, answer, known):
        yield from _success_envelope(operation, answer)
    else:
        yield Breach("ERR-1", "4XX, or a success", shown(answer))


def _wrong_method(case: Case, operation: Operation, answer: Answer, known: Known) -> Iterator[Breach]:
    """The status decides, the body does not: such an answer is outside the operation."""
    got = shown(answer)
    if 200 <= answer.status < 300:
        yield Breach(case.rule, _expected(case, operation, known), got)
    if answer.status >= 500:
        yield Breach("ERR-5", "4XX, since the method is the caller's fault", got)
    rule = known.contract.rules.get("HTTP-2")
    if rule and answer.status not in rule.statuses:
        yield Breach("HTTP-2", "status " + " or ".join(map(str, rule.statuses)), got)


def _succeeded(case: Case, operation: Operation, answer: Answer, known: Known) -> Iterator[Breach]:
    status, got = answer.status, shown(answer)
    if 200 <= status < 300:
        if status != operation.success.status:
            yield Breach("OK-1", f"status {operation.success.status}", got)
        yield from _success_envelope(operation, answer)
        return
    if status >= 500 or case.expect == "success":
        yield Breach(case.rule, _expected(case, operation, known), got, note=_is_open(case, status, known))
    elif status < 400:
        yield Breach("ERR-1", "a success, or a well-formed 4XX", got)
    if status >= 400:
        yield from _failure_envelope(operation, answer)


def _is_open(case: Case, status: int, known: Known) -> bool:
    """Whether the contract leaves a refusal open: of a hash variant, or of an exact repeat."""
    variant = case.variant and known.secret and case.maker.operation.request_hash is not None
    return (variant and 400 <= status < 500) or (case.may_repeat and status == 409)


def _refused(case: Case, operation: Operation, answer: Answer, known: Known) -> Iterator[Breach]:
    got = shown(answer)
    status = answer.status
    if 200 <= status < 300:
        if _reads_as_refusal(operation, answer, known):
            yield Breach("ERR-1", "status 4XX or 5XX for a refusal", got)
        else:
            yield Breach(case.rule, _expected(case, operation, known), got)
        return
    if status < 400:
        yield Breach("ERR-1", "status 4XX or 5XX for a refusal", got)
        return
    if status >= 500:
        yield Breach("ERR-5", "4XX, since it is the caller's fault", got)
    yield from _failure_envelope(operation, answer)
    yield from _family(case, operation, answer, known)


def _reads_as_refusal(operation: Operation, answer: Answer, known: Known) -> bool:
    """Whether a 2XX to a faulty request is meant as a refusal: it is no success, and not what successes look like."""
    envelope = operation.envelope(operation.success.status)
    body = answer.json_or_none
    if envelope is None or envelope.schema.is_valid(body):
        return False
    return known.success_body is not None and _shape(body, answer) != known.success_body


def _shape(body: Any, answer: Answer) -> Any:
    return body if body is not None else answer.body


def success_shape(answer: Answer) -> Any:
    """What is remembered of the first success, for `Known.success_body`."""
    return _shape(answer.json_or_none, answer)


def is_failure_body(operation: Operation, answer: Answer) -> bool:
    """Whether the body is the contract's failure envelope, as far as its outer object goes."""
    body = answer.json_or_none
    for envelope in operation.envelopes:
        path = envelope.code_path
        if path and isinstance(body, dict):
            return isinstance(_at(body, path[:-1]), dict) and operation.success.body != body
    return False


def _success_envelope(operation: Operation, answer: Answer) -> Iterator[Breach]:
    envelope = operation.envelope(operation.success.status)
    if envelope is None:
        return
    if answer.media_type != envelope.media_type:
        yield Breach("OK-4", f"Content-Type {envelope.media_type}", answer.header("content-type") or "no Content-Type")
    yield from _violations(envelope, answer, "OK-2")


def _failure_envelope(operation: Operation, answer: Answer) -> Iterator[Breach]:
    envelope = operation.envelope(answer.status) or _any_failure(operation)
    if envelope is None:
        return
    if answer.media_type != envelope.media_type:
        yield Breach(
            "ERR-2",
            f"Content-Type {envelope.media_type}",
            f"{answer.header('content-type') or 'no Content-Type'} with {shown(answer, 80)}",
        )
        if answer.json_or_none is None:
            return
    yield from _violations(envelope, answer, "ERR-2")


def _any_failure(operation: Operation) -> Envelope | None:
    return next((envelope for envelope in operation.envelopes if envelope.status[:1] in "45"), None)


def _violations(envelope: Envelope, answer: Answer, fallback: str) -> Iterator[Breach]:
    try:
        body = answer.json
    except ValueError:
        yield Breach(fallback, "one JSON object and nothing else", shown(answer))
        return
    seen = set()
    for violation in envelope.schema.violations(body):
        rule = violation.rule or fallback
        if rule not in seen:
            seen.add(rule)
            yield Breach(rule, f"{violation.pointer or 'the body'}: {_wanted(violation.message)}", shown(answer))


def _wanted(message: str) -> str:
    return f"as the document says ({message})"


def code_of(operation: Operation, answer: Answer) -> str:
    """The error code in a refusal, or an empty string."""
    envelope = operation.envelope(answer.status) or _any_failure(operation)
    path = envelope.code_path if envelope else None
    value = _at(answer.json_or_none, path) if path else None
    return value if isinstance(value, str) else ""


def _family(case: Case, operation: Operation, answer: Answer, known: Known) -> Iterator[Breach]:
    """ERR-6 (D22), and for credentials AUTH-3."""
    rule = known.contract.rules.get("AUTH-3")
    if case.fault == "credential" and rule and answer.status < 500 and answer.status not in rule.statuses:
        yield Breach("AUTH-3", " or ".join(map(str, rule.statuses)), shown(answer))
    code = code_of(operation, answer)
    allowed = _families(case, known.contract)
    prefix = next((name for name in known.contract.families if code.startswith(name)), "")
    if not prefix or not allowed or prefix in allowed:
        return
    if case.fault == "body" and code in known.hash_codes:
        return  # where a secret is given the hash of a faulty body may be judged first: either failure is right
    yield Breach("ERR-6", f"a code beginning with {' or '.join(allowed)}", shown(answer))


def _secrets(exchange: Exchange, answer: Answer) -> Iterator[Breach]:
    found = leaked(answer, exchange.request.canaries)
    if found:
        yield Breach("ERR-7", "no secret in the answer", f"{found[1]} in {shown(answer)}")
    language = trace(answer)
    if language:
        yield Breach("ERR-7", "no stack trace in the answer", f"a {language} stack trace in {shown(answer)}")


def _at(value: Any, path: tuple[str | int, ...] | None) -> Any:
    for part in path or ():
        if not isinstance(value, dict):
            return None
        value = value.get(str(part))
    return value
