"""SIG: request hashes that must be refused. Only on plain ASCII values, where all variants of the scheme agree (D07)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, unique
from contract_tests.values import other_plain


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

    ways: dict[str, tuple[Callable[[str], str], str]] = {
        "random": (lambda right: _digits(len(right)), "is random digits"),
        "zeros": (lambda right: "0" * len(right), "is all zeros"),
        "loose-number": (lambda right: "0e" + "1" * (len(right) - 2), "is a number to loose languages"),
        "zero": (lambda _: "0", "is the text 0"),
        "last-changed": (lambda right: right[:-1] + _other_digit(right[-1]), "has another last digit"),
        "first-changed": (lambda right: _other_digit(right[0]) + right[1:], "has another first digit"),
        "shortened": (lambda right: right[:-1], "lacks its last digit"),
        "first-half": (lambda right: right[: len(right) // 2], "is only the first half"),
        "lengthened": (lambda right: right + "0", "has a digit more"),
        "doubled": (lambda right: right * 2, "stands there twice"),
        "reversed": (lambda right: right[::-1], "is reversed"),
        "not-ascii": (lambda right: "é" * len(right), "is not ASCII"),
        "long": (lambda right: right * 100, "is thousands of characters long"),
    }
    for label, (make, what) in ways.items():
        yield Case("SIG-1", label, "refusal", changed(make, what), maker, fault="hash")
    for label, secret in {"other-secret": "another secret", "partner-token": _token(maker)}.items():
        yield Case(
            "SIG-1",
            label,
            "refusal",
            lambda secret=secret, label=label: _signed_with(maker, secret, label),
            maker,
            fault="hash",
        )


@cases("SIG-2")
def stale_hash(maker: Maker) -> Iterator[Case]:
    """A hash that was right for other values, field by field, in both directions and for the field left out."""
    carrier = maker.operation.request_hash
    if carrier is None or not maker.partner.secret:
        return
    for field in maker.operation.fields:
        if field.name == carrier.field or not field.is_string:
            continue
        name, value = field.name, maker.known.get(field.name, field.example)
        other = unique() if field.fresh else other_plain(maker.body(fresh=False).get(name, value))
        base = {} if field.required else {name: unique() if field.fresh else value}

        def build(
            sent: Mapping[str, Any], signed: Mapping[str, Any], what: str, name: str = name
        ) -> Callable[[], Request]:
            def request() -> Request:
                optional = [n for n in _optional(maker) if n not in sent]
                body = maker.body(sent, fresh=False, without=optional)
                over = {**body, **signed}
                over = {key: item for key, item in over.items() if item is not None and key != carrier.field}
                return maker.request({**body, carrier.field: maker.hash_of(over)}, what=f'hash {what} "{name}"')

            return request

        ways = {
            "changed-after-signing": build(
                {**base, name: other}, {name: base.get(name) or _known(maker, name)}, "is of another"
            ),
            "signed-for-another": build(base, {name: other}, "was right for another"),
            "not-covered": build(base, {name: None}, "does not cover"),
        }
        if not field.required:
            ways["added-to-the-hash"] = build({}, {name: other}, "covers an absent")
        for label, request in ways.items():
            yield Case("SIG-2", f"{name}-{label}", "refusal", request, maker, fault="hash")


def _known(maker: Maker, name: str) -> Any:
    return maker.body(fresh=False).get(name)


def _optional(maker: Maker) -> list[str]:
    return [field.name for field in maker.operation.optional]


def _signed_with(maker: Maker, secret: str, label: str) -> Request:
    carrier = maker.operation.request_hash
    assert carrier is not None
    body = maker.body(fresh=False, without=_optional(maker))
    body[carrier.field] = maker.hash_of({k: v for k, v in body.items() if k != carrier.field}, secret)
    return maker.request(body, what=f'"{carrier.field}" is made with {label.replace("-", " ")}')


def _token(maker: Maker) -> str:
    secret = [item for item in maker.operation.credentials if item.secret]
    return maker.partner.value(secret[0]) if secret else "no secret"


def _digits(length: int) -> str:
    return "".join("0123456789abcdef"[(7 * index + 3) % 16] for index in range(length))


def _other_digit(digit: str) -> str:
    return "0" if digit != "0" else "1"
