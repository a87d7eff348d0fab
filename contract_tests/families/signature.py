"""SIG: request hashes that must be refused; only on plain ASCII values, where all variants agree (D07)."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Any

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, new_value, strange_ids
from contract_tests.payload import Payload, encode
from contract_tests.values import nearly, other_plain
from spec import Field


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
    for label, secret in {"other-secret": "another secret", "partner-token": _token(maker), "no-secret": ""}.items():
        build = partial(_signed_with, maker, secret, label)
        yield Case("SIG-1", label, "refusal", build, maker, fault="hash")


@cases("SIG-2")
def stale_hash(maker: Maker) -> Iterator[Case]:
    """A hash that was right for other values, field by field, in both directions and for the field left out."""
    carrier = maker.operation.request_hash
    if carrier is None or not maker.partner.secret:
        return
    for field in maker.operation.fields:
        if field.name != carrier.field and field.is_string:
            for label, (sent, signed, what) in _ways(maker, field).items():
                build = partial(_stale, maker, sent, signed, f'hash {what} "{field.name}"')
                yield Case("SIG-2", f"{field.name}-{label}", "refusal", build, maker, fault="hash")


@cases("SIG-2")
def remembered_hash(maker: Maker) -> Iterator[Case]:
    """A hash right after it was right, with another value of one field: who remembers hashes may look no further.

    All come after the same notification, so that it does not matter what the others did in between.
    """
    carrier = maker.operation.request_hash
    if carrier is None or not maker.partner.secret:
        return
    optional = {item.name: maker.known.get(item.name, new_value(item)) for item in maker.operation.optional}
    right = maker.body(optional)
    for field in maker.operation.fields:
        if field.name != carrier.field and field.is_string:
            other = new_value(field) if field.fresh else other_plain(right[field.name])
            what = f'hash was right a moment ago, for another "{field.name}"'
            build = partial(maker.request, {**right, field.name: other}, what=what)
            first = partial(_right, maker, right)
            yield Case("SIG-2", f"{field.name}-after-the-right-one", "refusal", build, maker, fault="hash", after=first)


def _right(maker: Maker, body: Mapping[str, Any], _: Request) -> Request:
    return maker.request(body, what="a plain notification")


@cases("SIG-2")
def not_covered_beside_optional(maker: Maker) -> Iterator[Case]:
    """A hash without a required field where optional ones are there, which some take in its place."""
    carrier, optional = maker.operation.request_hash, _optional(maker)
    if carrier is None or not maker.partner.secret or not optional:
        return
    for field in maker.operation.required:
        if field.name != carrier.field and field.is_string:
            build = partial(_uncovered, maker, field.name)
            yield Case("SIG-2", f"{field.name}-not-covered-beside-optional", "refusal", build, maker, fault="hash")


@cases("SIG-2")
def swapped_values(maker: Maker) -> Iterator[Case]:
    """Two required fields with one another's value, under the hash of the right ones: names are to be covered too."""
    carrier = maker.operation.request_hash
    if carrier is None or not maker.partner.secret:
        return
    usual = maker.body(fresh=False)
    names = [field.name for field in maker.operation.required if field.is_string and field.name != carrier.field]
    for one, other in combinations(names, 2):
        sent = {one: usual[other], other: usual[one]}
        if maker.hash_of({**usual, **sent}) != usual[carrier.field]:
            what = f'hash was right before "{one}" and "{other}" were swapped'
            build = partial(_stale, maker, sent, {name: usual[name] for name in sent}, what)
            yield Case("SIG-2", f"{one}-and-{other}-swapped", "refusal", build, maker, fault="hash")


def _ways(maker: Maker, field: Field) -> dict[str, tuple[dict[str, Any], dict[str, Any], str]]:
    """By label: (what is sent, what is signed instead, in words); None among the signed leaves the field out."""
    name = field.name
    usual = maker.body(fresh=False).get(name, field.example)
    mine = new_value(field) if field.fresh else usual
    other = new_value(field) if field.fresh else other_plain(usual)
    ways: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
        "changed-after-signing": ({name: other}, {name: mine}, "is of another"),
        "signed-for-another": ({name: mine}, {name: other}, "was right for another"),
        "not-covered": ({name: mine}, {name: None}, "does not cover"),
    }
    for label, value in nearly(str(mine)).items():
        if field.schema.is_valid(value):
            ways[label] = ({name: value}, {name: mine}, "was right for what is nearly this")
    if not field.required:
        ways["added-to-the-hash"] = ({}, {name: other}, "covers an absent")
    return ways


def _stale(maker: Maker, sent: Mapping[str, Any], signed: Mapping[str, Any], what: str) -> Request:
    carrier = maker.operation.request_hash
    assert carrier is not None
    optional = [name for name in _optional(maker) if name not in sent]
    body = maker.body(sent, fresh=False, without=optional)
    over = {key: item for key, item in {**body, **signed}.items() if item is not None and key != carrier.field}
    sent = {**body, carrier.field: maker.hash_of(over)}
    return maker.request(Payload(encode(sent), sent, signed=over), what=what)


def _uncovered(maker: Maker, name: str) -> Request:
    carrier = maker.operation.request_hash
    assert carrier is not None
    body = maker.body({item.name: maker.known.get(item.name, new_value(item)) for item in maker.operation.optional})
    over = {key: item for key, item in body.items() if key not in (name, carrier.field)}
    sent = {**body, carrier.field: maker.hash_of(over)}
    what = f'hash does not cover "{name}", optional fields present'
    return maker.request(Payload(encode(sent), sent, signed=over), what=what)


def _optional(maker: Maker) -> list[str]:
    return [field.name for field in maker.operation.optional]


def _signed_with(maker: Maker, secret: str, label: str) -> Request:
    carrier = maker.operation.request_hash
    assert carrier is not None
    body = maker.body(fresh=False, without=_optional(maker))
    body[carrier.field] = maker.hash_of({k: v for k, v in body.items() if k != carrier.field}, secret)
    return maker.request(body, what=f'"{carrier.field}" is made with {label.replace("-", " ")}')


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
