"""Settings as command line options: one generator for every command, so that no option is written twice."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar

import click

from spec.settings import Option, Settings

_C = TypeVar("_C", bound=Callable[..., Any])


def options_of(settings: type[Settings], *, without: Collection[str] = ()) -> Callable[[_C], _C]:
    """A decorator that gives a command every option of a settings class but the fields named in `without`."""

    def decorate(function: _C) -> _C:
        for option in reversed(settings.options()):
            if option.field not in without:
                function = _click_option(option)(function)
        return function

    return decorate


def _click_option(option: Option) -> Callable[[_C], _C]:
    # Values stay text here: `Settings.create` converts them, so that command line and environment complain alike.
    if option.type is bool and not option.many:
        flags = flags_of(option)
        return click.option(flags, option.field, is_flag=True, flag_value=True, default=None, help=describe(option))
    return click.option(
        option.flag,
        option.field,
        type=click.STRING,
        callback=_joined if option.many and "[," in option.metavar else None,
        multiple=option.many,
        default=None,
        metavar=metavar_of(option),
        help=describe(option),
    )


def _joined(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> str | None:
    """Where the metavar says NAME[,NAME…], several in one value and several options are the same."""
    return ",".join(value) or None


_METAVARS = {"int": "N", "float": "NUMBER", "Path": "FILE"}


def flags_of(option: Option) -> str:
    """The flag; one that is on by default has an opposite."""
    return f"{option.flag}/--no-{option.flag[2:]}" if option.type is bool and option.default else option.flag


def metavar_of(option: Option) -> str:
    """What stands for the value in help texts; empty for a flag."""
    if option.type is bool and not option.many:
        return ""
    return "|".join(option.choices) or option.metavar or _METAVARS.get(option.type.__name__, "TEXT")


def describe(option: Option) -> str:
    """The help text of an option: what it does, its default, whether it may be repeated, its variable."""
    notes = [option.env]
    if option.default not in (None, "", False, True) and not option.secret:
        notes.insert(0, f"default: {option.default}")
    if option.many and "repeated" not in option.help:
        notes.insert(0, "may be repeated")
    return f"{option.help}  [{'; '.join(notes)}]"
