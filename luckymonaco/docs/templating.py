"""The templates' environment: where they are, and the few filters that they need."""

import re
import shlex
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from spec import Reading


@cache
def environment(*, html: bool) -> Environment:
    """One for pages, where values are escaped, and one for Markdown, where they are not."""
    made = Environment(
        loader=FunctionLoader(asset),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=html,  # noqa: S701 - pages are escaped, Markdown is not
    )
    made.filters |= {
        "cell": _cell,
        "ids": _ids,
        "rule_ids": _rule_ids,
        "lower_first": _lower_first,
        "ticks": _ticks,
        "span": _span,
        "shell": shlex.quote,
        "dashes": _dashes,
    }
    return made


def asset(name: str) -> str:
    """The text of a file that travels with the package."""
    return files("luckymonaco.docs").joinpath("templates", name).read_text(encoding="utf-8")


def _cell(text: object) -> str:
    """Text that may stand in a cell of a Markdown table."""
    parts = " ".join(str(text).split()).replace("|", "\\|").split("`")
    return "`".join(part if place % 2 else part.replace("<", "&lt;") for place, part in enumerate(parts))


def _span(text: object) -> str:
    """Text as a code span of Markdown, between more backticks than stand in it."""
    text = str(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}" if len(fence) > 1 else f"`{text}`"


def _ids(ids: Iterable[str]) -> str:
    """Links to readings: `([D01](#D01), [D02](#D02))`."""
    links = ", ".join(f"[{id}](#{id})" for id in ids)
    return f"({links})" if links else ""


def _rule_ids(readings: Iterable[Reading]) -> str:
    return _ids(reading.id for reading in readings)


def _ticks(text: str) -> Markup:
    """Text for a page, what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped before


def _dashes(text: str, width: int) -> str:
    return text.ljust(width, "-")


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
