"""ERR-7: secrets and stack traces in answers, and what is none."""

import base64
from dataclasses import replace
from urllib.parse import quote

import pytest

from contract_tests.judge import Learnt
from contract_tests.notification import Maker
from spec import Contract, Operation
from tests.suite.conftest import answer, breaches, broken, case


def test_stack_traces_break_err_7(maker: Maker, learnt: Learnt, contract: Contract) -> None:
    """Also inside the message of a good envelope."""
    text = answer(contract.answer_for("missing-field").body).body
    trace = b"Traceback (most recent call last):\\n File"
    message = contract.answer_for("missing-field").body["error"]["message"].encode()

    assert broken(case(maker, "refusal", "body"), learnt, answer(text.replace(message, trace), 400)) == {"ERR-7"}


def test_repeated_secrets_break_err_7(maker: Maker, learnt: Learnt, operation: Operation) -> None:
    """The token, the hash and the player's token, in headers and bodies, plain, percent-encoded and in base64."""
    tried = case(maker, "success")
    request = tried.build()
    assert len(request.canaries) >= 3
    for value in request.canaries:
        for form in (value, quote(value, safe=""), base64.b64encode(f"a={value};".encode()).decode()):
            assert broken(tried, learnt, answer(operation.success.body, **{"X-Echo": form}), request) == {"ERR-7"}, form
            assert broken(tried, learnt, answer({**operation.success.body, "echo": form}), request) == {"ERR-7"}, form


@pytest.mark.parametrize("form", ["{}", "b64 {}"], ids=["plain", "encoded"])
def test_a_leak_is_said_to_be_where_it_is(maker: Maker, learnt: Learnt, operation: Operation, form: str) -> None:
    """What a header repeats would be looked for in the body in vain."""
    tried = case(maker, "success")
    request = tried.build()
    value, name = next(iter(request.canaries.items()))
    told = form.format(value if form == "{}" else base64.b64encode(value.encode()).decode())
    body = operation.success.body

    [header] = breaches(tried, learnt, answer(body, **{"X-Echo": told}), request)
    [phrase] = breaches(tried, learnt, replace(answer(body), reason=told), request)
    [inside] = breaches(tried, learnt, answer({**body, "echo": told}, **{"X-Echo": told}), request)

    assert header.got.startswith(f"{name} in the header X-Echo of 200 ")
    assert phrase.got.startswith(f"{name} in the reason phrase of 200 ")
    assert inside.got.startswith(f"{name} in 200 ")


def test_public_values_may_be_repeated(maker: Maker, learnt: Learnt, operation: Operation) -> None:
    """Ids are no secrets: an implementation may name them."""
    tried = case(maker, "success")
    request = tried.build()
    public = {name: value for name, value in operation.example.items() if not operation.by_name[name].secret}

    assert public
    assert broken(tried, learnt, answer({**operation.success.body, **public}), request) == set()
