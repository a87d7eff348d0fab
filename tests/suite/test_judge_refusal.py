"""The judge alone, where a refusal is due or allowed, and where no answer came: an answer in, broken rules out."""

from typing import Any

import pytest

from contract_tests.envelope import message_of
from contract_tests.exchange import Exchange, NoAnswer
from contract_tests.judge import Learnt, judge
from contract_tests.notification import Maker
from spec import Contract, Operation
from tests.suite.conftest import answer, breaches, broken, case, text_name


def test_every_canned_failure_is_a_refusal(maker: Maker, learnt: Learnt, contract: Contract) -> None:
    """Each canned 4XX of the document is a well-formed refusal; each 5XX breaks ERR-5 alone."""
    for canned in contract.answers:
        if not canned.is_success:
            seen = broken(case(maker, "refusal", "transport"), learnt, answer(canned.body, canned.status))
            assert seen == ({"ERR-5"} if canned.status >= 500 else set()), canned.name


def test_unknown_sessions_may_be_refused(maker: Maker, learnt: Learnt, contract: Contract) -> None:
    """OK-6: a success or a well-formed 4XX; a 5XX is a crash."""
    refused = contract.answer_for("missing-field")
    tried = case(maker, "success-or-refusal", rule="OK-6")

    assert broken(tried, learnt, answer(refused.body, 404)) == set()
    assert broken(tried, learnt, answer(refused.body, 500)) == {"OK-6"}
    assert broken(tried, learnt, answer(b"<h1>Not Found</h1>", 404, "text/html")) == {"ERR-2"}
    assert broken(tried, learnt, answer(refused.body)) == {"ERR-1"}


def test_accepted_fault_breaks_the_cases_rule(maker: Maker, learnt: Learnt, operation: Operation) -> None:
    """A success for a faulty request."""
    assert broken(case(maker, "refusal", "body", rule="VAL-1"), learnt, answer(operation.success.body)) == {"VAL-1"}


def test_refusal_with_200_breaks_err_1(maker: Maker, learnt: Learnt, contract: Contract) -> None:
    """A failure body under 200 is a refusal with the wrong status, no acceptance."""
    refused = contract.answer_for("missing-field")

    assert broken(case(maker, "refusal", "body", rule="VAL-1"), learnt, answer(refused.body)) == {"ERR-1"}


def test_what_good_notifications_got_is_an_acceptance(maker: Maker, learnt: Learnt, operation: Operation) -> None:
    """A success with a fault of its own is none with the optional fields alone: to a faulty request it accepts too."""
    faulty = {name: value for name, value in operation.success.body.items() if name == text_name(operation)}
    tried = case(maker, "refusal", "body", rule="VAL-1")
    assert broken(tried, learnt, answer(faulty)) == {"ERR-1"}

    learnt.success_bodies.append(faulty)

    assert broken(tried, learnt, answer(faulty)) == {"VAL-1"}
    assert broken(case(maker, "survival", rule="ROB-1"), learnt, answer(faulty)) == {"OK-2"}


def test_a_success_that_is_cut_short_is_no_refusal(maker: Maker, learnt: Learnt, operation: Operation) -> None:
    """A Content-Length that counts characters cuts the body: OK-2, and no refusal with a status of 200 (ERR-1)."""
    whole = answer(operation.success.body).body

    assert broken(case(maker, "survival", rule="ROB-1"), learnt, answer(whole[:-3])) == {"OK-2"}
    assert broken(case(maker, "survival", rule="ROB-1"), learnt, answer(b"<h1>no</h1>")) == {"ERR-1"}


def test_what_says_success_is_no_refusal(maker: Maker, learnt: Learnt, operation: Operation) -> None:
    """A 2XX with the success's fixed values is a success, whatever else of it is wrong: ERR-1 is not the cause."""
    faulty = {**operation.success.body, text_name(operation): ""}

    assert broken(case(maker, "refusal", "body", rule="VAL-1"), learnt, answer(faulty)) == {"VAL-1"}
    assert broken(case(maker, "survival", rule="ROB-1"), learnt, answer(faulty)) == {"OK-3"}


def test_an_acceptance_that_is_nearly_json_is_one(maker: Maker, learnt: Learnt, operation: Operation) -> None:
    """Infinity repeated from a hostile body leaves the success none (OK-2), and makes no refusal of it (ERR-1)."""
    told = answer(operation.success.body).body[:-1] + b', "echo": Infinity}'

    assert broken(case(maker, "survival", rule="ROB-1"), learnt, answer(told)) == {"OK-2"}
    assert broken(case(maker, "refusal", "body", rule="VAL-4"), learnt, answer(told)) == {"VAL-4"}
    assert broken(case(maker, "survival", rule="ROB-1"), learnt, answer(b'{"echo": Infinity}')) == {"ERR-1"}


def test_redirect_breaks_err_1(maker: Maker, learnt: Learnt) -> None:
    """A login page is no refusal."""
    assert broken(case(maker, "refusal", "credential"), learnt, answer(b"", 302, None)) == {"ERR-1"}


