"""Values against printed numbers: one of several readings is enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symprop.check.numbers.literals import Grade, Literal, decimals, grade
from symprop.check.numbers.reckoning import Reckoner
from symprop.check.numbers.worlds import Quantity
from symprop.check.trees import transformed
from symprop.evaluation.context import Real, arithmetic
from symprop.model.expr import Expr, Number, Ref

_MANY = 4
_EXACT = 1e-30


@dataclass(frozen=True, slots=True)
class Comparison:
    """The best grade, and the reading that has it."""

    grade: Grade
    best: int = 0


def compare(values: Sequence[Quantity], printed: Literal, *, approximate: bool = False) -> Comparison:
    """How well *printed* gives one of *values*."""
    grades = [grade(quantity, printed, approximate=approximate) for quantity in values]
    best = min(range(len(grades)), key=lambda place: grades[place].value)
    return Comparison(grades[best], best)


def compare_expressions(left: Sequence[Quantity], right: Sequence[Quantity], expr: Expr, reckoner: Reckoner) -> Comparison:
    """Whether two expressions of numbers are equal in a reading; long numbers in *expr*, the right one, may be rounded."""
    pairs = [(a, b) for a in left for b in right]
    if any(_equal(a, b, 0) for a, b in pairs):
        return Comparison(Grade.RIGHT)
    room = _room(expr, reckoner)
    if room and any(_equal(a, b, room) for a, b in pairs):
        return Comparison(Grade.RIGHT)
    if room and any(_equal(a, b, 3 * room) for a, b in pairs):
        return Comparison(Grade.ROUNDING)
    return Comparison(Grade.OFF)


def _equal(a: Quantity, b: Quantity, room: Real) -> bool:
    distance = abs(a.value - b.value) - room - _EXACT * max(abs(a.value), abs(b.value), 1)
    return bool(distance <= 0 or distance <= a.slack + b.slack)


def _room(expr: Expr, reckoner: Reckoner) -> Real:
    """How far an expression may be off because its long numbers are rounded, each by half a unit."""
    number = arithmetic().number
    rounded = {node: printed for node, printed in decimals(expr).items() if printed.digits >= _MANY}
    names: dict[Expr, str] = {node: f"#{place}" for place, node in enumerate(rounded)}
    if not rounded:
        return 0
    made = transformed(expr, lambda node: Ref(names[node]) if isinstance(node, Number) and node in names else node)
    known = {names[node]: Quantity(number(node.value), number(printed.half)) for node, printed in rounded.items()}
    result = reckoner.value(made, known)
    return result.slack if isinstance(result, Quantity) else 0
