"""The document, and every entry of the gallery as a parameter."""

from collections.abc import Callable, Iterator

import pytest

from mockserver.gallery import Entry, Operator, entries
from spec import Contract
from tests.document import CONTRACT
from tests.gallery.case import PARTNERS

ENTRIES = entries(CONTRACT)


@pytest.fixture(scope="session")
def contract() -> Contract:
    """The kit's own document."""
    return CONTRACT


@pytest.fixture
def make() -> Iterator[Callable[[Entry, str], Operator]]:
    """Makes the operator of an entry without a server; it does not wait where it would hang or be slow."""
    made: list[Operator] = []

    def build(entry: Entry, partner: str) -> Operator:
        operator = entry.make(CONTRACT, PARTNERS[partner], "")
        operator.closing.set()
        made.append(operator)
        return operator

    yield build
    for operator in made:
        operator.closing.set()
