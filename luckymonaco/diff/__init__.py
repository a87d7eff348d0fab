"""What changed between two editions of the document, and whether an implementation that kept the old one keeps the new.

Breaking means: an implementation that kept the old edition may fail under the new one, or is no longer called.

No library does it. Those that are kept up (oasdiff in Go, openapi-diff in Java, openapi-changes on npm) judge for the
callers of a server: to them a new response code breaks, and a wider limit of a field does not; here it is the other way
round, and rules, readings and hash schemes are no part of OpenAPI at all.
"""

from collections.abc import Iterator

from luckymonaco.diff.catalogue import answers, code_families, hash_schemes, magic, readings, rules
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
    yield from code_families(old, new)
    yield from hash_schemes(old, new)
    yield from readings(old, new)
    yield from magic(old, new)
