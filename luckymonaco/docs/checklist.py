"""Your endpoint in an hour: the rules' own advice as a list to tick off, between a first and a last step."""

from dataclasses import dataclass

from luckymonaco.docs.rows import View


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do, and the rule that will check it."""

    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A group of things to do together."""

    title: str
    items: tuple[Item, ...]


TITLES = {  # of the families of rules
    "OK": "Accept what is right",
    "ERR": "Refuse in the contract's words",
    "VAL": "Check the body",
    "AUTH": "Check the credentials",
    "SIG": "Check the request hash, once the provider has said how it is computed",
    "HTTP": "Mind the method",
    "ROB": "Stand hostile and busy days",
    "TIME": "Be quick",
}


def checklist(view: View) -> tuple[Step, ...]:
    """The steps, in the order of the document's rules."""
    routes = tuple(Item(f"Route `{op.method} {op.path}` below your API URL to a handler.") for op in view.operations)
    first = Step(
        "Look at it working",
        (
            Item("Start the mock, `luckymonaco mock`, and send it the curl line that it prints."),
            Item(f"Judge it, `luckymonaco verify {view.base_url}`, to see what a kept contract looks like."),
            Item("Take a receiver from the code samples, if one is in your language."),
            *routes,
        ),
    )
    middle = tuple(
        Step(TITLES.get(family, family), tuple(Item(rule.fix or rule.text, rule.id) for rule in rules))
        for family, rules in view.rules.items()
    )
    last = Step(
        "Have it judged",
        (
            Item(
                "Run `luckymonaco verify` with your URL, credentials and a session that you know, until it says KEPT."
            ),
            Item("Put the same line into your CI."),
            Item("Ask the provider's support to switch the method on."),
        ),
    )
    return (first, *middle, last)
