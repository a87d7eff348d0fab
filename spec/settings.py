"""Settings, declared once: command line, pytest options, environment and docs are all made from these fields."""

import dataclasses
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from spec.contract import Contract, load
from spec.credentials import Partner
from spec.errors import SettingError

PREFIX = "LUCKYMONACO_"


def variable(role: str) -> str:
    """The environment variable that a credential is set by."""
    return PREFIX + role.replace("-", "_").upper()


_S = TypeVar("_S", bound="Settings")


def setting(
    default: Any,
    help: str,
    *,
    metavar: str = "",
    secret: bool = False,
    name: str = "",
    choices: tuple[str, ...] = (),
    least: float | None = None,
    most: float | None = None,
) -> Any:
    """One field of a settings dataclass; `secret` keeps it out of every repr, `least` and `most` bound a number."""
    metadata = {
        "help": help,
        "metavar": metavar,
        "secret": secret,
        "name": name,
        "choices": choices,
        "least": least,
        "most": most,
    }
    if isinstance(default, (list, tuple)):
        return dataclasses.field(default_factory=lambda: tuple(default), metadata=metadata, repr=not secret)
    return dataclasses.field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True, slots=True)
class Option:
    """How one setting looks from outside."""

    field: str
    flag: str  # --partner-id
    env: str  # LUCKYMONACO_PARTNER_ID
    type: type
    many: bool
    default: Any
    help: str
    metavar: str
    secret: bool
    choices: tuple[str, ...]
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the mock, the suite and the sender all need to know."""

    spec: Path | None = setting(None, "OpenAPI document to use instead of the kit's own.", metavar="FILE")
    partner_id: str = setting("", "Partner's id; the document's demo value by default.", metavar="ID")
    partner_token: str = setting(
        "", "Partner's token; the document's demo value by default.", metavar="TOKEN", secret=True
    )
    partner_token_file: Path | None = setting(None, "File that holds the partner's token.", metavar="FILE")
    secret: str = setting(
        "", "Secret of the request hash; without it the hash is not checked.", metavar="SECRET", secret=True
    )
    secret_file: Path | None = setting(None, "File that holds the secret of the request hash.", metavar="FILE")
    hash_scheme: str = setting(
        "", "How the hash is computed: a name of the document, or module:function.", metavar="NAME"
    )

    @classmethod
    def options(cls) -> tuple[Option, ...]:
        """Every setting of this class, in the order in which it is declared."""
        hints = get_type_hints(cls)
        return tuple(_option(field, hints[field.name]) for field in dataclasses.fields(cls))

    @classmethod
    def create(cls: type[_S], given: Mapping[str, Any], environ: Mapping[str, str] | None = None) -> _S:
        """Settings from what was given on the command line, then the environment, then the defaults.

        A value of None counts as not given. Raises SettingError for a value that cannot be used.
        """
        environ = os.environ if environ is None else environ
        values: dict[str, Any] = {}
        for option in cls.options():
            value = given.get(option.field)
            source = option.flag
            if value is None or (option.many and not value):
                value, source = environ.get(option.env) or None, option.env
            if value is not None:
                values[option.field] = convert(option, value, source)
        return cls(**values)

    def contract(self) -> Contract:
        """The document of this run; DocumentError if it cannot be used."""
        return load(self.spec)

    def partner(self, contract: Contract) -> Partner:
        """The credentials of this run by role; SettingError for an unknown hash scheme or an unreadable file."""
        values = {
            "partner-id": self.partner_id,
            "partner-token": self.partner_token or _read_secret(self.partner_token_file),
        }
        scheme = contract.scheme(self.hash_scheme) if self.hash_scheme else None
        return Partner(values, self.secret or _read_secret(self.secret_file), scheme)


def convert(option: Option, value: Any, source: str) -> Any:
    """A value as the option's type; SettingError names the option or variable it came from."""
    if option.many:
        items = value.split(",") if isinstance(value, str) else value
        return tuple(_one(option, item, source) for item in items if item != "")
    return _one(option, value, source)


def _one(option: Option, value: Any, source: str) -> Any:
    if isinstance(value, option.type) and not (option.type is int and isinstance(value, bool)):
        result = value
    elif option.type is bool:
        words = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }
        if str(value).lower() not in words:
            raise SettingError("not a yes or no", where=source, expected="1 or 0", got=str(value))
        result = words[str(value).lower()]
    else:
        try:
            result = option.type(value)
        except ValueError:
            kind = {"int": "a whole number", "float": "a number"}.get(option.type.__name__, option.type.__name__)
            shown = "(hidden)" if option.secret else str(value)
            raise SettingError("a setting has the wrong type", where=source, expected=kind, got=shown) from None
    if option.least is not None and not _is_within(option, float(str(result))):
        expected = f"{option.least:g} or more" if option.most is None else f"{option.least:g} to {option.most:g}"
        raise SettingError("a setting is out of range", where=source, expected=expected, got=str(value))
    if option.choices and result not in option.choices:
        raise SettingError(
            "a setting has an unknown value", where=source, expected=", ".join(option.choices), got=str(value)
        )
    return result


def _is_within(option: Option, number: float) -> bool:
    """Whether it lies in the option's range; infinity and NaN lie in none."""
    least = -math.inf if option.least is None else option.least
    most = math.inf if option.most is None else option.most
    return least <= number <= most and number < math.inf


def _option(field: "dataclasses.Field[Any]", hint: Any) -> Option:
    inner = [part for part in get_args(hint) if part not in (type(None), Ellipsis)]
    default = None if field.default is dataclasses.MISSING else field.default
    return Option(
        field=field.name,
        flag="--" + (field.metadata["name"] or field.name.replace("_", "-")),
        env=PREFIX + field.name.upper(),
        type=inner[0] if inner else hint,
        many=field.default is dataclasses.MISSING,
        default=default,
        help=field.metadata["help"],
        metavar=field.metadata["metavar"],
        secret=field.metadata["secret"],
        choices=field.metadata["choices"],
        least=field.metadata["least"],
        most=field.metadata["most"],
    )


def _read_secret(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        text = path.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError("a secret's file cannot be read", where=str(path), got=type(error).__name__) from None
    if not text:  # it would leave the demo token in force, or the hash unchecked
        raise SettingError("a secret's file is empty", where=str(path))
    return text
