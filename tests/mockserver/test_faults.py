"""What is wrong with a request, and the document's answer to it."""

import json
from typing import Any

import httpx
import pytest

from spec import Credential, Field
from tests.document import CONTRACT, OPERATION
from tests.mockserver.serving import Served

WRONG_TYPES = [None, 1, 1.5, True, [], {}, ["x"], {"x": "y"}]


def ids(item: Any) -> str:
    """A readable parameter id."""
    return item.name if isinstance(item, (Field, Credential)) else json.dumps(item)


def test_valid_notification_succeeds(mock: Served) -> None:
    """A valid, authorised notification gets the canned success, byte for byte."""
    answer = mock.send()

    assert answer.status_code == OPERATION.success.status
    assert answer.json() == OPERATION.success.body
    assert answer.headers["content-type"] == OPERATION.success.media_type


@pytest.mark.parametrize("name", OPERATION.examples)
def test_example_succeeds(mock: Served, name: str) -> None:
    """Every example notification of the document succeeds."""
    answer = mock.send(content=json.dumps(dict(OPERATION.examples[name])).encode())

    assert answer.json() == OPERATION.success.body


def test_server_says_nothing_of_itself(mock: Served) -> None:
    """There is no Server header and no CORS header, also when a browser asks."""
    answer = mock.send(headers={"Origin": "https://example.com"})

    assert "server" not in answer.headers
    assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("field", OPERATION.required, ids=ids)
def test_missing_field(mock: Served, field: Field) -> None:
    """A required field that is missing has its own answer, and the header names the field."""
    body = mock.body()
    del body[field.name]

    answer = mock.send(content=json.dumps(body).encode())

    assert mock.answers("missing-field", answer)
    assert answer.headers["x-luckymonaco-why"] == f"{field.name} is missing"


@pytest.mark.parametrize("value", WRONG_TYPES, ids=ids)
@pytest.mark.parametrize("field", OPERATION.fields, ids=ids)
def test_wrong_type(mock: Served, field: Field, value: Any) -> None:
    """A field of another type than declared is refused, required or not."""
    answer = mock.send(**{field.name: value})

    assert mock.answers("wrong-type", answer)
    assert field.name in answer.headers["x-luckymonaco-why"]


@pytest.mark.parametrize("field", OPERATION.required, ids=ids)
def test_empty_field(mock: Served, field: Field) -> None:
    """A required field that is empty has its own answer."""
    assert mock.answers("empty-field", mock.send(**{field.name: ""}))


@pytest.mark.parametrize(
    "value", ["ü", "日本語 🎰", "'; DROP TABLE--", "<b>&amp;</b>", "x" * 4000, "0", " ", "\t\n", "\u0000"], ids=ascii
)
def test_any_legal_value_succeeds(mock: Served, value: str) -> None:
    """Any string of at least one character is accepted in every field, NUL included."""
    assert mock.send(**{field.name: value for field in OPERATION.fields}).json() == OPERATION.success.body


def test_unknown_fields_are_ignored(mock: Served) -> None:
    """Fields that the document does not list do not matter, whatever they hold."""
    assert mock.send(unheard_of={"deep": [1, None]}, another=1e308).json() == OPERATION.success.body


def test_first_field_in_the_documents_order_decides(mock: Served) -> None:
    """Of several wrong fields the first one listed in the document is answered."""
    first, second = OPERATION.required[:2]

    answer = mock.send(**{second.name: 1, first.name: ""})

    assert mock.answers("empty-field", answer)


@pytest.mark.parametrize("credential", OPERATION.credentials, ids=ids)
@pytest.mark.parametrize("change", ["missing", "empty", "prefix", "longer", "case", "space", "other", "twice"])
def test_wrong_credential(mock: Served, credential: Credential, change: str) -> None:
    """A credential is compared as a whole and by value, and may stand only once."""
    right = mock.partner.value(credential)
    value = {
        "missing": None,
        "empty": "",
        "prefix": right[:-1],
        "longer": right + "0",
        "case": right.swapcase(),
        "space": right + " ",
        "other": "ÿ€",
        "twice": right,
    }[change]
    url = mock.url + mock.target(**{credential.role.replace("-", "_"): value})
    if change == "twice":
        url += f"&{credential.name}={right}"

    answer = httpx.post(url, json=mock.body())

    assert mock.answers(credential.fault, answer)


