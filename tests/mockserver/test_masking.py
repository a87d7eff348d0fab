"""No secret is shown, wherever and however a caller wrote it: found by its value, or by the name before it."""

import json
import logging

import pytest

from mockserver.masking import Masking
from spec import Partner, fingerprint
from tests.document import CONTRACT, OPERATION
from tests.mockserver.controlling import TOKEN, control, requests
from tests.mockserver.serving import Served, serving

FIELD = next(field.name for field in OPERATION.fields if field.secret)
CREDENTIAL = next(item for item in OPERATION.credentials if item.secret)
VALUE = "My-Wrong-Secret"
BODIES = {
    "a form": f"a=1&{FIELD}={VALUE}&b=2",
    "an array": json.dumps([{FIELD: VALUE}]),
    "nested": json.dumps({"x": {FIELD: VALUE}, FIELD: [VALUE, {"y": VALUE}]}),
    "another case": json.dumps({FIELD.upper(): VALUE}),
    "cut short": f'{{"{FIELD}": "{VALUE}',
    "single quotes": f"{{'{FIELD}': '{VALUE}'}}",
    "no quotes": f"{{{FIELD}: {VALUE}}}",
    "xml": f"<a><{FIELD}>{VALUE}</{FIELD}></a>",
    "twice": f'{{"{FIELD}": "a", "{FIELD}": "{VALUE}"}}',
    "a list in broken JSON": f'{{"{FIELD}": ["a", "{VALUE}"],,',
    "escapes in broken JSON": f'{{"\\u{ord(FIELD[0]):04x}{FIELD[1:]}": "{VALUE}",}}',
    "JSON in JSON": json.dumps(json.dumps({FIELD: VALUE})),
    "multipart": f'--x\r\nContent-Disposition: form-data; name="{FIELD}"\r\n\r\n{VALUE}\r\n--x--\r\n',
}


@pytest.fixture(scope="module")
def masking() -> Masking:
    """The masking of a partner with a token of its own."""
    return Masking(CONTRACT, [Partner({CREDENTIAL.role: "own/Token+é"})])


@pytest.mark.parametrize("name", BODIES)
def test_body(masking: Masking, name: str) -> None:
    """What stands behind a secret field's name is hidden, in a body of any form."""
    shown = masking.body(BODIES[name].encode())

    assert VALUE not in shown
    assert "‹" in shown


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32-le"])
@pytest.mark.parametrize("name", BODIES)
def test_line_to_paste(masking: Masking, name: str, encoding: str) -> None:
    """What is made up for a line to paste holds no secret either, in any encoding."""
    body = BODIES[name].encode(encoding)
    sent = masking.unparsed(body, lambda value: "made-up")

    assert VALUE not in sent.decode(encoding)
    assert masking.unparsed(b"\xff{plain: 1}\r\n", lambda value: "made-up") == b"\xff{plain: 1}\r\n"


def test_body_in_another_encoding(masking: Masking) -> None:
    """A body in UTF-16 is no exception."""
    assert VALUE not in masking.body(json.dumps({FIELD: VALUE}).encode("utf-16")).replace("\0", "")


@pytest.mark.parametrize(
    "query",
    [
        f"a=b&{CREDENTIAL.name}={VALUE}",
        f"{CREDENTIAL.name.swapcase()}={VALUE}",
        f"%{ord(CREDENTIAL.name[0]):02x}{CREDENTIAL.name[1:]}={VALUE}",
        f"a=b;{CREDENTIAL.name}={VALUE}",
        f"next=%3F{CREDENTIAL.name}%3D{VALUE}",
        f"{CREDENTIAL.name}+={VALUE}",
        f"a=b?{CREDENTIAL.name}={VALUE}",
    ],
)
def test_query(masking: Masking, query: str) -> None:
    """A credential is hidden in a query, however its name is written."""
    assert VALUE not in masking.query(query.encode())


def test_other_values_stay(masking: Masking) -> None:
    """What is no secret is shown as it was sent; an empty secret, or none, is shown to be that."""
    assert masking.query(b"a=%20b&c&d=e%3Df") == "a=%20b&c&d=e%3Df"
    assert masking.body(json.dumps({"a": ["ü", 1, None], FIELD: ""}).encode()) == f'{{"a":["ü",1,null],"{FIELD}":""}}'
    assert masking.text("one: two, three=four") == "one: two, three=four"
    assert masking.header(b"x-a", b"b") == "b"


@pytest.mark.parametrize("form", ["own/Token+é", "own%2FToken%2B%C3%A9", '"own/Token+\\u00e9"'])
def test_known_value(masking: Masking, form: str) -> None:
    """The partner's own token is hidden anywhere, in each way of writing it, always by the same fingerprint."""
    assert masking.text(f"see {form}!") == masking.text("see own/Token+é!").replace(
        fingerprint("own/Token+é"), form[:1].strip("o%") + fingerprint("own/Token+é") + form[-1:].strip("é9")
    )


def test_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    """Not in the journal, the list or the log: a token in the path, in a header, in a form, in what is not HTTP."""
    with caplog.at_level(logging.DEBUG), serving(control_token=TOKEN) as served:
        _misplace(served)
        shown = json.dumps(requests(served), ensure_ascii=False) + control(served, "GET", "requests").text
        lines = [served.mock.outside.view.mask(exchange.path) for exchange in served.mock.journal.newest_first()]

    assert shown.count('"curl"') == 4
    for text in (shown, *lines, caplog.text):
        assert VALUE not in text


def _misplace(served: Served) -> None:
    body = json.dumps(served.body()).encode()
    served.raw(served.request(body, target=f"{OPERATION.path}/{CREDENTIAL.name}={VALUE}"))
    headers = {
        CREDENTIAL.name: VALUE,
        f"X-{FIELD}": VALUE,
        "Referer": f"http://x/?{CREDENTIAL.name}={VALUE}",
        "Authorization": f"Bearer {VALUE}",
    }
    served.raw(served.request(body, headers=headers))
    served.raw(
        served.request(f"{FIELD}={VALUE}".encode(), headers={"Content-Type": "application/x-www-form-urlencoded"})
    )
    served.raw(f"POST {OPERATION.path}?{CREDENTIAL.name}={VALUE} HTTP/1.1\r\nno header\r\n\r\n".encode())
