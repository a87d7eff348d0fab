"""Each broken operator differs from the plain one, and nowhere but where its rules look."""

import threading
from collections.abc import Callable
from functools import cache

import pytest

from mockserver.gallery import Entry, Operator
from mockserver.gallery.broken import demanding
from mockserver.gallery.exchange import Reply
from tests.document import CONTRACT
from tests.gallery.battery import requests
from tests.gallery.case import ON_THE_WIRE, PARTNERS, Case, send
from tests.gallery.conftest import ENTRIES

Make = Callable[[Entry, str], Operator]

BROKEN = {name: entry for name, entry in ENTRIES.items() if entry.kind == "broken"}
STATEFUL = {name for name, entry in BROKEN.items() if "ROB-3" in (entry.rule, *entry.also)}
#: they take another form of the notification for right, and so refuse each good one
DEMANDING = {entry.name: entry for entry in demanding.room.entries(CONTRACT)}
STEADY = {
    name: entry
    for name, entry in BROKEN.items()
    if name not in STATEFUL | ON_THE_WIRE | set(DEMANDING) and entry.rule != "TIME-1"
}
PARALLEL = {name: entry for name, entry in BROKEN.items() if entry.rule == "ROB-2"}
LATE = {name: entry for name, entry in BROKEN.items() if entry.rule == "TIME-1"}
FLAKY = {name: BROKEN[name] for name in sorted(STATEFUL - set(PARALLEL))}


@cache
def usual(partner: str) -> list[Reply | None]:
    """The plain operator's replies to them."""
    operator = ENTRIES["plain"].make(CONTRACT, PARTNERS[partner], "")
    return [send(operator, case) for case in requests(partner)]


def differences(operator: Operator, partner: str) -> list[Case]:
    """The requests that an operator answers otherwise than the plain one does."""
    pairs = zip(requests(partner), usual(partner), strict=True)
    return [case for case, reply in pairs if send(operator, case) != reply]


@pytest.mark.parametrize("entry", STEADY.values(), ids=STEADY)
def test_broken_operator_differs_where_its_rules_look(make: Make, entry: Entry) -> None:
    """A broken operator answers some request otherwise, and only such as its own rules are about."""
    partner = "signed" if entry.needs_secret else "plain"

    found = differences(make(entry, partner), partner)

    assert found
    assert not [case.name for case in found if not case.rules & {entry.rule, *entry.also}]
    assert [case.name for case in found if entry.rule in case.rules]


@pytest.mark.parametrize("entry", DEMANDING.values(), ids=DEMANDING)
def test_demanding_operator_takes_no_good_notification(make: Make, entry: Entry) -> None:
    """Whatever the plain operator accepts is refused."""
    good = [case for case in differences(make(entry, "plain"), "plain") if case.expect == "success"]

    assert len(good) == sum(case.expect == "success" for case in requests("plain"))


@pytest.mark.parametrize("entry", FLAKY.values(), ids=FLAKY)
def test_flaky_operator_differs_now_and_then(make: Make, entry: Entry) -> None:
    """An operator with a memory answers some request otherwise, and most of them rightly."""
    partner = "signed" if entry.needs_secret else "plain"
    operator = make(entry, partner)

    found = differences(operator, partner) + differences(operator, partner)

    assert found
    if entry.name != "dies-after-forty":
        assert len(found) < len(requests(partner)) * 1.2


@pytest.mark.parametrize("entry", PARALLEL.values(), ids=PARALLEL)
def test_parallel_requests_are_answered_otherwise(make: Make, entry: Entry) -> None:
    """What is answered rightly alone is not when it comes at the same time."""
    partner = "signed" if entry.needs_secret else "plain"
    operator = make(entry, partner)
    alone = [send(operator, case) for case in requests(partner)]
    assert [reply and reply.status for reply in alone] == [reply and reply.status for reply in usual(partner)]

    operator.closing.clear()
    pairs = list(zip(requests(partner), alone, strict=True))
    kinds = ("", "body", "credential")
    chosen = [
        pair for kind in kinds for pair in [p for p in pairs if p[0].kind == kind and p[0].expect != "either"][:6]
    ]
    for beginning in ("session-", "hash-"):
        chosen += [pair for pair in pairs if pair[0].name.startswith(beginning)][:6]
    wrong: list[str] = []

    def one(case: Case, reply: Reply | None) -> None:
        if send(operator, case) != reply:
            wrong.append(case.name)

    threads = [threading.Thread(target=one, args=pair) for pair in chosen]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong


@pytest.mark.parametrize("entry", LATE.values(), ids=LATE)
def test_late_operator_waits(make: Make, entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A late operator gives the right answers, some of them after more than its limit."""
    waited: list[float] = []
    operator = make(entry, "plain")
    monkeypatch.setattr(operator, "pause", waited.append)

    found = differences(operator, "plain")

    assert not found
    assert entry.max_response_time is not None
    assert waited
    assert min(waited) > entry.max_response_time * 1.5
