"""One difference between two editions, in words for an operator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Change:
    """What changed, where, and what an operator has to do about it."""

    where: str
    text: str
    breaking: bool
    todo: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.text}{' ' + self.todo if self.todo else ''}"


def breaking(where: str, text: str, todo: str = "") -> Change:
    """A change under which a kept contract may be broken."""
    return Change(where, text, breaking=True, todo=todo)


def compatible(where: str, text: str, todo: str = "") -> Change:
    """A change that asks nothing of an operator."""
    return Change(where, text, breaking=False, todo=todo)


def gone(old: Mapping[str, _T], new: Mapping[str, _T]) -> Iterator[tuple[str, _T]]:
    """What only the old edition has."""
    return ((key, value) for key, value in old.items() if key not in new)


def added(old: Mapping[str, _T], new: Mapping[str, _T]) -> Iterator[tuple[str, _T]]:
    """What only the new edition has."""
    return gone(new, old)


def kept(old: Mapping[str, _T], new: Mapping[str, _T]) -> Iterator[tuple[str, _T, _T]]:
    """What both editions have."""
    return ((key, old[key], new[key]) for key in old if key in new)
