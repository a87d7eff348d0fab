"""The command lines that a report tells people to paste: this run's own URL and options, secrets as variables."""

import os
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from typing import Any

from contract_tests.settings import VerifySettings
from contract_tests.target import parse_url
from spec import Contract, Credential, Operation, Option
from spec.settings import variable as variable_of

_FILES = frozenset({"base_url", "report", "evidence", "baseline", "update_baseline", "list", "plan"})
#: options that make no difference to one rule's verdict, or that `again` sets by itself
_LEFT_OUT = _FILES | {"rule", "skip", "strict", "only_documented", "jobs"}
_OF_CREDENTIALS = frozenset({"partner_id", "partner_token_file"})
_OF_HASH = frozenset({"spec", "partner_id", "partner_token_file", "secret_file", "hash_scheme"})


@dataclass(frozen=True, slots=True)
class Commands:
    """Makes the command lines of one run."""

    settings: VerifySettings
    contract: Contract

    def again(self, rules: Iterable[str]) -> str:
        """The command that judges these rules again."""
        parts = ["luckymonaco verify", shlex.quote(self.url), *self._options(None)]
        return " ".join([*parts, *(f"--rule {rule}" for rule in rules)])

    @property
    def whole(self) -> str:
        """The command of this very run, but for the files that it wrote."""
        return " ".join(["luckymonaco verify", shlex.quote(self.url), *self._options(None, _FILES)])

    @property
    def url(self) -> str:
        """The URL as the user gave it, without credentials in it."""
        target = parse_url(self.settings.base_url, self.contract.operations)
        return target.url + (f"?{target.query}" if target.query else "")

    def hash_of(self, operation: Operation) -> str:
        """The command that computes the request hash of the body on its standard input."""
        hashed = [each.id for each in self.contract.operations if each.request_hash]
        chosen = [] if hashed[:1] == [operation.id] else [f"--operation {shlex.quote(operation.id)}"]
        assert operation.request_hash is not None
        scheme = self.settings.partner(self.contract).scheme or operation.request_hash.scheme
        signed = scheme.credentials or scheme.function is not None
        options = _OF_HASH if signed else _OF_HASH - _OF_CREDENTIALS
        return " ".join(["luckymonaco hash --body -", *chosen, *self._options(options)])

    @property
    def curl_options(self) -> str:
        """What curl needs to trust the same certificates."""
        if self.settings.insecure:
            return " -k"
        return f" --cacert {shlex.quote(str(self.settings.ca_file))}" if self.settings.ca_file else ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that the lines use and that are not set to this run's values, with what they ought to be."""
        return self._named(name for name, value in self._secrets.items() if os.environ.get(name) != value)

    @property
    def all_variables(self) -> tuple[str, ...]:
        """The variables that the lines use, for whoever reads them elsewhere, with what they ought to be."""
        return self._named(self._secrets)

    @property
    def _secrets(self) -> dict[str, str]:
        partner = self.settings.partner(self.contract)
        found = {variable(credential): partner.value(credential) for credential in self._credentials}
        if partner.secret:
            found["LUCKYMONACO_SECRET"] = partner.secret
        return {**found, **{known_variable(name): value for name, value in self._known_secrets()}}

    @property
    def _credentials(self) -> list[Credential]:
        return [c for operation in self.contract.operations for c in operation.credentials if c.secret]

    def _named(self, names: Iterable[str]) -> tuple[str, ...]:
        partner = self.settings.partner(self.contract)
        demo = {variable(each) for each in self._credentials if partner.value(each) == each.demo}
        return tuple(f"{name} (the document's demo value)" if name in demo else name for name in names)

    def _options(self, wanted: frozenset[str] | None, left_out: frozenset[str] = _LEFT_OUT) -> Iterator[str]:
        for option in self.settings.options():
            if option.field in left_out or (wanted is not None and option.field not in wanted):
                continue
            value = self._value(option)
            if option.secret or value == _default(self.settings, option.field):
                continue
            if option.type is bool:
                yield option.flag if value else f"--no-{option.flag[2:]}"
            elif option.many:
                yield from (f"{option.flag} {self._shown(option, item)}" for item in value)
            else:
                yield f"{option.flag} {self._shown(option, value)}"

    def _shown(self, option: Option, value: object) -> str:
        if option.field != "known":
            return shlex.quote(f"{value:g}" if isinstance(value, float) else str(value))
        secret = dict(self._known_secrets())
        pairs = str(value).split(",")
        names = [pair.partition("=")[0].strip() for pair in pairs]
        shown = zip(names, pairs, strict=True)
        return ",".join(f'{name}="${known_variable(name)}"' if name in secret else shlex.quote(p) for name, p in shown)

    def _known_secrets(self) -> Iterator[tuple[str, str]]:
        secret = {field.name for operation in self.contract.operations for field in operation.fields if field.secret}
        for item in self.settings.known:
            for name, _, value in (pair.partition("=") for pair in item.split(",")):
                if name.strip() in secret:
                    yield name.strip(), value

    def _value(self, option: Option) -> Any:
        return getattr(self.settings, option.field)


def variable(credential: Credential) -> str:
    """The variable that a secret credential is given by."""
    return variable_of(credential.role)


def known_variable(field: str) -> str:
    """The variable that stands for a secret id which the user named with --known."""
    return "KNOWN_" + "".join(char if char.isascii() and char.isalnum() else "_" for char in field).upper()


def _default(settings: VerifySettings, name: str) -> object:
    field = next(each for each in fields(settings) if each.name == name)
    return () if field.default is MISSING else field.default
