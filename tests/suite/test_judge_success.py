"""The judge alone, where a success is due: an answer in, broken rules out."""

import json
from dataclasses import replace

import pytest

from contract_tests.judge import Learnt
from contract_tests.notification import Maker
from spec import Contract, Operation
from tests.suite.conftest import answer, broken, case, text_name


def test_canned_success_breaks_nothing(maker: Maker, learnt: Learnt, operation: Operation) -> None:
    """The document's own success keeps every rule."""
    assert broken(case(maker, "success"), learnt, answer(operation.success.body)) == set()


def test_lone_surrogates_in_an_answer_break_nothing(maker: Maker, learnt: Learnt, operation: Operation) -> None:
    """They are left open: what was sent with one may be repeated with it, as long as the rest is right."""
    text = b'"\\ud800 and \\udc00\\ud800, \\ud83d\\ude00"'
    body = {name: "X" if isinstance(value, str) else value for name, value in operation.success.body.items()}
    told = replace(answer(body), body=json.dumps(body).encode().replace(b'"X"', text))

    assert b"ud800" in told.body
    assert broken(case(maker, "success"), learnt, told) == set()
    assert "\U0001f600" in json.dumps(told.json, ensure_ascii=False)


@pytest.mark.parametrize("extra", [{"charset": "utf-8"}, {}])
def test_media_type_parameters_are_fine(
    maker: Maker, learnt: Learnt, operation: Operation, extra: dict[str, str]
) -> None:
    """OK-4 looks at the media type without its parameters, in any letter case."""
    kind = "Application/JSON" + "".join(f"; {name}={value}" for name, value in extra.items())

    assert broken(case(maker, "success"), learnt, answer(operation.success.body, content_type=kind)) == set()


@pytest.mark.parametrize("status", [201, 202, 204, 206])
def test_other_success_statuses_break_ok_1(maker: Maker, learnt: Learnt, operation: Operation, status: int) -> None:
    """Exactly the documented status is a success."""
    assert "OK-1" in broken(case(maker, "success"), learnt, answer(operation.success.body, status))


@pytest.mark.parametrize("value", ["0", 0.0, False, None, 1, -1, [], {}])
def test_anything_but_the_integer_breaks_ok_2(
    maker: Maker, learnt: Learnt, operation: Operation, value: object
) -> None:
    """The first required property of the success is the integer of the document, and nothing that looks like it."""
    name = _integer_name(operation)

    assert broken(case(maker, "success"), learnt, answer({**operation.success.body, name: value})) == {"OK-2"}


@pytest.mark.parametrize("raw", [b"", b"<html></html>", b"[]", b'{"x":1', b"null", b"0"])
def test_a_success_that_is_no_object_breaks_ok_2(maker: Maker, learnt: Learnt, raw: bytes) -> None:
    """Empty, HTML, arrays, truncated JSON: OK-2, whatever else."""
    assert "OK-2" in broken(case(maker, "success"), learnt, answer(raw))


def test_rest_after_the_object_breaks_ok_2(maker: Maker, learnt: Learnt, operation: Operation) -> None:
    """One JSON object and nothing else; white space around it is JSON."""
    good = answer(operation.success.body).body

    assert broken(case(maker, "success"), learnt, answer(b" " + good + b"\r\n")) == set()
    assert broken(case(maker, "success"), learnt, answer(good + b"<!-- served by x -->")) == {"OK-2"}


@pytest.mark.parametrize("kind", [None, "text/html", "text/plain; charset=utf-8", "application/problem+json"])
def test_other_media_types_break_ok_4(maker: Maker, learnt: Learnt, operation: Operation, kind: str | None) -> None:
    """A right body under another media type breaks OK-4 alone."""
    assert broken(case(maker, "success"), learnt, answer(operation.success.body, content_type=kind)) == {"OK-4"}


@pytest.mark.parametrize("levels", [900, 20_000])
def test_a_success_may_hold_what_is_nested_deeply(
    maker: Maker, learnt: Learnt, operation: Operation, levels: int
) -> None:
    """An operator may repeat what it was sent: hundreds of levels, which exhaust whoever walks them."""
    deep = b'[1, {"a": [' + b"[" * levels + b"]" * levels + b'], "b": "]"}]'
    raw = json.dumps(operation.success.body).encode()[:-1] + b', "received": ' + deep + b"}"

    assert broken(case(maker, "survival"), learnt, answer(raw)) == set()
    assert broken(case(maker, "success"), learnt, answer(raw)) == set()
    assert "OK-2" in broken(case(maker, "success"), learnt, answer(raw[:-1]))


def test_refusal_of_the_known_session_breaks_the_cases_rule(maker: Maker, learnt: Learnt, contract: Contract) -> None:
    """Whatever rule the case is about: a success was due."""
    refused = contract.answer_for("missing-field")

    seen = broken(case(maker, "success", rule="OK-5"), learnt, answer(refused.body, refused.status))

    assert seen == {"OK-5"}


@pytest.mark.parametrize(("charset", "rules"), [("utf-8", {"OK-2"}), ("", {"OK-2"}), ("iso-8859-1", set())])
def test_a_charset_is_forgiven_if_it_is_true(
    maker: Maker, learnt: Learnt, operation: Operation, charset: str, rules: set[str]
) -> None:
    """JSON is UTF-8: other bytes break OK-2, unless the media type names the charset that they are in."""
    body = {**operation.success.body, text_name(operation): "Sesión cerrada"}
    raw = json.dumps(body, ensure_ascii=False).encode("latin-1")
    kind = "application/json" + (f"; charset={charset}" if charset else "")

    assert broken(case(maker, "success"), learnt, answer(raw, content_type=kind)) == rules


def _integer_name(operation: Operation) -> str:
    return next(name for name, value in operation.success.body.items() if isinstance(value, int))
