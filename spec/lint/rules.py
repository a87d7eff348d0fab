"""Laws of rules: ids, levels, and sentences that can stand in a report."""

import re
from collections.abc import Iterator

from spec.lint.finding import Draft, Finding

_ID = re.compile(r"[A-Z]+-\d+")
_LEVELS = ("MUST", "SHOULD")
_LONGEST = 100
_ONE_SENTENCE = re.compile(r"[^.!?]+(?:[.!?](?=\S)[^.!?]*)*[.!?]")  # a dot may stand inside a word
_TEST_TALK = ("should", "test that")


def rule_ids(draft: Draft) -> Iterator[Finding]:
    """A rule has an id such as VAL-1, and a level."""
    for id, entry in draft.section("x-rules").items():
        trail = ("x-rules", str(id))
        if not _ID.fullmatch(str(id)):
            yield draft.finding(trail, "rule-id", "a rule's id", expected="LETTERS-NUMBER", got=str(id))
        if entry.get("level") not in _LEVELS:
            got = str(entry.get("level"))
            yield draft.finding((*trail, "level"), "rule-level", f"{id}", expected=" or ".join(_LEVELS), got=got)
        if entry.get("standing") not in (None, "documented", "assumed"):
            got = str(entry["standing"])
            yield draft.finding((*trail, "standing"), "rule", f"{id}", expected="documented or assumed", got=got)


def rule_texts(draft: Draft) -> Iterator[Finding]:
    """A rule's text is one plain sentence that is true of a conforming implementation, and stands only once."""
    seen: dict[str, str] = {}
    for id, entry in draft.section("x-rules").items():
        trail = ("x-rules", str(id), "text")
        text = str(entry.get("text", ""))
        if not _ONE_SENTENCE.fullmatch(text):
            yield draft.finding(
                trail, "rule-text", f"{id} is not one sentence", expected="one, ending in a dot", got=text
            )
        if len(text) > _LONGEST:
            expected = f"at most {_LONGEST} characters"
            yield draft.finding(trail, "rule-text", f"{id} is too long", expected=expected, got=str(len(text)))
        for word in _TEST_TALK:
            if re.search(rf"\b{word}\b", text, re.IGNORECASE):
                yield draft.finding(trail, "rule-text", f'{id} says "{word}"', expected="what is so, as a fact")
        if text in seen:
            yield draft.finding(trail, "rule-text", f"{id} says the same as {seen[text]}", got=text)
        seen.setdefault(text, str(id))


def rules_resolve(draft: Draft) -> Iterator[Finding]:
    """A schema names only rules that exist, and a rule rests on at least one reading."""
    known = draft.section("x-rules")
    for trail, node in draft.nodes():
        name = node.get("x-rule")
        if isinstance(name, str) and name not in known:
            yield draft.finding((*trail, "x-rule"), "rule", "no such rule", expected="an id of x-rules", got=name)
    for id, entry in known.items():
        if not entry.get("readings"):
            yield draft.finding(("x-rules", str(id)), "rule", f"{id} rests on no reading")