def test_credentials_are_decoded(strict_mock: Served) -> None:
    """Percent-encoded credentials of any Unicode are compared by what they mean; + is a space."""
    assert strict_mock.send().json() == OPERATION.success.body
    assert (
        strict_mock.raw(
            strict_mock.request(
                json.dumps(strict_mock.body()).encode(), target=strict_mock.target().replace("%20", "+")
            )
        ).json
        == OPERATION.success.body
    )


def test_credentials_come_before_the_body(mock: Served) -> None:
    """When credentials and body are both wrong, the credentials are answered."""
    credential = OPERATION.credentials[0]

    answer = httpx.post(mock.url + mock.target(**{credential.role.replace("-", "_"): "no"}), content=b"{")

    assert mock.answers(credential.fault, answer)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "json",
        ";",
        "application/json, text/html",
    ],
)
def test_wrong_media_type(mock: Served, value: str) -> None:
    """Another media type than the document's is refused, also where the bytes are good JSON."""
    answer = mock.raw(mock.request(json.dumps(mock.body()).encode(), headers={"Content-Type": value or " "}))

    assert mock.answers("media-type", answer)


def test_missing_media_type(mock: Served) -> None:
    """A missing Content-Type is a fault of the media type, not taken for the declared one."""
    answer = mock.raw(mock.request(json.dumps(mock.body()).encode(), headers={"Content-Type": ""}))

    assert mock.answers("media-type", answer)


def test_media_type_twice(mock: Served) -> None:
    """Two Content-Type headers are refused, even if both are right."""
    request = mock.request(json.dumps(mock.body()).encode(), headers={"content-type": OPERATION.media_type})

    assert request.lower().count(b"content-type") == 2
    assert mock.answers("media-type", mock.raw(request))


@pytest.mark.parametrize(
    "parameter", ["; charset=utf-8", ";charset=UTF-8", "; charset=klingon", '; charset="utf-16"', "; ="]
)
def test_media_type_parameters_do_not_matter(mock: Served, parameter: str) -> None:
    """JSON is UTF-8 whatever a charset parameter says, and an unknown charset is no reason to fail."""
    assert (
        mock.send(headers={"Content-Type": OPERATION.media_type.upper() + parameter}).json() == OPERATION.success.body
    )


@pytest.mark.parametrize("content", [b"[]", b'"x"', b"1", b"null", b"true", b'[{"a":1}]'])
def test_not_an_object(mock: Served, content: bytes) -> None:
    """JSON that is not an object has its own answer."""
    assert mock.answers("not-an-object", mock.send(content=content))


@pytest.mark.parametrize("operation", CONTRACT.operations, ids=str)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "POST", "TRACE"])
def test_wrong_method(mock: Served, operation: Any, method: str) -> None:
    """Another method on the operation's path is answered 405 with an Allow header."""
    if method == operation.method:
        pytest.skip("this is the right one")
    answer = httpx.request(method, mock.url + mock.target(operation))

    wanted = CONTRACT.answer_for("method", operation)
    assert answer.status_code == wanted.status
    assert answer.headers["allow"] == operation.method
    assert answer.content == b"" if method == "HEAD" else answer.json() == wanted.body


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.lower,
        lambda path: path + "/",
        lambda path: path + "x",
        lambda _: "/",
        lambda path: "/" + path,
        lambda path: path + "/..",
    ],
)
def test_wrong_path(mock: Served, change: Any) -> None:
    """Another path, a trailing slash or another case is answered 404, without a redirect."""
    path = change(OPERATION.path)
    if path == OPERATION.path:
        pytest.skip("this is the right one")

    answer = mock.raw(
        mock.request(json.dumps(mock.body()).encode(), target=mock.target().replace(OPERATION.path, path, 1))
    )

    if path == "/":
        pytest.skip("the mock's own page is there")
    assert mock.answers("path", answer)


def test_percent_encoded_path_is_the_same_path(mock: Served) -> None:
    """A path is compared after decoding."""
    target = mock.target().replace(OPERATION.path[1], f"%{ord(OPERATION.path[1]):02X}", 1)

    assert mock.raw(mock.request(json.dumps(mock.body()).encode(), target=target)).json == OPERATION.success.body
