"""What every entry says of itself."""

import re
from collections import Counter

import pytest

from mockserver.gallery import Entry, entries, find
from spec import Contract, SettingError
from tests.gallery.conftest import ENTRIES

BROKEN = [entry for entry in ENTRIES.values() if entry.kind == "broken"]
CONFORMING = [entry for entry in ENTRIES.values() if entry.kind == "conforming"]


def test_gallery_is_large() -> None:
    """There are at least 150 broken and 40 conforming operators."""
    assert len(BROKEN) >= 150
    assert len(CONFORMING) >= 40


def test_every_must_rule_is_broken_by_several(contract: Contract) -> None:
    """Each MUST rule has at least two operators that break it."""
    counts = Counter(entry.rule for entry in BROKEN)

    assert not [rule.id for rule in contract.rules.values() if rule.level == "MUST" and counts[rule.id] < 2]


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_entry_speaks_of_rules_that_exist(contract: Contract, entry: Entry) -> None:
    """An entry's name is kebab-case, its summary one sentence, and its rules stand in the document."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9A-Z]+)*", entry.name)
    assert entry.summary[0].isupper()
    assert entry.summary.endswith(".")
    assert bool(entry.rule) is (entry.kind == "broken")
    assert {*([entry.rule] if entry.rule else []), *entry.also, *entry.breaks_should} <= set(contract.rules)
    assert {contract.rules[rule].level for rule in entry.breaks_should} <= {"SHOULD"}


def test_summaries_are_told_apart() -> None:
    """No two entries have the same summary, but for the framework that they imitate."""
    counts = Counter(entry.summary for entry in ENTRIES.values() if not entry.name.endswith("-validation"))

    assert not [summary for summary, count in counts.items() if count > 1]


def test_unknown_name_lists_near_ones(contract: Contract) -> None:
    """A name that is not there is refused with those that come near."""
    with pytest.raises(SettingError, match="success-201"):
        find(contract, "succes-201")


def test_entries_are_cheap(contract: Contract) -> None:
    """Listing the gallery makes no operator."""
    assert all(callable(entry.make) for entry in entries(contract).values())
