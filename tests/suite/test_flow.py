"""A run as a whole: what decides it, what stops it, and what it does not depend on."""

import json
from typing import Any

import pytest

import spec
from contract_tests.notification import PREFIX
from contract_tests.run import NotJudgedError
from mockserver import gallery
from mockserver.gallery.exchange import Call, Reply
from tests import editions
from tests.document import CONTRACT
from tests.suite.running import judge, operator, serving


def test_whatever_is_no_known_session_can_be_found_again() -> None:
    """Staging is cleaned by the prefix: of other sessions in bursts, of unknown ids, of what is generated."""
    with operator() as url:
        verdict = judge(url, quick=False)

    operation = CONTRACT.operations[0]
    ids = [field.name for field in operation.required if not field.secret]
    foreign = 0
    for sent in verdict.traffic:
        try:
            body = json.loads(sent.exchange.request.body)
        except (ValueError, RecursionError):
            continue
        texts = {name: value for name, value in body.items() if isinstance(value, str)} if type(body) is dict else {}
        if any(texts.get(name) not in (None, "", operation.example[name]) for name in ids):
            foreign += 1
            assert any(value.startswith(PREFIX) for value in texts.values()), texts
    assert foreign > 100


class PageForLongBodies(gallery.Operator):
    """Answers a body over 64 KiB with the page of its framework."""

    def decide(self, call: Call) -> Reply:
        """Look at the length before anything else."""
        return Reply(413, b"<h1>Too large</h1>") if len(call.body) > 1 << 16 else super().decide(call)


def test_what_becomes_of_a_long_body_is_recorded_only() -> None:
    """The contract leaves it open, so it decides nothing; it is told all the same."""
    with serving(PageForLongBodies) as url:
        verdict = judge(url, strict=True)

    notes = {rule.rule.id: [note.case.left_open for note in rule.notes] for rule in verdict.rules if rule.notes}
    assert verdict.exit_code == 0
    assert notes["ERR-2"] == ["a body over 64 KiB may be refused in any way"]


def test_where_nothing_may_be_new_repeats_may_be_refused() -> None:
    """The user names every value, and the hash is fixed: after the first each plain notification is an exact repeat."""
    fresh = [item.name for item in CONTRACT.operations[0].fields if item.fresh]
    with operator("repeat-refused", secret="secret") as url:
        verdict = judge(url, secret="secret", known=tuple(f"{name}=always-the-same" for name in fresh))

    assert (verdict.word, [item.rule.id for item in verdict.all_broken]) == ("KEPT", ["OK-8"])
    assert not verdict.advice, "a refused repeat says nothing of the hash"


@pytest.mark.parametrize("secret", ["", "secret"], ids=["plain", "secret"])
@pytest.mark.parametrize("name", ["repeat-refused", "same-values-refused"])
def test_a_second_run_is_no_repeat_of_the_first(name: str, secret: str) -> None:
    """Who refuses what was told before keeps the contract, also when the suite comes again."""
    with operator(name, secret=secret) as url:
        verdicts = [judge(url, secret=secret) for _ in range(2)]

    assert [verdict.word for verdict in verdicts] == ["KEPT", "KEPT"]


