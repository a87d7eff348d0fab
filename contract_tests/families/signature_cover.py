"""SIG-2: request hashes that were right for other values; only plain ASCII ones, where all variants agree (D07)."""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import combinations
from typing import Any

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, new_value
from contract_tests.payload import Payload, encode
from contract_tests.values import nearly, other_plain
from spec import Field


@cases("SIG-2")
def stale_hash(maker: Maker) -> Iterator[Case]:
    """A hash that was right for other values, field by field, in both directions and for the field left out."""
    for field in _covered(maker):
        for label, (sent, signed, what) in _ways(maker, field).items():
            build = partial(_stale, maker, sent, signed, f'hash {what} "{field.name}"')
            yield Case("SIG-2", f"{field.name}-{label}", "refusal", build, maker, fault="hash")


@cases("SIG-2")
def remembered_hash(maker: Maker) -> Iterator[Case]:
    """A hash right after it was right, with another value of one field: who remembers hashes may look no further.

    All come after the same notification, so that it does not matter what the others did in between.
    """
    right = maker.body(_optional_values(maker))
    for field in _covered(maker):
        other = new_value(field) if field.fresh else other_plain(right[field.name])
        what = f'hash was right a moment ago, for another "{field.name}"'
        build = partial(_signed_over, maker, {**right, field.name: other}, right, what)
        label = f"{field.name}-after-the-right-one"
        yield Case("SIG-2", label, "refusal", build, maker, fault="hash", after=partial(_right, maker, right))
        if not field.required:
            left = {name: value for name, value in right.items() if name != field.name}
            build = partial(_signed_over, maker, left, right, f'hash was right a moment ago, with "{field.name}"')
            label = f"{field.name}-left-out-after-the-right-one"
            yield Case("SIG-2", label, "refusal", build, maker, fault="hash", after=partial(_right, maker, right))


def _right(maker: Maker, body: Mapping[str, Any], _: Request) -> Request:
    return maker.request(body, what="a plain notification")


@cases("SIG-2")
def not_covered_beside_optional(maker: Maker) -> Iterator[Case]:
    """A hash without a required field where optional ones are there, which some take in its place."""
    for field in _covered(maker) if maker.operation.optional else ():
        if field.required:
            build = partial(_uncovered, maker, field.name)
            yield Case("SIG-2", f"{field.name}-not-covered-beside-optional", "refusal", build, maker, fault="hash")


@cases("SIG-2")
def swapped_values(maker: Maker) -> Iterator[Case]:
    """Two required fields with one another's value, under the hash of the right ones: names are to be covered too."""
    usual = maker.body(fresh=False)
    names = [field.name for field in _covered(maker) if field.required]
    for one, other in combinations(names, 2):
        sent = {one: usual[other], other: usual[one]}
        if maker.hash_of({**usual, **sent}) != maker.hash_of(usual):
            what = f'hash was right before "{one}" and "{other}" were swapped'
            build = partial(_stale, maker, sent, {name: usual[name] for name in sent}, what)
            yield Case("SIG-2", f"{one}-and-{other}-swapped", "refusal", build, maker, fault="hash")


def _covered(maker: Maker) -> list[Field]:
    """The fields that the hash covers; none where there is no hash to make."""
    if maker.operation.request_hash is None or not maker.partner.secret:
        return []
    return [field for field in maker.operation.fields if field.is_string and not maker.carries_hash(field.name)]


def _optional_values(maker: Maker) -> dict[str, Any]:
    return {field.name: maker.known.get(field.name, new_value(field)) for field in maker.operation.optional}


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
    optional = [field.name for field in maker.operation.optional if field.name not in sent]
    body = maker.body(sent, fresh=False, without=optional)
    over = {name: value for name, value in {**body, **signed}.items() if value is not None}
    return _signed_over(maker, body, over, what)


def _uncovered(maker: Maker, name: str) -> Request:
    body = maker.body(_optional_values(maker))
    over = {key: value for key, value in body.items() if key != name}
    return _signed_over(maker, body, over, f'hash does not cover "{name}", optional fields present')


def _signed_over(maker: Maker, body: Mapping[str, Any], over: Mapping[str, Any], what: str) -> Request:
    """A body under the hash of other fields than its own."""
    carrier = maker.operation.request_hash
    assert carrier is not None
    signed = {name: value for name, value in over.items() if name != carrier.field}
    sent = {**body, carrier.field: maker.hash_of(signed)}
    return maker.request(Payload(encode(sent), sent, signed=signed), what=what)
