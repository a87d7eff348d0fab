"""The gallery follows the document: with an edited one it has other entries, and they behave."""

from collections.abc import Callable

import pytest

from mockserver.gallery import Entry, Operator, entries
from spec import Contract, build
from tests import editions
from tests.gallery.battery import battery
from tests.gallery.case import ON_THE_WIRE, PARTNERS, SUCCESS, Caller, Case, send

EDITIONS: dict[str, Callable[[], str]] = {
    "new-answer": editions.new_error_answer,
    "later-revision": editions.later_revision,
    "second-operation": editions.second_operation,
}


@pytest.fixture(params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> Contract:
    """One edited document."""
    return build(editions.source(EDITIONS[request.param]()))


def operator_of(entry: Entry, contract: Contract) -> Operator:
    """An operator that does not wait."""
    operator = entry.make(contract, PARTNERS["plain"], "")
    operator.closing.set()
    return operator


def cases_of(contract: Contract) -> list[Case]:
    """All requests to all operations."""
    return [case for item in contract.operations for case in battery(contract, PARTNERS["plain"], item)]


def test_plain_operator_answers_by_the_edited_document(edition: Contract) -> None:
    """Successes and refusals have the statuses of the edited document."""
    operator = operator_of(entries(edition)["plain"], edition)

    replies = [(case, send(operator, case)) for case in cases_of(edition)]

    assert all(reply is not None and reply.status == 200 for case, reply in replies if case.expect == "success")
    assert all(reply is not None and 400 <= reply.status < 500 for case, reply in replies if case.expect == "refusal")


def test_conforming_operators_accept_plain_notifications_of_the_edited_document(edition: Contract) -> None:
    """Whatever its fields are called and of whatever type they are: each takes the document's own example."""
    refused = []
    for entry in entries(edition).values():
        if entry.kind == "broken" or entry.needs_secret:
            continue
        for operation in edition.operations:
            caller = Caller(edition, PARTNERS["plain"], operation)
            plain = Case("plain", SUCCESS, "success", caller.call(caller.body()))
            reply = send(operator_of(entry, edition), plain)
            if reply is None or reply.status != operation.success.status:
                refused.append((entry.name, str(operation), reply))

    assert not refused


def test_broken_operators_differ_under_the_edited_document(edition: Contract) -> None:
    """Each entry that applies answers something otherwise than the plain operator does."""
    cases = cases_of(edition)
    plain = operator_of(entries(edition)["plain"], edition)
    usual = [send(plain, case) for case in cases]
    same = []
    for entry in entries(edition).values():
        if entry.kind == "conforming" or entry.needs_secret or entry.rule in ("ROB-2", "TIME-1"):
            continue
        if entry.name in ON_THE_WIRE:
            continue
        operator = operator_of(entry, edition)
        if all(send(operator, case) == reply for case, reply in zip(cases, usual, strict=True)):
            same.append(entry.name)

    assert not same


def test_entries_follow_the_fields() -> None:
    """A renamed field and a new one have their entries; what is gone has none."""
    names = set(entries(build(editions.source(editions.later_revision()))))

    assert {"accepts-missing-externalPlayerId", "accepts-null-in-uuid"} <= names
    assert not [name for name in names if "playerId" in name or name.startswith(("partner-", "hash-"))]
