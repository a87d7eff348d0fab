"""Findings that have one cause are one."""

from typing import Any

from contract_tests.breach import Breach, shown
from contract_tests.case import Case
from contract_tests.causes import merge_like
from contract_tests.exchange import Exchange
from contract_tests.notification import Maker
from contract_tests.verdict import Finding
from tests.suite.conftest import answer


def finding(maker: Maker, body: Any) -> Finding:
    """An answer with this body, which breaks a rule that no case is about."""
    case = Case("OK-6", "test", "success", maker.request, maker)
    came = answer(body)
    return Finding(Breach("ERR-7", "no secret", f"a secret in {shown(came)}"), case, Exchange(case.build(), came))


def test_texts_tell_no_causes_apart(maker: Maker) -> None:
    """What differs only in a text of the answer is one cause, wherever in the object the text stands."""
    bodies = [{"first": 0, "second": f"Closed {word}", "third": word} for word in ("x", 'a "b"', "", "c: {d}")]

    assert [merged.like for merged in merge_like([finding(maker, body) for body in bodies])] == [4]


def test_keys_and_numbers_of_answers_tell_causes_apart(maker: Maker) -> None:
    """Another key is another cause, and so is a text in the place of a number."""
    bodies = ({"first": 0, "second": "x"}, {"first": 0, "other": "x"}, {"first": "x", "second": "x"})

    assert len(merge_like([finding(maker, body) for body in bodies])) == 3
