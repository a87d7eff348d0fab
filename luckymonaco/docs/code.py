"""Blocks of code with their colours; the colours themselves are in style.css, for light and dark."""

import re

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

# Names, punctuation and the like have no colour of their own: without their marks the page weighs a fifth less.
_PLAIN = re.compile(r'<span class="(?:n|na|nn|no|nx|p|o|w|bp|fm|g|l|err|ne|py|x)">([^<]*)</span>')
_LEXERS = {"": "text", "aspnet": "csharp", "curl": "bash", "node": "javascript", "sh": "bash"}


def code(text: str, language: str) -> Markup:
    """A block of code with its colours, in a box that can be scrolled by keyboard."""
    lexer = get_lexer_by_name(_LEXERS.get(language, language))
    if language == "php":
        lexer = get_lexer_by_name("php", startinline=not text.startswith("<?php"))
    inner = highlight(text, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
    inner = _PLAIN.sub(r"\1", inner)
    return Markup(f'<div class="block"><pre tabindex="0"><code>{inner}</code></pre></div>')  # noqa: S704 - escaped by Pygments
