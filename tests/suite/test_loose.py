"""A wrong request hash that loose languages take for the right one is found by trying, and sent."""

import json
import shutil
import subprocess
from dataclasses import replace

import pytest

import spec
from contract_tests import loose
from contract_tests.loose import same_number, same_number_cases
from contract_tests.notification import Maker

LUCKY = "secret-8650"  # makes a number of the 225th notification; most secrets take millions


@pytest.mark.parametrize(
    ("right", "other"),
    [
        ("71031290658083731942741060292304", "71031290658083735e00000000000015"),
        ("0e462097431906509019562988736854", "0e000000000000000000000000000000"),
        ("12345678901234567890123456789e22", "12345678901234569e00000000000034"),
        ("1234567890123456789012345678e922", None),  # too large for any number
        ("0e000000000000000000000000000000", None),
        ("12345678901234567890123456789f22", None),
        ("12e45678901234567890123456789e22", None),
        ("1e5", None),
    ],
)
def test_same_number(right: str, other: str | None) -> None:
    """It has the length of the right one and is the same number, or there is none."""
    assert same_number(right) == other


@pytest.mark.skipif(shutil.which("php") is None, reason="PHP is not installed")
def test_php_takes_it_for_the_same() -> None:
    """What PHP itself says of `==`."""
    right = ["71031290658083731942741060292304", "0e462097431906509019562988736854", "12345678901234567890123456789e22"]
    pairs = [text for each in right for text in (each, same_number(each) or "")]
    code = "for ($i = 1; $i < $argc; $i += 2) echo $argv[$i] == $argv[$i + 1] ? 'same ' : 'other ';"
    said = subprocess.run(["php", "-r", code, "--", *pairs], capture_output=True, text=True, check=True, timeout=30)

    assert said.stdout.split() == ["same"] * len(right)


def _maker(maker: Maker, monkeypatch: pytest.MonkeyPatch, secret: str, **knobs: str) -> Maker:
    monkeypatch.setattr(loose, "unique", lambda: "lmkit-")
    assert maker.operation.request_hash is not None
    scheme = replace(maker.operation.request_hash.scheme, **knobs) if knobs else None
    return replace(maker, partner=replace(maker.partner, secret=secret, scheme=scheme))


def test_case_sends_the_same_number(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash that is sent is another text of the number that the right one of the same notification is."""
    lucky = _maker(maker, monkeypatch, LUCKY)
    (case,) = same_number_cases(lucky, tries=300)
    sent = json.loads(case.build().body)
    wrong = sent.pop(lucky.operation.request_hash.field)  # type: ignore[union-attr]

    assert wrong == same_number(lucky.hash_of(sent))
    assert (case.rule, case.expect) == ("SIG-1", "refusal")


@pytest.mark.parametrize(
    ("secret", "knobs"),
    [("", {}), ("secret-1", {}), (LUCKY, {"digest": "sha256"})],
    ids=["no secret", "no luck", "long digest"],
)
def test_no_case_where_no_number_is_found(
    maker: Maker, monkeypatch: pytest.MonkeyPatch, secret: str, knobs: dict[str, str]
) -> None:
    """Nothing is sent that would prove nothing."""
    assert list(same_number_cases(_maker(maker, monkeypatch, secret, **knobs), tries=300)) == []


@pytest.mark.parametrize("place", ["end", "start", "hmac-key"])
def test_hash_can_be_begun(maker: Maker, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Going on from the beginning gives the hash of the whole, wherever the secret stands."""
    other = _maker(maker, monkeypatch, LUCKY, secret_place=place)
    (field,) = (item.name for item in other.operation.fields if item.fresh)
    body = other.body({field: "begin-and-end"})
    del body[other.operation.request_hash.field]  # type: ignore[union-attr]
    begun = spec.begin_hash(other.operation, other.partner, body, "begin")
    assert begun is not None
    digest, rest = begun
    digest.update(rest)

    assert digest.hexdigest() == other.hash_of(body)
    assert spec.begin_hash(other.operation, other.partner, body, "nowhere") is None
