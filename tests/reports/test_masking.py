"""Secrets are found in every form, told apart, and cut ones too."""

import base64
import html
import json
from urllib.parse import quote

import pytest

from contract_tests.reports.masking import Mask
from spec import fingerprint

SECRET = "Tok/en+1&<7Kq'é>"

FORMS = {
    "raw": SECRET,
    "percent-encoded": quote(SECRET, safe=""),
    "percent-encoded in small letters": quote(SECRET, safe="").lower(),
    "percent-encoded throughout": "".join(f"%{byte:02x}" for byte in SECRET.encode()),
    "percent-encoded but for slashes": quote(SECRET),
    "percent-encoded as a whole address": quote(SECRET, safe="!#$&'()*+,/:;=?@"),
    "percent-encoded twice": quote(quote(SECRET, safe=""), safe=""),
    "escaped for HTML": html.escape(SECRET),
    "in JSON": json.dumps(SECRET),
    "in JSON in JSON": json.dumps(json.dumps(SECRET)),
    "in capitals": SECRET.upper().replace("É", "é"),
    "backwards": SECRET[::-1],
    "hexadecimal": SECRET.encode().hex(),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 behind one byte": base64.b64encode(b":" + SECRET.encode()).decode(),
    "base64 behind two bytes": base64.b64encode(b"u:" + SECRET.encode() + b"!").decode(),
    "base64 for URLs": base64.urlsafe_b64encode(b"user:" + SECRET.encode()).decode(),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_form_is_masked(text: str) -> None:
    """Whatever a secret is written like, its fingerprint stands there instead."""
    masked = Mask([SECRET])(f"before {text} after")

    assert masked.replace('"', "").replace("\\", "") == f"before {fingerprint(SECRET)} after"


def test_two_secrets_can_be_told_apart() -> None:
    """Each has its own fingerprint, the longer of two that begin alike is found first."""
    mask = Mask(["token-one", "token-one-more", "abcd"])

    text = mask("token-one token-one-more abcd")

    assert text.split() == [fingerprint("token-one"), fingerprint("token-one-more"), fingerprint("abcd")]


@pytest.mark.parametrize("length", range(4, 12))
def test_the_beginning_of_a_cut_secret_is_masked(length: int) -> None:
    """A text that was shortened in the middle of a secret does not show the first part of it."""
    masked = Mask(["abcdefghijklmnop"])(f"HASH={'abcdefghijklmnop'[:length]}… (99 bytes)")

    assert masked == f"HASH={fingerprint('abcdefghijklmnop')}… (99 bytes)"


def test_other_text_stays_as_it_is() -> None:
    """Nothing else is touched, names in data included."""
    data = {"a": ["secret-value", 1, None, {"secret-value": "x…"}]}

    assert Mask(["secret-value"]).data(data) == {
        "a": [fingerprint("secret-value"), 1, None, {fingerprint("secret-value"): "x…"}]
    }


def test_thousands_of_secrets_cost_little() -> None:
    """A long text is masked in well under a second, however many secrets there are."""
    mask = Mask(f"lmkit{number:08d}x{number:08d}" for number in range(2000))

    text = mask("lorem ipsum lmkit00000000x " * 4000 + "lmkit00001234x00001234")

    assert text.endswith(f" {fingerprint('lmkit00001234x00001234')}")
