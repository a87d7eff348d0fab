"""The HTML edition: one file that needs no network, its reference drawn by Redoc from the package that carries it."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markupsafe import Markup

from luckymonaco.docs.chapter_html import chapter_html
from luckymonaco.docs.checklist import TITLES, checklist
from luckymonaco.docs.code import code
from luckymonaco.docs.guide import Chapter
from luckymonaco.docs.rows import View
from luckymonaco.docs.samples import LANGUAGES, ROLES
from luckymonaco.docs.templating import asset, environment
from spec.errors import DocumentError

_NOT_RUN = ("aspnet",)  # no package of Debian has the .NET SDK
_RENDERER = ("flask_openapi3_redoc", "templates/redoc/js/redoc.standalone.js")
_OUTSIDE = "https://cdn.redoc.ly/redoc/logo-mini.svg"  # the one thing that Redoc would fetch


def page(view: View, document: Mapping[str, Any], guide: tuple[Chapter, ...]) -> str:
    """The page as text."""
    made = environment(html=True)
    made.filters["code"] = code
    text = made.get_template("page.html.j2").render(
        v=view,
        checklist=checklist(view),
        contents=_contents(view, guide),
        guide=[{"id": chapter.id, "title": chapter.title, "html": chapter_html(chapter)} for chapter in guide],
        roles=ROLES,
        families=TITLES,
        unrun=" and ".join(LANGUAGES[name] for name in _NOT_RUN),
        style=Markup(asset("style.css")),  # noqa: S704 - the package's own
        script=Markup(asset("page.js")),  # noqa: S704
        document=_data({key: value for key, value in document.items() if not key.startswith("x-")}),
        renderer=_script(renderer()),
    )
    return text.strip() + "\n"


@cache
def renderer() -> str:
    """Redoc's script. It is looked up, not imported: the package that carries it is a plugin of a framework."""
    package, file = _RENDERER
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise DocumentError("the renderer of the reference is not installed", expected=f"the package {package}")
    text = (Path(found.submodule_search_locations[0]) / file).read_text(encoding="utf-8")
    return text.replace(_OUTSIDE, "data:,")


def _script(text: str) -> Markup:
    # Inside a script element nothing is escaped; only a closing tag or the start of a comment could end it.
    return Markup(text.replace("</script", "<\\/script").replace("<!--", "<\\!--"))  # noqa: S704


def _data(value: Mapping[str, Any]) -> Markup:
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704


def _contents(view: View, guide: tuple[Chapter, ...]) -> list[tuple[str, str]]:
    before = [
        ("overview", "Who calls whom"),
        ("hour", "Your endpoint in an hour"),
        ("endpoint", "The endpoint"),
        ("answers", "Answers and codes"),
        *([("magic", "Magic values")] if view.magic else []),
        ("hash", "The request hash"),
        ("samples", "Code samples"),
        ("switch-on", "Switching the method on"),
        ("readings", "Readings"),
        ("rules", "Rules"),
    ]
    after = [("settings", "Settings"), ("reference", "Reference"), ("changes", "Changes")]
    return [*before, *((chapter.id, chapter.title) for chapter in guide), *after]
