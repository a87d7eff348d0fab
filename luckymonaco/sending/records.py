"""What is written down of an outcome, masked; and the totals of many of them, of this run and of those before it."""

from array import array
from collections import Counter
from collections.abc import Mapping
from typing import Any

from contract_tests.exchange import NoAnswer
from luckymonaco.sending.judged import Outcome
from spec import Redactor

_BODY = 400  # characters of an answer that are kept


def redactor(outcome: Outcome) -> Redactor:
    """Masks the partner's secrets and what is secret in this very notification."""
    maker = outcome.notification.case.maker
    secrets = [maker.partner.secret, *outcome.notification.request.canaries]
    secrets += [maker.partner.value(credential) for credential in maker.operation.credentials if credential.secret]
    return Redactor(secrets)


def record(outcome: Outcome) -> dict[str, Any]:
    """One outcome as plain data; `seconds` is the time of the last answer."""
    mask = redactor(outcome).mask
    answer = outcome.answer
    deciding = outcome.broken
    data: dict[str, Any] = {"kind": "answer", "number": outcome.number}
    if outcome.line:
        data["line"] = outcome.line
    data["word"] = outcome.word
    if isinstance(answer, NoAnswer):
        data |= {"trouble": answer.trouble, "detail": mask(answer.detail)}
    else:
        data |= {"status": answer.status, "answer": mask(answer.text[:_BODY])}
    data |= {"seconds": round(answer.elapsed, 4), "sendings": len(outcome.exchanges), "kept": list(outcome.kept)}
    for name, breaches in (
        ("broken", deciding),
        ("reported", [b for b in outcome.breaches if not b.note and b not in deciding]),
        ("notes", [b for b in outcome.breaches if b.note]),
    ):
        data[name] = [{"rule": b.rule, "expected": mask(b.expected), "got": mask(b.got)} for b in breaches]
    return data


class Totals:
    """Counts of records, and the times of their answers."""

    def __init__(self) -> None:
        self.words: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        self.reported: Counter[str] = Counter()
        self.accepted = 0
        self.sendings = 0
        self.again = 0
        self.seconds = array("f")

    def count(self, data: Mapping[str, Any]) -> None:
        """Add one record."""
        self.words[data["word"]] += 1
        self.broken.update({breach["rule"] for breach in data["broken"]})
        self.reported.update({breach["rule"] for breach in data["reported"]})
        self.accepted += 200 <= data.get("status", 0) < 300
        self.sendings += data["sendings"]
        self.again += data["sendings"] > 1
        if "status" in data:
            self.seconds.append(data["seconds"])

    @property
    def judged(self) -> int:
        """Notifications that were sent, and judged."""
        return self.words["KEPT"] + self.words["BROKEN"]

    def percentile(self, share: float) -> float:
        """The time within which this share of the answers came; 0 if none did."""
        ordered = sorted(self.seconds)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else 0.0

    def exit_code(self, *, complete: bool) -> int:
        """0 every answer kept the rules, 1 some broke them, 2 not all was sent."""
        if self.words["BROKEN"]:
            return 1
        return 0 if complete and self.words["KEPT"] and not self.words["NOT SENT"] else 2
