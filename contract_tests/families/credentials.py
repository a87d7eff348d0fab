"""AUTH: credentials that are missing, empty or wrong, also by very little."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from contract_tests.case import Case, cases
from contract_tests.exchange import Request
from contract_tests.notification import Maker, unique
from spec import Credential
from spec.settings import variable as variable_of


@cases("AUTH-1", "AUTH-2")
def wrong_credential(maker: Maker) -> Iterator[Case]:
    """Each credential missing, empty or wrong while all else is right."""
    for credential in maker.operation.credentials:
        rule = rule_of(maker, credential)
        for label, (value, shell) in _values(maker, credential).items():
            yield Case(
                rule,
                f"{credential.name}-{label}",
                "refusal",
                partial(changed, maker, credential, label, value, shell),
                maker,
                fault="credential",
            )
        if credential.location == "query":
            build = partial(_array, maker, credential)  # a parameter that nobody knows, and may be objected to as such
            yield Case(rule, f"{credential.name}-as-array", "refusal", build, maker, fault="transport")


def rule_of(maker: Maker, credential: Credential) -> str:
    """The rule that the document has for a wrong value of this credential, else the one for its kind."""
    rules = maker.contract.rules.values()
    usual = "AUTH-2" if credential.secret else "AUTH-1"
    return next((rule.id for rule in rules if rule.credential == credential.role), usual)


def changed(maker: Maker, credential: Credential, label: str, value: str | None, shell: str) -> Request:
    """A request with another value of one credential, or None for none; `shell` makes it from the right one."""
    what = f"{credential.name} {label.replace('-', ' ')}"
    request = maker.request(credentials={credential.role: value}, what=what)
    return replace(request, in_shell={value: shell}) if value and shell else request


def _array(maker: Maker, credential: Credential) -> Request:
    return maker.request(query=_as_array(maker, credential), what=f"{credential.name}[] for {credential.name}")


def _values(maker: Maker, credential: Credential) -> dict[str, tuple[str | None, str]]:
    """Label -> the value to send, and how a shell makes it from the right one without showing that."""
    right = maker.partner.value(credential)
    variable = variable_of(credential.role)
    values: dict[str, tuple[str | None, str]] = {
        "missing": (None, ""),
        "empty": ("", ""),
        "wrong": (unique("wrong"), ""),
        "zero": ("0", ""),
        "sql": ("' OR '1'='1", ""),
        "wildcard": ("*", ""),
        "sql-wildcard": ("%", ""),
        "pattern": (".*", ""),
        "word-null": ("null", ""),
        "not-ascii": ("é漢" + unique(), ""),
        "long": (unique() * 20, ""),
        "not-ascii-of-the-same-length": ("é漢" + right[2:], ""),  # as many characters, but more bytes
        "shortened-by-one": (right[:-1], f"${{{variable}%?}}"),
        "one-character-more": (right + "x", f"${{{variable}}}x"),
        "an-equals-sign-more": (right + "=", f"${{{variable}}}="),
        "an-accented-letter-more": (right + "é", f"${{{variable}}}é"),
        "shortened-at-the-front": (right[1:], f"${{{variable}#?}}"),
        "last-half": (right[len(right) // 2 :], f'$(printf %s "${variable}" | cut -c{len(right) // 2 + 1}-)'),
        "among-others": (f"x,{right},y", f"x,${{{variable}}},y"),
        "doubled": (right * 2, f"${{{variable}}}${{{variable}}}"),
        "of-the-same-length": (unique("wrong").ljust(len(right), "w")[-len(right) :], ""),
    }
    plain = re.sub("[^A-Za-z0-9]", "", right)
    values["without-punctuation"] = (plain, f'$(printf %s "${variable}" | tr -dc A-Za-z0-9)')
    half = len(right) // 2
    values["first-character-changed"] = (_other(right[:1]) + right[1:], f"{_other(right[:1])}${{{variable}#?}}")
    values["middle-changed"] = (right[:half] + _other(right[half : half + 1]) + right[half + 1 :], "")
    values["last-character-changed"] = (right[:-1] + _other(right[-1:]), f"${{{variable}%?}}{_other(right[-1:])}")
    if credential.secret:
        values["first-half"] = (right[:half], f'$(printf %s "${variable}" | cut -c-{half})')
        values["three-characters"] = (right[:3], f'$(printf %s "${variable}" | cut -c-3)')
        values["first-letter-in-another-case"] = (re.sub("[A-Za-z]", lambda m: m[0].swapcase(), right, count=1), "")
        values["in-another-case"] = (
            right.swapcase(),
            f"$(printf %s \"${variable}\" | tr 'a-zA-Z' 'A-Za-z')",
        )
        values["in-upper-case"] = (right.upper(), f'$(printf %s "${variable}" | tr a-z A-Z)')
        values["in-lower-case"] = (right.lower(), f'$(printf %s "${variable}" | tr A-Z a-z)')
        others = [item for item in maker.operation.credentials if not item.secret]
        if others:
            values["is-the-other-credential"] = (maker.partner.value(others[0]), "")
    # What happens to equal the right value is no fault; white space around it is left open by the contract.
    return {label: pair for label, pair in values.items() if pair[0] != right and (pair[0] != "" or label == "empty")}


def _other(character: str) -> str:
    # Another letter, not only another case of it: how ids compare case is left open by the contract.
    return "x" if character.lower() != "x" else "y"


def _as_array(maker: Maker, credential: Credential) -> str:
    own = f"{quote(credential.name)}%5B%5D={quote(maker.partner.value(credential), safe='')}"
    return maker.query_with(own, credential.role)
