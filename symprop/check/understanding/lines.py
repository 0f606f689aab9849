"""The lines of a document in normal form: chains of sides, each link a relation to be judged."""

from __future__ import annotations

from collections import defaultdict
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

    ``number`` counts statements; ``exprs`` holds None for a side that could not be read, ``repaired`` what it means with a
    bracket more or less; ``words`` are those of the whole formula and before it.
    """

    number: int
    statement: Statement
    sides: tuple[Side, ...]
    exprs: tuple[Expr | None, ...]
    signs: tuple[Sign, ...]
    repaired: tuple[Expr | None, ...]
    words: str

    def meaning(self, side: int) -> Expr | None:
        """What a side means, if need be after its repair."""
        expr = self.exprs[side]
        return self.repaired[side] if expr is None else expr

    @property
    def links(self) -> Iterator[int]:
        """The places of the signs."""
        return iter(range(len(self.signs)))


def lines(reading: Reading, more: Sequence[Expr] = ()) -> tuple[list[Line], Normaliser]:
    """All statements in normal form; *more* are expressions from elsewhere that share the names."""
    exprs = [side.expr for statement in reading.statements for side in statement.sides if side.expr is not None]
    normal = normaliser([*exprs, *more])
    words: dict[int, str] = defaultdict(str)
    for statement in reading.statements:
        words[id(statement.formula)] += f" {statement.words}"
    found: list[Line] = []
    for number, statement in enumerate(reading.statements):
        sides = statement.sides
        exprs_here = tuple(None if side.expr is None else normal(side.expr) for side in sides)
        repaired = tuple(
            None if side.unread is None or side.unread.reading is None else normal(side.unread.reading) for side in sides
        )
        if statement.continues and found and found[-1].sides:
            before = found[-1]
            sides, exprs_here = (before.sides[-1], *sides), (before.exprs[-1], *exprs_here)
            repaired = (before.repaired[-1], *repaired)
        signs = statement.signs[-(len(sides) - 1) :] if len(sides) > 1 else ()
        said = f"{statement.formula.before} {words[id(statement.formula)]}"
        found.append(Line(number, statement, sides, exprs_here, signs, repaired, said))
    return found, normal
