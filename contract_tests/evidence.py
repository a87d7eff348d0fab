"""One finding in words, with all secrets masked: what every report shows, whatever its format."""

from dataclasses import dataclass
from typing import Any

from contract_tests.curl import curl
from contract_tests.exchange import Answer, NoAnswer
from contract_tests.verdict import Finding
from spec import Redactor

_BODY = 2000  # characters of a body that a report shows


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was sent, expected and got, masked."""

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


def evidence(finding: Finding) -> Evidence:
    """Mask one finding: the partner's token and secret, and the canaries of this very request."""
    request, maker = finding.exchange.request, finding.case.maker
    secrets = [maker.partner.secret, *request.canaries]
    secrets += [maker.partner.value(credential) for credential in maker.operation.credentials if credential.secret]
    mask = Redactor(secrets).mask
    what = f" {request.what}" if request.what else ""
    return Evidence(
        case=finding.case.id,
        operation=str(finding.operation),
        sent=mask(f"{request.method} {finding.operation.path}:{what}"),
        expected=mask(finding.breach.expected),
        got=mask(finding.breach.got),
        curl=mask(curl(request, maker)),
        request={
            "method": request.method,
            "target": mask(request.target),
            "headers": [[name, mask(value)] for name, value in request.headers],
            "body": mask(_text(request.body)),
        },
        answer=_answer(finding.exchange.answer, mask),
        times=finding.again,
        like=finding.like,
    )


def _answer(answer: Answer | NoAnswer, mask: Any) -> dict[str, Any]:
    if isinstance(answer, NoAnswer):
        return {"trouble": answer.trouble, "detail": mask(answer.detail), "seconds": round(answer.elapsed, 4)}
    return {
        "status": answer.status,
        "headers": [[name, mask(value)] for name, value in answer.headers],
        "body": mask(answer.text)[:_BODY],
        "seconds": round(answer.elapsed, 4),
    }


def _text(body: bytes) -> str:
    text = body.decode("utf-8", "backslashreplace")
    return text if len(text) <= _BODY else f"{text[:_BODY]}… ({len(body)} bytes)"
