"""Text that remembers where in its document each character stands, through every cut and replacement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

_ENDS_IN_COMMAND = re.compile(r"\\[A-Za-z]+\Z")
_LONGEST_COMMAND = 64  # letters looked back for the backslash; no command is longer

Edit = tuple[int, int, str]
"""Replace the characters ``[start, end)`` by a text."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A text and, for each of its characters and for its end, the offset in the document.

    Args:
        text: the characters.
        places: one more than characters, never falling; a range where the text is an untouched stretch of the document.
    """

    text: str
    places: Sequence[int]

    @classmethod
    def whole(cls, text: str) -> Placed:
        """The document itself."""
        return cls(text, range(len(text) + 1))

    def cut(self, start: int, end: int) -> Placed:
        """The characters ``[start, end)``."""
        return Placed(self.text[start:end], self.places[start : end + 1])

    def edited(self, edits: Iterable[Edit]) -> Placed:
        """The text with stretches replaced, in order and without overlap; what is new stands where the old began."""
        builder = Builder()
        done = 0
        for start, end, new in edits:
            builder.add(self.cut(done, start))
            builder.add(Placed(new, [self.places[start]] * (len(new) + 1)))
            done = end
        if not done and not builder.pieces:
            return self
        builder.add(self.cut(done, len(self.text)))
        return builder.built(self.places[-1])


class Builder:
    """Puts a text together from pieces."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self._places: list[int] = []
        self.size = 0

    def add(self, piece: Placed) -> None:
        """Append *piece* as it is."""
        if piece.text:
            self.pieces.append(piece.text)
            self._places.extend(piece.places[:-1])
            self.size += len(piece.text)

    def add_apart(self, piece: Placed) -> None:
        r"""Append *piece*, with a space where a command's name would otherwise run into its letters (``\partial`` and ``x``)."""
        if (
            piece.text[:1].isalpha()
            and self.pieces
            and _ENDS_IN_COMMAND.search(self.pieces[-1], max(0, len(self.pieces[-1]) - _LONGEST_COMMAND))
        ):
            self.add(Placed(" ", [piece.places[0], piece.places[0]]))
        self.add(piece)

    def built(self, end: int) -> Placed:
        """All pieces as one text that ends at the offset *end*; places are raised where they would fall."""
        return Placed("".join(self.pieces), tuple(accumulate([*self._places, end], max)))
