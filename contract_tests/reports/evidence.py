"""One finding in words, with all secrets masked: what every report shows, whatever its format."""

from dataclasses import dataclass
from typing import Any

from contract_tests.exchange import Answer, NoAnswer, Request
from contract_tests.reports.commands import Commands
from contract_tests.reports.curl import curl
from contract_tests.reports.masking import Mask, mask_for
from contract_tests.verdict import Finding

_BODY = 2000  # characters of a body that a report shows
_LINE = 360  # characters of what was expected or came back, in one line


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was sent, expected and got, masked."""

    rule: str
    case: str
    operation: str
    sent: str
    expected: str
    got: str
    curl: str
    request: dict[str, Any]
    answer: dict[str, Any]
    times: tuple[int, int]
    like: int
    cases: tuple[str, ...]
    meaning: str  # why it is recorded only, where it is

    @property
    def often(self) -> str:
        """` (2 of 8 times)`, unless it was every time or is said already."""
        words = f"{self.times[0]} of {self.times[1]}"
        return "" if self.times[0] == self.times[1] or words in self.got else f" ({words} times)"


def evidence(finding: Finding, mask: Mask | None = None, commands: Commands | None = None) -> Evidence:
    """A finding in words, masked with the mask of the run; without one, with what its own request held."""
    exchange, maker = finding.exchange, finding.case.maker
    mask = mask or mask_for(exchange.request, maker)
    return Evidence(
        rule=finding.breach.rule,
        case=mask(finding.case.id),
        operation=str(finding.operation),
        sent=mask(_sent(exchange.request, str(maker.operation.path))),
        expected=_without_middle(mask(finding.breach.expected)),
        got=_without_middle(mask(finding.breach.got)),
        curl=mask(curl(finding, commands)),
        request=request_data(exchange.request, mask, _BODY),
        answer=answer_data(exchange.answer, mask, _BODY),
        times=finding.again,
        like=finding.like,
        cases=tuple(map(mask, finding.cases or (finding.case.id,))),
        meaning=_meaning(finding) if finding.breach.note else "",
    )


def _meaning(note: Finding) -> str:
    """Why a refusal was let pass: without a secret no hash can be the reason."""
    case = note.case
    if case.left_open:
        return case.left_open
    if case.taken_for_repeat(note.exchange.answer):
        return "taken for an exact repeat, which may be refused with 409"
    if case.variant and case.maker.partner.secret:
        return "a hash variant: this build writes such values differently when it signs"
    if case.means_another:
        return "taken for an unknown session, which may be refused; other values of this field are accepted"
    return ""


def _sent(request: Request, path: str) -> str:
    """`POST /path without "field"`: method, path, and how it differs from a plain notification."""
    joint = " " if request.what.startswith(("with", "no ")) else ": "
    return f"{request.method} {path}" + (f"{joint}{request.what}" if request.what else "")


def request_data(request: Request, mask: Mask, longest: int) -> dict[str, Any]:
    """A request as plain data, masked; its body at most so many characters."""
    return {
        "method": request.method,
        "target": mask(request.target),
        "headers": [[mask(name), mask(value)] for name, value in request.headers],
        "body": shortened(mask(request.body.decode("utf-8", "backslashreplace")), longest),
        "bytes": len(request.body),
    }


def answer_data(answer: Answer | NoAnswer, mask: Mask, longest: int) -> dict[str, Any]:
    """An answer, or the trouble that came in its place, as plain data, masked."""
    if isinstance(answer, NoAnswer):
        return {"trouble": answer.trouble, "detail": mask(answer.detail), "seconds": round(answer.elapsed, 4)}
    return {
        "status": answer.status,
        "reason": mask(answer.reason),
        "headers": [[mask(name), mask(value)] for name, value in answer.headers],
        "body": shortened(mask(answer.text), longest),
        "bytes": len(answer.body),
        "seconds": round(answer.elapsed, 4),
    }


def _without_middle(text: str) -> str:
    """What quotes a long value says the rest before and after it."""
    return text if len(text) <= _LINE else f"{text[: _LINE // 2]}… …{text[-_LINE // 2 :]}"


def shortened(text: str, longest: int) -> str:
    """The text, at most so many characters of it."""
    return text if len(text) <= longest else f"{text[:longest]}…"