class RemembersHashes(gallery.Operator):
    """Takes a hash that it has seen for a repeat, before it looks at the fields."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.seen: set[str] = set()

    def validate(self, call: Call) -> None:
        """Whatever else the notification lacks."""
        declared = call.operation.request_hash
        given = str(call.data.get(declared.field)) if declared else ""
        if given not in self.seen:
            super().validate(call)
        self.seen.add(given)


def test_what_comes_again_must_be_whole() -> None:
    """A known hash does not stand in for a field."""
    with serving(RemembersHashes) as url:
        verdict = judge(url, rule=("VAL-1",))

    [item] = verdict.broken
    assert all("again-without" in name for finding in item.findings for name in finding.cases)


def test_few_connections_are_told_and_decide_nothing() -> None:
    """A thread that waits for an idle connection breaks no rule, and still makes callers wait."""
    with operator("one-connection-at-a-time") as url:
        verdict = judge(url, rule=("OK-1", "ROB"))

    assert verdict.word == "KEPT"
    assert [advice for advice in verdict.advice if "requests over others wait" in advice]


def test_refused_first_notification_stops_the_run() -> None:
    """One clear message with what came back, instead of sixty failures."""
    with operator() as url, pytest.raises(NotJudgedError) as stopped:
        judge(url, partner_token="not the right one")

    refused = CONTRACT.answer_for("partner-token")
    assert f"got {refused.status}" in str(stopped.value)
    assert refused.code in str(stopped.value)
    assert "\n" not in str(stopped.value)


class Counts(gallery.Operator):
    """Counts what it is sent."""

    received = 0

    def route(self, call: Call) -> None:
        """One more."""
        type(self).received += 1
        super().route(call)


def test_little_is_sent_with_credentials_that_may_be_wrong() -> None:
    """Where wrong credentials are refused alike, other ways of sending them are few: nobody likes a flood of these."""
    with serving(Counts) as url, pytest.raises(NotJudgedError):
        judge(url, partner_token="not the right one")

    assert Counts.received < 20


@pytest.mark.parametrize("name", ["new_error_answer", "later_revision", "second_operation"])
def test_edited_documents_judge_and_are_kept(name: str) -> None:
    """The document is edited and nothing else: the same suite judges by the new one, generated cases included."""
    contract = spec.build(editions.source(getattr(editions, name)()))
    with operator(contract=contract) as url:
        verdict = judge(url, contract, quick=False)

    assert verdict.word == "KEPT"
    assert not verdict.all_broken
    for item in verdict.rules:
        assert item.status == "kept" or item.reason, item.rule.id


def test_later_revision_has_no_credentials_to_judge() -> None:
    """Rules that no longer apply are reported as such, with the reason."""
    contract = spec.build(editions.source(editions.later_revision()))
    with operator(contract=contract) as url:
        verdict = judge(url, contract, secret="secret")

    absent = {item.rule.id: item.reason for item in verdict.rules if item.status == "not-applicable"}
    assert {"AUTH-1", "AUTH-2", "AUTH-3", "SIG-1", "SIG-2"} <= set(absent)
    assert all(absent.values())


def test_both_operations_are_judged() -> None:
    """A fault in the second operation alone breaks the run, and the finding names it."""
    contract = spec.build(editions.source(editions.second_operation()))
    assert len(contract.operations) == 2
    with operator() as url:  # serves the first operation of the document only
        verdict = judge(url, contract)

    assert verdict.word == "BROKEN"
    assert {finding.operation.path for item in verdict.broken for finding in item.findings} == {
        contract.operations[1].path
    }


def test_rules_can_be_chosen_one_by_one_and_by_family() -> None:
    """Only what was asked for is judged, and an unknown id is refused."""
    with operator() as url:
        assert {item.rule.id for item in judge(url, rule=("VAL-1", "sig")).rules} == {"VAL-1", "SIG-1", "SIG-2"}
        assert "ROB-1" not in {item.rule.id for item in judge(url, skip=("ROB",)).rules}
        with pytest.raises(spec.SettingError, match="unknown rule"):
            judge(url, rule=("VAL-99",))


def test_known_session_is_used() -> None:
    """An implementation that accepts one session alone is judged by that one."""
    names = [field.name for field in CONTRACT.operations[0].required if not field.secret]
    with operator() as url:
        verdict = judge(url, known=(",".join(f"{name}=mine-{name}" for name in names),), rule=("OK",))
        sent = [entry.exchange.request.body for entry in verdict.traffic]
        with pytest.raises(spec.SettingError, match="unknown field"):
            judge(url, known=("nonsense=1",))

    assert verdict.word == "KEPT"
    assert sum(all(f"mine-{name}".encode() in body for name in names) for body in sent) > 10
