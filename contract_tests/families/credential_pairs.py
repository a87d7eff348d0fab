"""AUTH: credentials that are wrong together."""

from collections.abc import Iterator
from functools import partial

from contract_tests.case import Case, cases
from contract_tests.notification import Maker, unique


@cases("AUTH-1", "AUTH-2")
def several_wrong(maker: Maker) -> Iterator[Case]:
    """None, all wrong alike, nothing for the token of a partner that nobody has, and a letter of one with the other."""
    credentials = maker.operation.credentials
    secret = [item for item in credentials if item.secret]
    others = [item for item in credentials if not item.secret]
    if len(credentials) < 2:
        return
    ways: dict[str, dict[str, str | None]] = {
        "none": dict.fromkeys(item.role for item in credentials),
        "all-empty": dict.fromkeys((item.role for item in credentials), ""),
        "all-wrong": {item.role: unique("wrong") for item in credentials},
    }
    for name, value in {"unknown": unique("wrong"), "constructor": "constructor"}.items() if secret and others else ():
        ids = {item.role: value for item in others}
        ways[f"{name}-without-{secret[0].name}"] = {**ids, **{item.role: None for item in secret}}
        ways[f"{name}-with-empty-{secret[0].name}"] = {**ids, **{item.role: "" for item in secret}}
    if secret and others:
        before, after = maker.partner.value(others[0]), maker.partner.value(secret[0])
        ways["shifted"] = {others[0].role: before[:-1], secret[0].role: before[-1:] + after}  # compared in one piece
    for label, values in ways.items():
        build = partial(maker.request, credentials=values, what=f"credentials {label.replace('-', ' ')}")
        yield Case("AUTH-2" if secret else "AUTH-1", label, "refusal", build, maker, fault="credential")
