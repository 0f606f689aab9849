"""What a line of a document adds to what is known: printed values, and formulas that are said to be equal."""

from __future__ import annotations

from collections.abc import Sequence

from symprop.check.numbers.comparing import compare
from symprop.check.numbers.facts import Fact, Memory, entry
from symprop.check.numbers.literals import Grade, Literal, literal
from symprop.check.numbers.reckoning import Reckoner, readings
from symprop.check.numbers.worlds import Quantity
from symprop.check.theory import Theory
from symprop.check.understanding.definitions import is_numeric
from symprop.evaluation.context import arithmetic
from symprop.model.expr import Expr, Ref
from symprop.model.written import Derivative, Gradient

_LONG = 5
"""Significant digits from which on a number that nothing computes is taken for a rounded result, not for a datum."""


class Learner:
    """Adds lines to a memory.

    Args:
        memory: what is known.
        exact: values by the data alone.
        printed: values by all that was printed.
        theory: what the document says.
    """

    def __init__(self, memory: Memory, exact: Reckoner, printed: Reckoner, theory: Theory) -> None:
        self._memory = memory
        self._exact = exact
        self._printed = printed
        self._theory = theory

    def learn(self, exprs: Sequence[Expr], line: int) -> bool:
        """Take in the chain *exprs*; whether it prints a value."""
        formulas = [expr for expr in exprs if not is_numeric(expr)]
        named = [expr for expr in formulas if self._is_name(expr)]
        for about in named:
            for formula in formulas:
                self._memory.equate(about, formula)
        numeric = [expr for expr in exprs if is_numeric(expr)]
        if not numeric or not formulas:
            return False
        printed = next((found for expr in reversed(numeric) if (found := literal(expr)) is not None), None)
        full = self._full(formulas, numeric, printed)
        for about in named:
            fact = self._fact(about, full, printed, line)
            if fact is not None:
                self._memory.add(about, fact)
        return bool(named)

    def _is_name(self, expr: Expr) -> bool:
        if isinstance(expr, Ref):
            return entry(expr, self._theory) is not None
        return isinstance(expr, Derivative | Gradient)

    def _fact(self, about: Expr, full: Quantity | None, printed: Literal | None, line: int) -> Fact | None:
        value = self._exact.value(about)
        exact = value if isinstance(value, Quantity) else None
        if exact is not None and (printed is None or _good(exact, printed)):
            return Fact(exact, printed, line)
        right = exact is None
        if full is not None:
            return Fact(full, printed, line, right=right)
        if printed is None:  # a formula of numbers that has no value here
            return None
        rounded = printed.digits >= _LONG or not right
        number = arithmetic().number
        given = isinstance(about, Ref) and right
        return Fact(Quantity(number(printed.value), number(printed.half if rounded else 0)), printed, line, given, right)

    def _full(self, formulas: Sequence[Expr], numeric: Sequence[Expr], printed: Literal | None) -> Quantity | None:
        """The value that was printed, to all digits: by the formulas, else by the numbers before the printed one."""
        for reckoner, exprs in ((self._exact, formulas), (self._printed, formulas)):
            for expr in exprs:
                value = reckoner.value(expr) if not isinstance(expr, Ref) or reckoner is self._exact else None
                if isinstance(value, Quantity) and (printed is None or _good(value, printed)):
                    return value
        candidates = list(self._memory.quantities())
        for expr in numeric:
            if literal(expr) is None:
                for value in readings(self._exact, expr, candidates):
                    if printed is None or _good(value, printed):
                        return value
        return None


def _good(value: Quantity, printed: Literal) -> bool:
    return compare([value], printed).grade is not Grade.OFF
