"""Blocks of code with their colours; the colours themselves are in style.css, for light and dark."""

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

_LEXERS = {"": "text", "curl": "bash", "node": "javascript", "sh": "bash"}


def code(text: str, language: str) -> Markup:
    """A block of code with its colours, in a box that can be scrolled by keyboard."""
    lexer = get_lexer_by_name(_LEXERS.get(language, language))
    if language == "php":
        lexer = get_lexer_by_name("php", startinline=not text.startswith("<?php"))
    inner = highlight(text, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
    return Markup(f'<div class="block"><pre tabindex="0"><code>{inner}</code></pre></div>')  # noqa: S704 - escaped by Pygments
