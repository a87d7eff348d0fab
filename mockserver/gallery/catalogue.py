"""Every entry of the gallery, gathered from the modules of `broken` and `conforming`; a new module needs no listing."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from mockserver.gallery import broken, conforming
from mockserver.gallery.base import Operator
from mockserver.gallery.entry import Entry, Room
from spec import Contract


def entries(contract: Contract) -> Mapping[str, Entry]:
    """The entries that apply to a document, by name: first the operator without a variation."""
    found = {"plain": Entry("plain", "conforming", "The operator that every other one varies.", Operator)}
    for room in _rooms():
        for entry in room.entries(contract):
            if entry.name in found:
                raise ValueError(f"two entries are called {entry.name}")
            found[entry.name] = entry
    return MappingProxyType(found)


def _rooms() -> Iterator[Room]:
    for package in (conforming, broken):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            room = getattr(importlib.import_module(module.name), "room", None)
            if isinstance(room, Room):
                yield room
