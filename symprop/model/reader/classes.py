"""Classes of index positions that must have the same range: a union-find, with what is known about each class."""

from __future__ import annotations

from dataclasses import dataclass, field

from symprop.errors import Span
from symprop.model.expr import Expr

Bounds = tuple[Expr, Expr]


@dataclass
class Class:
    """What is known about positions that share one range.

    ``facts`` are ranges with the name of what gives them; ``hints`` are ranges of letters that the author wrote
    and that may be narrower; ``letters`` are the index letters of the class, ``leaves`` the axes of undeclared
    quantities in it.
    """

    facts: list[tuple[str, Bounds]] = field(default_factory=list)
    hints: list[Bounds] = field(default_factory=list)
    letters: list[tuple[str, Span | None]] = field(default_factory=list)
    leaves: list[tuple[str, int]] = field(default_factory=list)
    range: Bounds | None = None

    def absorb(self, other: Class) -> None:
        """Take over what *other* knows."""
        self.facts += other.facts
        self.hints += other.hints
        self.letters += other.letters
        self.leaves += other.leaves


class Classes:
    """Positions by number; :meth:`unite` says that two of them have the same range."""

    def __init__(self) -> None:
        self._parent: list[int] = []
        self._data: list[Class] = []

    def new(self) -> int:
        """A position of its own."""
        self._parent.append(len(self._parent))
        self._data.append(Class())
        return len(self._parent) - 1

    def root(self, position: int) -> int:
        """The representative of the class of *position*."""
        while self._parent[position] != position:
            self._parent[position] = self._parent[self._parent[position]]
            position = self._parent[position]
        return position

    def of(self, position: int) -> Class:
        """What is known about the class of *position*."""
        return self._data[self.root(position)]

    def unite(self, left: int, right: int) -> None:
        """*left* and *right* have the same range.  The older position stays the representative."""
        first, second = sorted((self.root(left), self.root(right)))
        if first != second:
            self._parent[second] = first
            self._data[first].absorb(self._data[second])

    def all(self) -> list[Class]:
        """Every class once, oldest first."""
        return [self._data[i] for i in range(len(self._parent)) if self._parent[i] == i]
