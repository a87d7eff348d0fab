"""A chapter of the guide as a part of the page: headings one level down, links to anchors instead of files."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup, escape

from luckymonaco.docs.code import code
from luckymonaco.docs.guide import Chapter
from luckymonaco.docs.markdown import tidy


def chapter_html(chapter: Chapter) -> Markup:
    """The chapter's body as HTML."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("fence", _fence)
    tokens = reader.parse(tidy(chapter.body))
    _label_tables(tokens)
    for at, token in enumerate(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{int(token.tag[1]) + 1}"
        if token.type == "heading_open":
            title = tokens[at + 1]
            id = f"{chapter.id}-{_slug(title.content)}"
            token.attrSet("id", id)
            link = Token("html_inline", "", 0)
            link.content = f'<a class="anchor" href="#{id}" aria-label="Link to: {escape(title.content)}">#</a>'
            title.children = [*(title.children or ()), link]
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("href", _anchor(str(child.attrGet("href"))))
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704 - rendered from our own text


_ROLES = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "columnheader", "td": "cell"}


def _label_tables(tokens: Sequence[Token]) -> None:
    """On narrow screens a cell stands alone: it carries its column's title, and its role where display takes it."""
    titles: list[str] = []
    column = 0
    for at, token in enumerate(tokens):
        if token.nesting != 1 or token.tag not in _ROLES:
            continue
        token.attrSet("role", _ROLES[token.tag])
        if token.tag == "table":
            titles = []
        elif token.tag == "tr":
            column = 0
        elif token.tag == "th":
            titles.append(tokens[at + 1].content)
        elif token.tag == "td":
            token.attrSet("data-label", titles[column])
            column += 1


def _fence(_renderer: Any, tokens: Sequence[Token], index: int, _options: Any, _env: Mapping[str, Any]) -> str:
    return str(code(tokens[index].content.rstrip("\n"), tokens[index].info.strip()))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _anchor(link: str) -> str:
    """Where a link between the Markdown files leads within the page."""
    path, _, anchor = link.partition("#")
    if path.startswith("http"):
        return link
    if anchor:
        return f"#{anchor}"
    return f"#guide-{path.removesuffix('.md')}"
