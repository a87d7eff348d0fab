"""The request hash in a run: which variant a build computes, and hashes that are refused now and then."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

import spec
from contract_tests.run import NotJudgedError
from mockserver import gallery
from mockserver.gallery.exchange import Call
from spec.request_hash import own_scheme
from tests.document import CONTRACT
from tests.suite.running import VALUES, judge, serving


def test_hash_doctor_names_the_variant() -> None:
    """A build that signs by another published variant is told apart from one with another secret."""
    scheme = CONTRACT.hash_schemes["sorted-md5-key"]
    partner = spec.Partner(VALUES, "secret", scheme)
    with gallery.running(CONTRACT, partner, "plain") as url:
        with pytest.raises(NotJudgedError, match="accepts the variant sorted-md5-key"):
            judge(url, secret="secret")
        assert judge(url, secret="secret", hash_scheme="sorted-md5-key", rule=("SIG",)).word == "KEPT"


def test_hash_doctor_names_two_variants_together() -> None:
    """Another joint before the secret, and another digest."""
    scheme = replace(CONTRACT.hash_schemes["sorted-md5-key"], digest="sha256")
    partner = spec.Partner(VALUES, "secret", scheme)
    variant = pytest.raises(NotJudgedError, match=r"accepts the variant sorted-md5-key \+ sorted-sha256")
    with gallery.running(CONTRACT, partner, "plain") as url, variant:
        judge(url, secret="secret")


class SignsInTheBodysOrder(gallery.Operator):
    """Puts the string to sign together as the fields stand in the body."""

    def computed_hash(self, call: Call, values: dict[str, object]) -> str:
        """MD5 over them and the secret."""
        declared = call.operation.request_hash
        assert declared
        pairs = [f"{name}={value}" for name, value in values.items() if name != declared.field and value]
        return hashlib.md5(f"{'&'.join(pairs)}{self.partner.secret}".encode()).hexdigest()


def test_hash_doctor_names_the_order_of_the_body() -> None:
    """The fields are not sorted: where they stand sorted, the hash is accepted."""
    told = pytest.raises(NotJudgedError, match="in the order in which they stand in the body")
    with serving(SignsInTheBodysOrder, secret="secret") as url, told:
        judge(url, secret="secret")


class GetsManyHashesWrong(gallery.Operator):
    """Refuses the first few notifications for their hash, and others later."""

    def hash_is_right(self, call: Call, given: str) -> bool:
        """Not among the first, and then three in four."""
        return call.number > 5 and call.number % 4 > 0 and super().hash_is_right(call, given)


def test_a_build_that_gets_many_hashes_wrong_is_judged() -> None:
    """Some more notifications are sent than two of each kind before one says that the secret may be wrong."""
    with serving(GetsManyHashesWrong, secret="secret") as url:
        some, more = (judge(url, secret="secret", rule=rules) for rules in (("OK",), ("OK", "ROB-3")))

    assert [item.rule.id for item in more.broken] == ["ROB-3"]
    assert any("like requests got unlike verdicts" in advice for advice in (*some.advice, *more.advice))


def test_a_hash_function_need_not_bear_faulty_bodies(tmp_path: Path) -> None:
    """One that takes every required field for granted judges all the same, and convicts nobody."""
    names = [item.name for item in CONTRACT.operations[0].required]
    signed = " + ".join(f"body[{name!r}]" for name in names if name != CONTRACT.operations[0].request_hash.field)  # type: ignore[union-attr]
    path = tmp_path / "bears_good_bodies_only.py"
    path.write_text(
        f"import hashlib\ndef sign(body, secret):\n    return hashlib.md5(({signed} + secret).encode()).hexdigest()\n"
    )
    scheme = f"{path}:sign"
    with gallery.running(CONTRACT, spec.Partner(VALUES, "secret", own_scheme(scheme)), "plain") as url:
        verdict = judge(url, secret="secret", hash_scheme=scheme, skip=("SIG-2",))

    assert (verdict.word, [item.rule.id for item in verdict.all_broken]) == ("KEPT", [])
