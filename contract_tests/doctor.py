"""The hash doctor: a correct hash was refused, so which of the published variants does this build compute (D07)?"""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from itertools import combinations
from typing import Any

from contract_tests.exchange import Exchange, Request
from contract_tests.notification import Maker
from contract_tests.probe import Probe
from spec import HashScheme

_AS_A_FUNCTION = "write it as a function for --hash-scheme"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A variant that the implementation accepts."""

    name: str
    advice: str
    exchange: Exchange
    uncovered: str = ""  # the field that the accepted hash does not cover


def diagnose(maker: Maker, probe: Probe, *, fresh: bool = False) -> Diagnosis | None:
    """Try the variants one by one, and report the first that is accepted; None if none is."""
    for name, advice, uncovered, request in _variants(maker, fresh=fresh):
        exchange = probe.send(request)
        if exchange.answer.is_2xx:
            return Diagnosis(name, advice, exchange, uncovered)
    return None


_Variant = tuple[str, str, str, Request]  # name, advice, the field that it does not cover, and what to send


def _variants(maker: Maker, *, fresh: bool) -> Iterator[_Variant]:
    yield from _of_schemes(maker, fresh)
    if not fresh and maker.partner.scheme_of(maker.operation).fields == "all":
        yield from _with_empty_ones(maker)
    yield from _in_the_bodys_order(maker, fresh)
    yield from _without_a_field(maker, fresh)


def _body(maker: Maker, fresh: bool) -> dict[str, Any]:
    return maker.body(fresh=fresh, without=() if fresh else [field.name for field in maker.operation.optional])


def _of_schemes(maker: Maker, fresh: bool) -> Iterator[_Variant]:
    for scheme in _schemes(maker):
        other = replace(maker, partner=replace(maker.partner, scheme=scheme))
        known = scheme.name in maker.contract.hash_schemes
        advice = f"use --hash-scheme {scheme.name}" if known else _AS_A_FUNCTION
        yield f"the variant {scheme.name} ({scheme.summary})", advice, "", maker.request(_body(other, fresh))


def _with_empty_ones(maker: Maker) -> Iterator[_Variant]:
    carrier, absent = maker.operation.request_hash, [field.name for field in maker.operation.optional]
    if carrier and absent:
        body = _body(maker, fresh=False)
        over = {**{key: value for key, value in body.items() if key != carrier.field}, **dict.fromkeys(absent, "")}
        kept = replace(maker.partner.scheme_of(maker.operation), empties="keep")
        signed = replace(maker, partner=replace(maker.partner, scheme=kept)).hash_of(over)
        advice = f"leave them out of the string to sign, or {_AS_A_FUNCTION}"
        request = maker.request({**body, carrier.field: signed})
        yield "a hash in which absent optional fields are kept as empty ones", advice, "", request


def _in_the_bodys_order(maker: Maker, fresh: bool) -> Iterator[_Variant]:
    """Where the fields stand in the order in which they are to be signed, its hash is the right one."""
    body = _body(maker, fresh)
    if list(body) != sorted(body):
        name = "a hash over the fields in the order in which they stand in the body"
        yield name, f"sort them by name, or {_AS_A_FUNCTION}", "", maker.request(dict(sorted(body.items())))


def _without_a_field(maker: Maker, fresh: bool) -> Iterator[_Variant]:
    carrier = maker.operation.request_hash
    for field in maker.operation.fields:
        body = _body(maker, fresh)
        if carrier and field.name in body and field.name != carrier.field and field.is_string:
            over = {key: value for key, value in body.items() if key not in (field.name, carrier.field)}
            request = maker.request({**body, carrier.field: maker.hash_of(over)})
            yield f'a hash that does not cover "{field.name}"', "", field.name, request


def _schemes(maker: Maker) -> Iterator[HashScheme]:
    """The document's schemes but the one that was used, then what two of them make together."""
    carrier = maker.operation.request_hash
    used = maker.partner.scheme or (carrier.scheme if carrier else None)
    schemes = [scheme for scheme in maker.contract.hash_schemes.values() if scheme != used]
    yield from schemes
    if maker.contract.hash_schemes:
        base = next(iter(maker.contract.hash_schemes.values()))
        for one, other in combinations(schemes, 2):
            first, second = _knobs(one, base), _knobs(other, base)
            if first and second and not first.keys() & second.keys():
                name, summary = f"{one.name} + {other.name}", "the two together"
                yield replace(base, name=name, summary=summary, **first, **second)


def _knobs(scheme: HashScheme, base: HashScheme) -> dict[str, Any]:
    """The knobs in which a scheme differs from the document's first."""
    names = [field.name for field in fields(scheme) if field.name not in ("name", "summary", "function")]
    return {name: getattr(scheme, name) for name in names if getattr(scheme, name) != getattr(base, name)}
