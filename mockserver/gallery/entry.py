"""An entry of the gallery, and the decorators with which a variant declares itself."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from mockserver.gallery.base import Operator
from spec import Contract, Partner

Kind = Literal["broken", "conforming"]
Maker = Callable[[Contract, Partner, str], Operator]
_O = TypeVar("_O", bound=type[Operator])


@dataclass(frozen=True, slots=True)
class Entry:
    """One operator of the gallery."""

    name: str
    kind: Kind
    summary: str  # one sentence: what is wrong with it, or in what it differs
    make: Maker
    rule: str = ""  # under which a broken one must be convicted
    also: tuple[str, ...] = ()  # rules that it breaks besides; a verdict under these is right as well
    breaks_should: tuple[str, ...] = ()  # SHOULD rules that a conforming one does not keep, or only by one reading
    needs_secret: bool = False  # to be convicted, or for the variant to show
    max_response_time: float | None = None  # seconds; the limit without which it is not convicted
    path_prefix: str = ""  # where it is served unless another is asked for
    needs: tuple[str, ...] = ()  # what a document may lack: hash, optional, partner-id, partner-token

    def applies_to(self, contract: Contract) -> bool:
        """Whether the document has what this variant is about."""
        if self.rule and self.rule not in contract.rules:
            return False
        return not self.needs or set(self.needs) <= _present(contract)


def _present(contract: Contract) -> set[str]:
    found: set[str] = set()
    for operation in contract.operations:
        found.update(credential.role for credential in operation.credentials)
        found.update(["hash"] if operation.request_hash else [])
        found.update(["optional"] if any(field.is_string for field in operation.optional) else [])
    return found


class Room:
    """The variants of one module: classes that declare themselves, and functions that make entries from a document."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._generators: list[Callable[[Contract], Iterator[Entry]]] = []

    def broken(
        self,
        rule: str,
        *also: str,
        needs: tuple[str, ...] = (),
        needs_secret: bool = False,
        max_response_time: float | None = None,
    ) -> Callable[[_O], _O]:
        """Enter a class as a broken operator; its name and its docstring become the entry's name and summary."""

        def enter(variant: _O) -> _O:
            entry = _entry("broken", variant, needs, needs_secret)
            self._entries.append(replace(entry, rule=rule, also=also, max_response_time=max_response_time))
            return variant

        return enter

    def conforming(
        self, *breaks_should: str, needs: tuple[str, ...] = (), needs_secret: bool = False, path_prefix: str = ""
    ) -> Callable[[_O], _O]:
        """Enter a class as a conforming operator, with the SHOULD rules that it does not keep."""

        def enter(variant: _O) -> _O:
            entry = _entry("conforming", variant, needs, needs_secret)
            self._entries.append(replace(entry, breaks_should=breaks_should, path_prefix=path_prefix))
            return variant

        return enter

    def generated(self, function: Callable[[Contract], Iterator[Entry]]) -> Callable[[Contract], Iterator[Entry]]:
        """Enter a function that makes entries from the document's own fields, faults or methods."""
        self._generators.append(function)
        return function

    def listed(self, function: Callable[[], Iterator[Entry]]) -> Callable[[], Iterator[Entry]]:
        """Enter a function that makes entries from a table of its own."""
        self._generators.append(lambda _: function())
        return function

    def entries(self, contract: Contract) -> Iterator[Entry]:
        """The entries for which this document has what it takes."""
        yield from (entry for entry in self._entries if entry.applies_to(contract))
        for generator in self._generators:
            yield from (entry for entry in generator(contract) if entry.applies_to(contract))


def _entry(kind: Kind, variant: type[Operator], needs: tuple[str, ...], needs_secret: bool) -> Entry:
    """What a class says of itself; what needs a secret needs a request hash in the document."""
    needs = (*needs, "hash") if needs_secret else needs
    return Entry(kebab(variant.__name__), kind, sentence(variant), variant, needs=needs, needs_secret=needs_secret)


def kebab(name: str) -> str:
    """`NullError` as `null-error`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z])(?=[0-9]{3})", "-", name).lower()


def sentence(variant: object) -> str:
    """The docstring on one line."""
    return " ".join((variant.__doc__ or "").split())
