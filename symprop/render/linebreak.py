"""Break a long formula where a person would: before a term, else before a factor, inside brackets only if need be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar


class Piece(Protocol):
    """Something that stays on one line; ``cost`` is the reluctance to break before it, None: never."""

    @property
    def width(self) -> float:
        """In the unit of the room."""

    @property
    def cost(self) -> int | None:
        """Lower breaks first."""


P = TypeVar("P", bound=Piece)

SUM, PRODUCT, DEEPER = 0, 1, 4
"""Reluctance to break before a term, before a factor, and per level of brackets around it."""

_STUB = 0.3  # a line shorter than this share of the room looks like a mistake, so it takes the next piece along


@dataclass(frozen=True, slots=True)
class Room:
    """How wide the first line and the lines after it may be."""

    first: float
    rest: float


def break_lines(pieces: Sequence[P], room: Room, above: int = -1) -> list[list[P]]:
    """*pieces* in lines that fit into *room*, as far as breaks of a cost over *above* permit.

    All breaks of the lowest cost are one level: the parts between them are packed into lines; a part that is too
    long by itself is broken at the next level, and so on.
    """
    level = min((p.cost for p in pieces[1:] if p.cost is not None and p.cost > above), default=None)
    if _width(pieces) <= room.first or level is None:
        return [list(pieces)]
    lines: list[list[P]] = []
    line: list[P] = []
    for part in _split(pieces, level):
        limit = room.rest if lines else room.first
        if _width(line) + _width(part) <= limit:
            line += part
            continue
        stub = _width(line) < _STUB * limit and _width(part) > room.rest
        if line and not stub:
            lines.append(line)
            line, limit = [], room.rest
        *done, line = break_lines(line + part, Room(limit, room.rest), level)
        lines += done
        if done and level % DEEPER == SUM:  # a term that took several lines ends the last of them
            lines.append(line)
            line = []
    return [*lines, line] if line else lines


def _width(pieces: Sequence[P]) -> float:
    return sum(piece.width for piece in pieces)


def _split(pieces: Sequence[P], level: int) -> list[list[P]]:
    """*pieces* cut before each one whose cost is *level*."""
    parts = [[pieces[0]]]
    for piece in pieces[1:]:
        if piece.cost == level:
            parts.append([])
        parts[-1].append(piece)
    return parts
