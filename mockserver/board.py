"""Memory that the processes on one port share: each writes its own place, and any of them can read them all.

Made before they are forked, so that it needs no file and ends with the last of them. A process that takes the place of
one that died finds what that one wrote last.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from dataclasses import dataclass
from typing import Any

_HEAD = struct.Struct("<II")  # length and checksum of what follows
_PLACE_BYTES = 256 * 1024
_TRIES = 5


class Board:
    """Places for small pieces of JSON."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._memory = mmap.mmap(-1, places * _PLACE_BYTES)  # anonymous and shared; pages are taken as they are written

    def write(self, place: int, value: Any) -> None:
        """Replace what stands at a place; what is too long for it is left as it was."""
        data = json.dumps(value).encode()
        if len(data) > _PLACE_BYTES - _HEAD.size:
            return
        begin = place * _PLACE_BYTES
        self._memory[begin : begin + _HEAD.size + len(data)] = _HEAD.pack(len(data), zlib.crc32(data)) + data

    def read(self, place: int) -> Any:
        """What stands at a place; None if nothing does, or if it is being written each time it is looked at."""
        begin = place * _PLACE_BYTES
        for _ in range(_TRIES):
            length, checksum = _HEAD.unpack_from(self._memory, begin)
            data = self._memory[begin + _HEAD.size : begin + _HEAD.size + min(length, _PLACE_BYTES)]
            if length and zlib.crc32(data) == checksum:
                return json.loads(data)
        return None


@dataclass(frozen=True, slots=True)
class Place:
    """One process's place on a board."""

    board: Board
    number: int

    def write(self, value: Any) -> None:
        """Replace what stands here."""
        self.board.write(self.number, value)

    def read(self) -> Any:
        """What stands here, perhaps from a process before this one; None if nothing does."""
        return self.board.read(self.number)

    def others(self) -> list[Any]:
        """What stands at all other places."""
        found = [self.board.read(number) for number in range(self.board.places) if number != self.number]
        return [value for value in found if value is not None]
