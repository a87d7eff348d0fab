"""`luckymonaco hash`: the request hash of a body, the string that is digested, and which scheme a given hash fits."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import click

from luckymonaco.options import options_of
from spec.contract import Contract
from spec.credentials import Partner, compute_hash, string_to_sign
from spec.errors import SettingError
from spec.model import Operation
from spec.redact import HIDDEN
from spec.settings import Settings
from spec.strict_json import MalformedJsonError, loads


@click.command("hash")
@click.option("--body", metavar="FILE", required=True, help="The notification as JSON; - reads standard input.")
@click.option("--operation", metavar="ID", help="Operation of the document; the first one that has a hash by default.")
@click.option("--explain", is_flag=True, help="Show the string to sign with the secret masked, and the scheme's knobs.")
@options_of(Settings)
def command(body: str, operation: str | None, explain: bool, **given: Any) -> int:
    """Compute the request hash of a notification. How it is computed is an assumption: see --hash-scheme."""
    settings = Settings.create(given)
    contract = settings.contract()
    partner = settings.partner(contract)
    if not partner.secret:
        raise SettingError("the hash needs a secret", expected="--secret, --secret-file or LUCKYMONACO_SECRET")
    chosen = _operation(contract, operation)
    notification = _read(body)
    click.echo(compute_hash(chosen, partner, notification))
    if explain:
        for line in _explain(contract, chosen, partner, notification):
            click.echo(line)
    return 0


def _operation(contract: Contract, id: str | None) -> Operation:
    hashed = {item.id: item for item in contract.operations if item.request_hash}
    if not hashed:
        raise SettingError("the document has no request hash", where=str(contract.source.path))
    if id is not None and id not in hashed:
        raise SettingError("unknown operation", where="--operation", expected=", ".join(hashed), got=id)
    return hashed[id] if id else next(iter(hashed.values()))


def _read(name: str) -> dict[str, Any]:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        value = loads(data)
    except OSError as error:
        expected = "a file, or - for standard input"
        raise SettingError("the body cannot be read", where=name, expected=expected, got=error.strerror or "") from None
    except MalformedJsonError as error:
        raise SettingError("the body is not JSON", where=name, got=str(error)) from None
    if not isinstance(value, dict):
        raise SettingError("the body is not a JSON object", where=name)
    return value


def _explain(contract: Contract, operation: Operation, partner: Partner, body: dict[str, Any]) -> Iterator[str]:
    assert operation.request_hash is not None
    scheme = partner.scheme_of(operation)
    yield f"scheme          {scheme.name}: {scheme.summary}"
    if scheme.function is None:
        text = string_to_sign(operation, partner.masked(operation, HIDDEN), body)
        yield f"string to sign  {text.replace(quote_plus(HIDDEN), HIDDEN)}"
        if scheme.secret_place == "hmac-key":
            yield f"key             {HIDDEN}"
        for name in ("fields", "empties", "escape", "credentials", "join", "secret_place", "secret_joint"):
            yield f"{name.replace('_', ' '):15} {_knob(getattr(scheme, name))}"
        yield f"{'digest':15} {scheme.digest} over UTF-8, {scheme.case}-case hexadecimal digits"
    given = body.get(operation.request_hash.field)
    if isinstance(given, str) and given:
        yield f"in the body     {_verdict(contract, operation, partner, body, given)}"


def _knob(value: Any) -> str:
    named = {True: "signed too", False: "not signed", "": "nothing"}
    return named.get(value, str(value))


def _verdict(contract: Contract, operation: Operation, partner: Partner, body: dict[str, Any], given: str) -> str:
    if partner.scheme_of(operation).matches(given, compute_hash(operation, partner, body)):
        return "the same hash"
    for scheme in contract.hash_schemes.values():
        if scheme.matches(given, compute_hash(operation, replace(partner, scheme=scheme), body)):
            return f"another hash: the one that {scheme.name} gives ({scheme.summary})"
    return "another hash, which no scheme of the document gives: another secret, or other values"
