"""A caller chooses a canned answer with the Prefer header (RFC 7240)."""

import httpx
import pytest

from mockserver import prefer
from spec import CannedAnswer
from tests.document import CONTRACT, OPERATION
from tests.mockserver.serving import Served


@pytest.mark.parametrize("answer", OPERATION.answers, ids=lambda answer: answer.name)
def test_by_name(mock: Served, answer: CannedAnswer) -> None:
    """Every canned answer can be had by its name, and the answer says that the preference was applied."""
    got = mock.send(headers={"Prefer": f"example={answer.name}"})

    assert (got.status_code, got.json()) == (answer.status, answer.body)
    assert got.headers["preference-applied"] == f"example={answer.name}"
    assert got.headers["content-type"] == answer.media_type


@pytest.mark.parametrize("status", sorted({answer.status for answer in OPERATION.answers}))
def test_by_status(mock: Served, status: int) -> None:
    """A status brings the first canned answer that stands under it."""
    got = mock.send(headers={"Prefer": f"code={status}"})

    first = next(answer for answer in OPERATION.answers if answer.status == status)
    assert (got.status_code, got.json()) == (status, first.body)
    assert got.headers["preference-applied"] == f"code={status}"


def test_unknown_name_is_refused(mock: Served) -> None:
    """A name that does not exist is refused, in the contract's envelope, with a list of those that do."""
    got = mock.send(headers={"Prefer": "example=no-such-thing"})

    wanted = CONTRACT.answer_for("unknown-preference", OPERATION)
    assert got.status_code == wanted.status
    assert OPERATION.envelope(got.status_code).schema.is_valid(got.json())  # type: ignore[union-attr]
    assert all(answer.name in got.text for answer in OPERATION.answers)
    assert "no-such-thing" not in got.text
    assert "preference-applied" not in got.headers


@pytest.mark.parametrize("value", ["code=299", "code=abc", 'example=""', "example", "code=", "example=%00"])
def test_other_unknown_preferences(mock: Served, value: str) -> None:
    """So are statuses that no canned answer has, and names left out."""
    got = mock.send(headers={"Prefer": value})

    assert got.status_code == CONTRACT.answer_for("unknown-preference", OPERATION).status


def test_choice_does_not_stick(mock: Served) -> None:
    """A choice holds for one request: the next on the same connection is answered by default."""
    with httpx.Client() as client:
        url, body = mock.url + mock.target(), mock.body()
        other = next(answer for answer in OPERATION.answers if not answer.is_success)
        first = client.post(url, json=body, headers={"Prefer": f"example={other.name}"})
        second = client.post(url, json=body)

    assert first.json() == other.body
    assert second.json() == OPERATION.success.body
    assert "preference-applied" not in second.headers


@pytest.mark.parametrize(
    "value", ["respond-async", "wait=10, return=minimal", "", ",,,", "=", '"', "handling=lenient; example=x"]
)
def test_other_preferences_are_ignored(mock: Served, value: str) -> None:
    """Preferences that are not ours are ignored, as RFC 7240 demands."""
    assert mock.send(headers={"Prefer": value}).json() == OPERATION.success.body


def test_no_credentials_no_choice(mock: Served) -> None:
    """Who is not authorised cannot choose a success."""
    credential = OPERATION.credentials[0]
    target = mock.target(**{credential.role.replace("-", "_"): "wrong"})

    got = httpx.post(mock.url + target, json=mock.body(), headers={"Prefer": f"example={OPERATION.success.name}"})

    assert mock.answers(credential.fault, got)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (b"example=a", ("example", "a")),
        (b"EXAMPLE = a", ("example", "a")),
        (b'example="a, b; \\"c\\""', ("example", 'a, b; "c"')),
        (b"wait=5;x=y, code=400", ("code", "400")),
        (b'foo="example=no", example=yes', ("example", "yes")),
        (b"example=first, example=second", ("example", "first")),
        (b"code=400, example=x", ("code", "400")),
        (b"example=a; example=b", ("example", "a")),
        (b"exampled=a", None),
        (b"", None),
        (b"\xff\x00", None),
        (b"," * 5000, None),
        (b'example="' + b"x" * 5000, None),
    ],
)
def test_header_syntax(header: bytes, wanted: tuple[str, str] | None) -> None:
    """Lists, parameters, quoted strings and odd bytes are read as RFC 7240 says; the first of two counts."""
    found = prefer.parse(header)

    assert (found and (found.kind, found.value)) == wanted
