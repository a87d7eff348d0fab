"""One rule broken by one answer, and an answer in the words of a report."""

from dataclasses import dataclass

from contract_tests.exchange import Answer, NoAnswer


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule broken by one answer."""

    rule: str
    expected: str
    got: str
    note: bool = False  # recorded, but no failure: the contract leaves it open


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
        "cut-off": "an answer that ends before it is complete",
        "unreadable": "a body that cannot be read",
        "unreachable": "the connection was refused",
        "not-http": "bytes that are not an HTTP answer",
    }[answer.trouble] + (f" ({answer.detail})" if answer.detail else "")


def shown(answer: Answer | NoAnswer, limit: int = 160) -> str:
    """Status and the beginning of the body, in one line; where it leads to, and the media type if it is unexpected."""
    if isinstance(answer, NoAnswer):
        return no_answer(answer)
    text = " ".join(answer.text.split())
    body = text if len(text) <= limit else f"{text[:limit]}… ({len(answer.body)} bytes)"
    kind = answer.media_type or "no media type"
    where_to = answer.header("location") if 300 <= answer.status < 400 else ""
    status = f"{answer.status} to {where_to}" if where_to else answer.status
    return f"{status} {'' if kind == 'application/json' else f'({kind}) '}{body or '(empty body)'}"
