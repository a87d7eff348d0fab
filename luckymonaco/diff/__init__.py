"""What changed between two editions of the document, and whether an implementation that kept the old one keeps the new.

Breaking means: an implementation that kept the old edition may fail under the new one, or is no longer called.
"""

from collections.abc import Iterator

from luckymonaco.diff.catalogue import answers, hash_schemes, readings, rules
from luckymonaco.diff.change import Change, compatible
from luckymonaco.diff.operations import operations
from spec import Contract

__all__ = ["Change", "compare"]


def compare(old: Contract, new: Contract) -> tuple[Change, ...]:
    """Every change, the breaking ones first, otherwise in the order of the document."""
    found = list(_changes(old, new))
    if not found and old.raw != new.raw:
        found.append(
            compatible("document", "Wording, examples or order changed, and nothing that an operator is held to.")
        )
    return tuple(sorted(found, key=lambda change: not change.breaking))


def _changes(old: Contract, new: Contract) -> Iterator[Change]:
    if old.version != new.version:
        yield compatible("document", f"The edition is {new.version}, it was {old.version}.")
    yield from operations(old, new)
    yield from rules(old, new)
    yield from answers(old, new)
    yield from hash_schemes(old, new)
    yield from readings(old, new)
