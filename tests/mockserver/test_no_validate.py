"""`--no-validate`: any body is accepted."""

import json
from collections.abc import Iterator

import pytest

from mockserver import banner
from mockserver.settings import MockSettings
from tests.document import CONTRACT, OPERATION, SESSION, SUCCESS
from tests.mockserver.controlling import TOKEN, requests
from tests.mockserver.serving import Served, serving

PREFIX = CONTRACT.raw["x-magic"]["prefix"]


@pytest.fixture(scope="module")
def lenient() -> Iterator[Served]:
    """A mock that checks no bodies, with a secret that is therefore not used."""
    with serving(validate=False, secret="s3cr3t", control_token=TOKEN) as served:
        yield served


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"a": 1}'])
def test_any_body_is_accepted(lenient: Served, content: bytes) -> None:
    """Neither media type nor syntax nor fields nor hash are checked, and the journal says so."""
    assert lenient.send(content=content, headers={"Content-Type": "text/plain"}).json() == SUCCESS.body

    results = {check["name"]: check["result"] for check in requests(lenient)[0]["checks"]}
    assert results["syntax"] == "not checked"
    assert "failed" not in results.values()


def test_all_else_is_checked(lenient: Served) -> None:
    """Path, method and credentials are, and answers can be chosen."""
    credential = OPERATION.credentials[0]
    target = lenient.target(**{credential.role.replace("-", "_"): "wrong"})
    assert lenient.answers(credential.fault, lenient.raw(lenient.request(target=target)))
    assert lenient.answers("method", lenient.raw(lenient.request(method="PUT")))
    assert lenient.send(content=json.dumps({SESSION: f"{PREFIX}unavailable"}).encode()).status_code == 503


def test_banner_says_so() -> None:
    """The banner does not claim to check what is not checked."""
    text = banner.text(CONTRACT, MockSettings(validate=False), "http://127.0.0.1:8080")

    assert "the body (--no-validate)" in text
    assert "JSON syntax" not in text
