"""The lines of a document in normal form: chains of sides, each link a relation to be judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symprop.check.document import Reading, Side, Sign, Statement
from symprop.check.understanding.normalise import Normaliser, normaliser
from symprop.model.expr import Expr

EQUALITIES = frozenset({Sign.EQUALS, Sign.DEFINES, Sign.IDENTICAL, Sign.APPROXIMATES})
"""Signs that claim that both sides are equal."""


@dataclass(frozen=True, slots=True)
class Line:
    """A statement whose sides are in normal form; a chain that goes on begins with the last side of the statement before.

    ``number`` counts statements; ``exprs`` holds None for a side that could not be read.
    """

    number: int
    statement: Statement
    sides: tuple[Side, ...]
    exprs: tuple[Expr | None, ...]
    signs: tuple[Sign, ...]

    @property
    def links(self) -> Iterator[int]:
        """The places of the signs."""
        return iter(range(len(self.signs)))


def lines(reading: Reading, more: Sequence[Expr] = ()) -> tuple[list[Line], Normaliser]:
    """All statements in normal form; *more* are expressions from elsewhere that share the names."""
    exprs = [side.expr for statement in reading.statements for side in statement.sides if side.expr is not None]
    normal = normaliser([*exprs, *more])
    found: list[Line] = []
    for number, statement in enumerate(reading.statements):
        sides = statement.sides
        normalised = tuple(None if side.expr is None else normal(side.expr) for side in sides)
        if statement.continues and found and found[-1].sides:
            sides, normalised = (found[-1].sides[-1], *sides), (found[-1].exprs[-1], *normalised)
        signs = statement.signs[-(len(sides) - 1) :] if len(sides) > 1 else ()
        found.append(Line(number, statement, sides, normalised, signs))
    return found, normal
