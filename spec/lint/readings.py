"""Laws of readings: ids are well formed, every mention leads to a reading, every reading is used."""

import re
from collections.abc import Iterator

from spec.document import Trail
from spec.lint.finding import Draft, Finding

_ID = re.compile(r"D\d\d")
_MENTION = re.compile(r"\bD\d\d\b")
_TEXTS = ("summary", "description")


def reading_ids(draft: Draft) -> Iterator[Finding]:
    """A reading has an id such as D07, and says what the page says, how it is read, and how firm that is."""
    for id, entry in draft.section("x-readings").items():
        trail = ("x-readings", str(id))
        if not _ID.fullmatch(str(id)):
            yield draft.finding(trail, "reading-id", "a reading's id", expected="D and two digits", got=str(id))
        for key in ("page", "reading", "standing"):
            if not isinstance(entry.get(key), str) or not entry[key].strip():
                yield draft.finding(trail, "reading", f"{id} does not say its {key}")
        standing = str(entry.get("standing", ""))
        if standing and "documented" not in standing and "assumed" not in standing:
            yield draft.finding(
                (*trail, "standing"), "reading", f"{id} has no standing", expected="documented or assumed", got=standing
            )


def readings_resolve(draft: Draft) -> Iterator[Finding]:
    """Every mention of a reading, in a list or in a text, leads to one."""
    known = draft.section("x-readings")
    for trail, id in _mentions(draft):
        if id not in known:
            yield draft.finding(trail, "reading", "no such reading", expected="an id of x-readings", got=id)


def readings_used(draft: Draft) -> Iterator[Finding]:
    """A reading that nothing refers to governs nothing: remove it, or say what it governs."""
    used = {id for _, id in _mentions(draft)}
    for id in draft.section("x-readings"):
        if id not in used:
            yield draft.finding(("x-readings", str(id)), "reading", f"{id} is used by nothing")


def _mentions(draft: Draft) -> Iterator[tuple[Trail, str]]:
    for trail, node in draft.nodes():
        for key in ("x-reading", "readings"):
            listed = node.get(key)
            if isinstance(listed, list):
                yield from (((*trail, key), str(id)) for id in listed)
            elif isinstance(listed, str):
                yield from (((*trail, key), id) for id in listed.split())
        if trail[-1:] != ("properties",):
            for key in _TEXTS:
                text = node.get(key)
                if isinstance(text, str):
                    yield from (((*trail, key), id) for id in _MENTION.findall(text))
