"""No report of a run holds a secret, whatever the implementation repeats."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cache
from urllib.parse import quote

import pytest

from contract_tests.reports.bundle import bundle
from contract_tests.reports.files import KINDS, written
from contract_tests.reports.github import annotations
from contract_tests.reports.report import Report
from mockserver import gallery
from mockserver.gallery.base import Operator
from spec import compute_hash
from tests.document import CONTRACT
from tests.reports.conftest import OWN, PARTNER, SECRET, TOKEN, judge, judged
from tests.reports.operators import Leaky, Lenient

PLAYER_TOKEN = "players-own-token-5511"


@cache
def leaking(kind: type[Operator]) -> Report:
    """A run with secrets of every kind."""
    name = next(field.name for field in CONTRACT.operations[0].optional if field.secret)
    return judged(kind, known=(f"{name}={PLAYER_TOKEN}",))


def secrets(report: Report) -> set[str]:
    """Everything that must not be seen."""
    found = {TOKEN, SECRET, PLAYER_TOKEN}
    for sent in report.verdict.traffic:
        found |= set(sent.exchange.request.canaries)
    return found


def forms(value: str) -> set[str]:
    """Raw, percent-encoded, base64."""
    data = value.encode()
    whole = base64.b64encode(data).decode().rstrip("=")
    return {value, quote(value, safe=""), quote(value), whole, base64.urlsafe_b64encode(data).decode().rstrip("=")}


def leaks(text: str, report: Report) -> list[str]:
    """What of it stands in a text."""
    values = {form for value in secrets(report) if len(value) >= 8 for form in forms(value) if len(form) >= 8}
    return sorted(value for value in values if value in text)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("operator", [Leaky, Lenient, Operator])
def test_no_secret_in_any_report(operator: type[Operator], kind: str) -> None:
    """Each kind of report, for an operator that leaks, one that breaks rules and one that keeps them."""
    report = leaking(operator)

    text = written(kind, report).decode()

    assert len(secrets(report)) > 100
    assert leaks(text, report) == []


def test_no_secret_in_the_evidence_or_the_annotations() -> None:
    """The zip file's every member, and what goes to GitHub."""
    report = leaking(Leaky)
    archive = zipfile.ZipFile(io.BytesIO(bundle(report)))

    # The document is public, its example too.
    texts = [archive.read(name).decode() for name in archive.namelist() if name != "openapi.yaml"]

    assert [leak for text in [*texts, annotations(report)] for leak in leaks(text, report)] == []


def test_wrong_tokens_can_be_told_apart() -> None:
    """In the traffic each credential that was tried has a fingerprint of its own."""
    report = leaking(Operator)
    name = next(c.name for c in report.contract.operations[0].credentials if c.secret)

    marks = set(re.findall(rf"{name}=(‹[0-9a-f]{{6}}›)", written("ndjson", report).decode()))

    assert len(marks) > 5


def test_no_hash_that_could_be_sent_again() -> None:
    """Whatever a body was made of, its right hash by any scheme stands nowhere: as it was sent, or as it was told."""
    with gallery.running(CONTRACT, PARTNER, "expected-hash-in-message") as url:
        report = judge(url, **OWN, quick=False)
    right = {value for sent in report.verdict.traffic for value in right_hashes(sent.exchange.request.body)}

    texts = {kind: written(kind, report).decode() for kind in KINDS}

    assert len(right) > 3000
    assert {kind for kind, text in texts.items() if any(value in text for value in right)} == set()


def right_hashes(body: bytes) -> Iterator[str]:
    """The hash of a body by each scheme of the document."""
    operation = CONTRACT.operations[0]
    carrier = operation.request_hash
    assert carrier is not None
    with suppress(ValueError, RecursionError, AttributeError, UnicodeEncodeError):
        fields = {name: value for name, value in json.loads(body).items() if name != carrier.field}
        for scheme in CONTRACT.hash_schemes.values():
            yield compute_hash(operation, replace(PARTNER, scheme=scheme), fields)
