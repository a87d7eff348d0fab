"""What people and programs see of a run: answers as they come, then one summary."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contract_tests.breach import Breach, shown
from luckymonaco.sending.judged import Outcome
from luckymonaco.sending.records import Totals, record, redactor
from spec import Contract

_PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
_LONGEST_LIST = 20  # broken answers of a long run that are shown one by one


class Show:
    """Writes one run to standard output."""

    def __init__(self, contract: Contract, total: int, *, ndjson: bool, only_broken: bool) -> None:
        self._contract = contract
        self._single = total == 1
        self._ndjson = ndjson
        self._only_broken = only_broken
        self._listed = 0

    def answer(self, outcome: Outcome) -> None:
        """One outcome, as soon as it is known."""
        if self._ndjson:
            _write_json(record(outcome))
        elif self._single:
            if outcome.word == "NOT SENT":
                return  # the end of the run says so, in one line
            _write(_whole(outcome, self._contract))
        elif not self._only_broken or self._worth_listing(outcome):
            _write([_line(outcome)])

    def end(self, totals: Totals, seconds: float, *, complete: bool, wanted: int, earlier: int = 0) -> None:
        """The summary. `earlier` were answered in runs before this one."""
        exit_code = totals.exit_code(complete=complete)
        if self._ndjson:
            _write_json({**_summary(totals, seconds, complete, exit_code, wanted), "earlier": earlier})
        elif not self._single:
            _write(_summary_lines(totals, seconds, complete, wanted, earlier, self._contract))

    def _worth_listing(self, outcome: Outcome) -> bool:
        if outcome.word == "KEPT":
            return False
        self._listed += 1
        if self._listed == _LONGEST_LIST + 1:
            _write(["…       more of them are in the result file"])
        return self._listed <= _LONGEST_LIST


def note(text: str) -> None:
    """Something that one must know, on standard error, so that NDJSON stays clean."""
    print(f"luckymonaco: {text}", file=sys.stderr, flush=True)


def _whole(outcome: Outcome, contract: Contract) -> Iterator[str]:
    mask = redactor(outcome).mask
    maker = outcome.notification.case.maker
    yield f"sent     {outcome.notification.request.method} {maker.target.url}{maker.operation.path}"
    for exchange in outcome.exchanges[:-1]:
        yield f"again    after {mask(shown(exchange.answer))}"
    yield f"answer   {mask(shown(outcome.answer, 2000))}"
    yield f"time     {_time(outcome.answer.elapsed)}"
    yield f"judged   {outcome.word}{_meaning(outcome)}"
    if outcome.kept:
        yield f"kept     {' '.join(outcome.kept)}"
    for breach in outcome.breaches:
        yield from _breach(outcome, breach, contract)
    status = getattr(outcome.answer, "status", 0)
    if 400 <= status < 500 and maker.operation.request_hash is not None and not maker.partner.secret:
        yield ""
        yield "hint     if this build checks the request hash, give its secret with --secret"


def _breach(outcome: Outcome, breach: Breach, contract: Contract) -> Iterator[str]:
    mask = redactor(outcome).mask
    rule = contract.rules.get(breach.rule)
    word = "NOTE" if breach.note else ("FAIL" if breach in outcome.broken else "WARN")
    yield ""
    if rule is None:
        yield f"{word}  {breach.rule}"
    else:
        readings = " ".join(reading.id for reading in rule.readings)
        yield f"{word}  {rule.id} {rule.level}  {rule.text}  {readings} ({rule.standing})"
    yield f"      expected  {mask(breach.expected)}"
    yield f"      got       {mask(breach.got)}"
    if rule is not None and rule.fix and not breach.note:
        yield f"      fix       {rule.fix}"


def _meaning(outcome: Outcome) -> str:
    status = getattr(outcome.answer, "status", 0)
    if outcome.word == "KEPT" and not 200 <= status < 300:
        return ": refused, in the contract's form; whether the ids are known is not judged (see --known-session)"
    return ""


def _line(outcome: Outcome) -> str:
    mask = redactor(outcome).mask
    place = f"line {outcome.line}" if outcome.line else str(outcome.number)
    rules = " ".join(dict.fromkeys(breach.rule for breach in outcome.broken))
    again = f"  sent {len(outcome.exchanges)} times" if len(outcome.exchanges) > 1 else ""
    verdict = f"{outcome.word} {rules}".strip()
    return f"{place:<7} {_time(outcome.answer.elapsed):>8}  {verdict}{again}  {mask(shown(outcome.answer))}"


def _summary(totals: Totals, seconds: float, complete: bool, exit_code: int, wanted: int) -> dict[str, Any]:
    return {
        "kind": "summary",
        "wanted": wanted,
        "complete": complete,
        "accepted": totals.accepted,
        "words": dict(totals.words),
        "sendings": totals.sendings,
        "broken": dict(totals.broken),
        "reported": dict(totals.reported),
        "seconds": round(seconds, 3),
        "percentiles": {name: round(totals.percentile(share), 4) for name, share in _PERCENTILES.items()},
        "exit_code": exit_code,
    }


def _summary_lines(
    totals: Totals, seconds: float, complete: bool, wanted: int, earlier: int, contract: Contract
) -> Iterator[str]:
    broken, missing = totals.words["BROKEN"], totals.words["NOT SENT"]
    refused = max(totals.judged - totals.accepted - broken, 0)
    yield ""
    yield (
        f"{totals.judged} of {wanted} notifications answered"
        + (f", {earlier} of them in earlier runs," if earlier else "")
        + f" in {seconds:.1f} s:"
        f" {totals.accepted} accepted, {refused} refused in the contract's form, {broken} broken"
        + (f", {missing} not sent" if missing else "")
        + (f"; {totals.again} were sent more than once" if totals.again else "")
    )
    if totals.seconds:
        times = ", ".join(f"{name} {_time(totals.percentile(share))}" for name, share in _PERCENTILES.items())
        yield f"time     {times}"
    for word, counts in (("FAIL", totals.broken), ("WARN", totals.reported)):
        for rule, count in counts.most_common():
            text = contract.rules[rule].text if rule in contract.rules else ""
            yield f"{word}     {rule}  {count} times  {text}"
    yield "BROKEN" if broken else ("KEPT" if complete and totals.judged and not missing else "INCOMPLETE")


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


def _write(lines: Iterable[str]) -> None:
    for line in lines:
        print(line.encode("utf-8", "backslashreplace").decode("utf-8"))
    sys.stdout.flush()


def _write_json(data: Mapping[str, Any]) -> None:
    print(json.dumps(data), flush=True)
