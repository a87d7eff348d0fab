"""The Markdown edition: one file for people's own wikis, committed as docs/contract.md."""

import re

from luckymonaco.docs.checklist import TITLES, checklist
from luckymonaco.docs.rows import View
from luckymonaco.docs.templating import environment


def contract_page(view: View) -> str:
    """The whole contract as Markdown."""
    template = environment(html=False).get_template("contract.md.j2")
    return tidy(template.render(v=view, checklist=checklist(view), families=TITLES))


def tidy(text: str) -> str:
    """No blanks at the end of a line, never two empty lines in a row, one line feed at the end."""
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
