"""The edition to compare with, and an edit of it."""

from spec.contract import Contract
from spec.contract import build as build_contract
from tests import editions
from tests.editions import edit

OLD = build_contract(editions.source(editions.TEXT), check=False)


def edited(*changes: tuple[str, str]) -> Contract:
    """The document after an edit."""
    return build_contract(editions.source(edit(*changes)), check=False)
