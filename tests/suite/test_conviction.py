"""Proof by conviction: each broken operator of the gallery under its own rule, and each conforming one acquitted."""

from collections.abc import Iterator

import pytest

import spec
from contract_tests.verdict import Verdict
from mockserver import gallery
from tests.document import CONTRACT
from tests.suite.running import VALUES, judge

_ENTRIES = gallery.entries(CONTRACT)
_BROKEN = [entry for entry in _ENTRIES.values() if entry.kind == "broken"]
_CONFORMING = [entry for entry in _ENTRIES.values() if entry.kind == "conforming"]
_SECRET = "s3cr3t-of-the-hash"


def verdict_on(entry: gallery.Entry, secret: str, **more: object) -> Verdict:
    """What the suite says of one operator of the gallery."""
    with gallery.running(CONTRACT, spec.Partner(VALUES, secret), entry.name, path_prefix=entry.path_prefix) as url:
        limit = entry.max_response_time or 0.0
        return judge(url, secret=secret, max_response_time=limit, timeout=3.0, **{"quick": False, **more})


@pytest.mark.parametrize("entry", _BROKEN, ids=lambda entry: f"{entry.rule}[{entry.name}]")
def test_broken_operator_is_convicted_under_its_rule(entry: gallery.Entry) -> None:
    """The suite finds what is wrong, and names the rule."""
    verdict = verdict_on(entry, _SECRET if entry.needs_secret else "", rule=(entry.rule,), quick=True)

    assert entry.rule in {item.rule.id for item in verdict.all_broken}, entry.summary
    if CONTRACT.rules[entry.rule].level == "MUST":
        assert verdict.exit_code == 1


@pytest.mark.parametrize("secret", ["", _SECRET], ids=["plain", "secret"])
@pytest.mark.parametrize("entry", _CONFORMING, ids=lambda entry: entry.name)
def test_conforming_operator_is_acquitted(entry: gallery.Entry, secret: str) -> None:
    """Nothing that the contract leaves open is held against anyone."""
    if entry.needs_secret and not secret:
        pytest.skip("this operator differs only in how it checks the hash")
    verdict = verdict_on(entry, secret, quick=True)

    assert not [(item.rule.id, item.findings[0].breach) for item in verdict.broken], entry.summary
    assert verdict.exit_code == 0
    unexpected = {item.rule.id for item in verdict.all_broken} - set(entry.breaks_should)
    assert not unexpected, f"SHOULD rules that it keeps: {entry.summary}"


def _one_of_each_rule() -> Iterator[gallery.Entry]:
    seen = set()
    for entry in _BROKEN:
        if entry.rule not in seen:
            seen.add(entry.rule)
            yield entry


@pytest.mark.parametrize("entry", list(_one_of_each_rule()), ids=lambda entry: f"{entry.rule}[{entry.name}]")
def test_whole_run_convicts_too(entry: gallery.Entry) -> None:
    """With everything sent, generated notifications included, the rule is among those that are broken."""
    verdict = verdict_on(entry, _SECRET if entry.needs_secret else "")

    assert entry.rule in {item.rule.id for item in verdict.all_broken}


@pytest.mark.parametrize("name", ["plain"])
def test_whole_run_acquits_too(name: str) -> None:
    """With everything sent, the operator that all others vary keeps every rule, strictly."""
    verdict = verdict_on(_ENTRIES[name], _SECRET, strict=True)

    assert verdict.word == "KEPT"
    assert not verdict.all_broken


def test_every_must_rule_has_a_broken_operator() -> None:
    """A rule under which nobody was ever convicted is not proved."""
    must = {rule.id for rule in CONTRACT.rules.values() if rule.level == "MUST"}

    assert must <= {entry.rule for entry in _BROKEN}
