"""SIG-1: request hashes that are wrong; only on plain ASCII values, where all variants agree (D07)."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, new_value, strange_ids


@cases("SIG-1")
def wrong_hash(maker: Maker) -> Iterator[Case]:
    """Hashes that are wrong, also by very little."""
    carrier = maker.operation.request_hash
    if carrier is None or not maker.partner.secret:
        return

    def changed(make: Callable[[str], str], what: str) -> Callable[[], Request]:
        def build() -> Request:
            body = maker.body(fresh=False, without=_optional(maker))
            return maker.request({**body, carrier.field: make(body[carrier.field])}, what=f'"{carrier.field}" {what}')

        return build

    example = maker.operation.by_name[carrier.field].example
    ways: dict[str, tuple[Callable[[str], str], str]] = {
        "documents-example": (lambda _: str(example), "is the one of the document's example"),
        "random": (lambda right: _digits(len(right)), "is random digits"),
        "is-the-partner-token": (lambda _: _token(maker), "is the partner's token"),
        "zeros": (lambda right: "0" * len(right), "is all zeros"),
        "loose-number": (lambda right: "0e" + "1" * (len(right) - 2), "is a number to loose languages"),
        "zero": (lambda _: "0", "is the text 0"),
        "last-changed": (lambda right: right[:-1] + _other_digit(right[-1]), "has another last digit"),
        "middle-changed": (lambda right: right[:8] + _digits(len(right))[8:-8] + right[-8:], "has another middle"),
        "capitals": (lambda right: "A" * len(right), "is all capitals"),
        "first-changed": (lambda right: _other_digit(right[0]) + right[1:], "has another first digit"),
        "shortened": (lambda right: right[:-1], "lacks its last digit"),
        "first-half": (lambda right: right[: len(right) // 2], "is only the first half"),
        "lengthened": (lambda right: right + "0", "has a digit more"),
        "zero-before": (lambda right: "0" + right, "has a zero before it"),
        "doubled": (lambda right: right * 2, "stands there twice"),
        "with-a-hyphen": (lambda right: f"{right[:8]}-{right[8:]}", "has a hyphen among its digits"),
        "reversed": (lambda right: right[::-1], "is reversed"),
        "not-ascii": (lambda right: "ß" * len(right), "is not ASCII"),  # no other value has these in a row
        "long": (lambda right: right * 100, "is thousands of characters long"),
    }
    for label, (make, what) in ways.items():
        yield Case("SIG-1", label, "refusal", changed(make, what), maker, fault="hash")


@cases("SIG-1")
def made_up_hash(maker: Maker) -> Iterator[Case]:
    """Digits of ours: whatever an implementation does with optional fields when it signs, they cannot be right."""
    if maker.operation.request_hash is None or not maker.partner.secret:
        return
    ways: dict[str, tuple[dict[str, Any], str]] = {
        "random-with-optional": ({item.name: new_value(item) for item in maker.operation.optional}, "optional fields"),
        "random-for-another-session": (
            {item.name: new_value(item) for item in maker.operation.required if item.session_id},
            "another session",
        ),
        "random-for-other-ids": (strange_ids(maker), "all ids others"),
        "random-with-unknown-field": ({"lmkitExtra": 1}, "an unknown field"),
    }
    for label, (changes, what) in ways.items():
        if changes:
            yield Case("SIG-1", label, "refusal", partial(_made_up, maker, changes, what), maker, fault="hash")


@cases("SIG-1")
def hash_of_another_secret(maker: Maker) -> Iterator[Case]:
    """Hashes that are right for another secret, for what may be mistaken for it, and for none."""
    if maker.operation.request_hash is None or not maker.partner.secret:
        return
    for label, secret in {"nothing": "", "the-secret-alone": None}.items():
        build = partial(_over_nothing, maker, secret, label)
        yield Case("SIG-1", f"of-{label}", "refusal", build, maker, fault="hash")
    for label, secret in {"other-secret": "another secret", "partner-token": _token(maker), "no-secret": ""}.items():
        build = partial(_signed_with, maker, secret, label)
        yield Case("SIG-1", label, "refusal", build, maker, fault="hash")


def _optional(maker: Maker) -> list[str]:
    return [field.name for field in maker.operation.optional]


def _signed_with(maker: Maker, secret: str, label: str) -> Request:
    carrier = maker.operation.request_hash
    assert carrier is not None
    body = maker.body(fresh=False, without=_optional(maker))
    body[carrier.field] = maker.hash_of({k: v for k, v in body.items() if k != carrier.field}, secret)
    return maker.request(body, what=f'"{carrier.field}" is made with {label.replace("-", " ")}')


def _over_nothing(maker: Maker, secret: str | None, label: str) -> Request:
    carrier = maker.operation.request_hash
    assert carrier is not None
    changes = {carrier.field: maker.hash_of({}, secret)}
    return maker.request(maker.body(changes), what=f'"{carrier.field}" is that of {label.replace("-", " ")}')


def _made_up(maker: Maker, changes: Mapping[str, Any], what: str) -> Request:
    carrier = maker.operation.request_hash
    assert carrier is not None
    body = maker.body({**changes, carrier.field: _digits(32)})
    return maker.request(body, what=f'"{carrier.field}" is random digits, with {what}')


def _token(maker: Maker) -> str:
    secret = [item for item in maker.operation.credentials if item.secret]
    return maker.partner.value(secret[0]) if secret else "no secret"


def _digits(length: int) -> str:
    return "".join("0123456789abcdef"[(7 * index + 3) % 16] for index in range(length))


def _other_digit(digit: str) -> str:
    return "0" if digit != "0" else "1"