@pytest.mark.parametrize(
    ("fault", "kind", "rules"),
    [
        ("body", "credential", {"ERR-6"}),
        ("credential", "body", {"ERR-6"}),
        ("transport", "body", set()),
        ("hash", "body", set()),
        ("hash", "credential", set()),
    ],
)
def test_family_of_the_code_fits_the_fault(
    maker: Maker, learnt: Learnt, contract: Contract, fault: str, kind: str, rules: set[str]
) -> None:
    """ERR-6 binds body and credential faults; for the hash and for transport either family is right (D22)."""
    name = {"credential": "partner-token", "body": "missing-field"}[kind]

    assert broken(case(maker, "refusal", fault), learnt, answer(contract.answer_for(name).body, 403)) == rules


def test_a_body_fault_may_be_refused_for_its_hash(maker: Maker, learnt: Learnt, contract: Contract) -> None:
    """With a secret, an implementation that checks the hash first refuses a faulty body with that code."""
    canned = contract.answer_for("wrong-hash")
    learnt.hash_refusals = [answer(canned.body, 403)]

    assert broken(case(maker, "refusal", "body"), learnt, answer(canned.body, 403)) == set()


def test_one_digit_codes_are_fine(maker: Maker, learnt: Learnt, contract: Contract) -> None:
    """D09: readers accept one or two digits."""
    text = answer(contract.answer_for("missing-field").body).body.replace(b".01", b".1")

    assert broken(case(maker, "refusal", "body"), learnt, answer(text, 422)) == set()


@pytest.mark.parametrize(
    ("old", "new"), [(b".01", b".001"), (b'"V.', b'"v.'), (b'"V.', b'"X.'), (b'"V.01"', b"1"), (b"V.01", b"V01")]
)
def test_other_codes_break_err_3(maker: Maker, learnt: Learnt, contract: Contract, old: bytes, new: bytes) -> None:
    """The pattern of the document, and only that, decides."""
    text = answer(contract.answer_for("missing-field").body).body.replace(old, new)

    assert broken(case(maker, "refusal", "body"), learnt, answer(text, 400)) == {"ERR-3"}


def test_an_error_without_its_parts_breaks_err_2_too(maker: Maker, learnt: Learnt, contract: Contract) -> None:
    """Whoever lacks the code or the message has another envelope: the part's rule and the whole's."""
    canned = next(each for each in contract.answers if each.status == 400)
    [(holder, parts)] = canned.body.items()
    [code, message] = parts

    def rules(body: dict[str, object]) -> set[str]:
        return broken(case(maker, "refusal", "transport"), learnt, answer({holder: body}, 400))

    assert rules({}) == rules({holder: parts}) == {"ERR-2", "ERR-3", "ERR-4"}
    assert rules({message: "x"}) == {"ERR-2", "ERR-3"}
    assert rules({code: parts[code]}) == {"ERR-2", "ERR-4"}


@pytest.mark.parametrize("trouble", ["timeout", "dropped", "unreachable", "not-http"])
def test_no_answer_breaks_the_cases_rule(maker: Maker, learnt: Learnt, trouble: Any) -> None:
    """A hang or a dropped connection is never an answer."""
    tried = case(maker, "survival", rule="ROB-1")

    seen = judge(tried, Exchange(tried.build(), NoAnswer(trouble, "", 1.0)), learnt)

    assert [breach.rule for breach in seen] == ["ROB-1"]


def test_wrong_method_is_judged_by_status_alone(maker: Maker, learnt: Learnt) -> None:
    """HTML is fine there, a redirect too; 2XX and 5XX are not, and 405 is what one hopes for."""
    tried = case(maker, "not-success", "transport", rule="HTTP-1")

    assert broken(tried, learnt, answer(b"<html>", 405, "text/html")) == set()
    assert broken(tried, learnt, answer(b"<html>", 404, "text/html")) == {"HTTP-2"}
    assert broken(tried, learnt, answer(b"", 302, None)) == {"HTTP-2"}
    assert broken(tried, learnt, answer(b"", 200)) == {"HTTP-1", "HTTP-2"}
    assert broken(tried, learnt, answer(b"", 501)) == {"ERR-5", "HTTP-2"}


def test_hash_variant_is_a_note(maker: Maker, learnt: Learnt, contract: Contract) -> None:
    """With a secret, a refusal of a value that variants sign differently is recorded, not blamed."""
    refused = contract.answer_for("wrong-hash")
    tried = case(maker, "success", rule="OK-6", variant=True)
    learnt.secret = True

    seen = breaches(tried, learnt, answer(refused.body, refused.status))

    assert [(breach.rule, breach.note) for breach in seen] == [("OK-6", True)]
    assert broken(tried, learnt, answer(b"", 500)) >= {"OK-6"}


def test_what_is_refused_otherwise_is_no_hash_variant(
    maker: Maker, learnt: Learnt, contract: Contract, operation: Operation
) -> None:
    """Another code or another message says that the value itself is not liked; a message that changes says nothing."""
    refused = contract.answer_for("wrong-hash")
    other = contract.answer_for("invalid-value")
    tried = case(maker, "success", rule="OK-6", variant=True)
    usual = answer(refused.body, refused.status)
    message = message_of(operation, usual).encode()
    reworded = answer(usual.body.replace(message, b"too long"), refused.status)
    learnt.secret, learnt.hash_refusals = True, [usual]

    assert broken(tried, learnt, answer(other.body, other.status)) == {"OK-6"}
    assert broken(tried, learnt, reworded) == {"OK-6"}

    learnt.hash_refusals = [usual, answer(usual.body.replace(message, b"no 4711"), refused.status)]
    assert broken(tried, learnt, reworded) == set()
