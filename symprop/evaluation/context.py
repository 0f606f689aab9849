"""Numbers of many digits, in contexts of our own: mpmath's global precision is never read or changed."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from mpmath import MPContext

from symprop.evaluation.trouble import OutOfDomain

Real = Any
"""A number of an :class:`Arithmetic` (``mpf``; mpmath has no types)."""

WORKING_DIGITS = 50
"""What points are evaluated with."""
AUDIT_DIGITS = 120
"""What a difference is looked at with before it counts: rounding shrinks, a real difference stays."""
DEEP_DIGITS = 600
"""What a tiny difference is looked at with: 1 - σ(300) is 0 to 130 digits."""
SOLVING_DIGITS = 200
"""What assumptions are solved with: more than any later use needs."""

TOLERANCE = Fraction(1, 10**30)
"""Relative difference up to which two values count as equal."""

LARGEST_ARGUMENT = 10**6
"""Arguments beyond are refused: exp(exp(exp(9))) has more digits than the machine has memory."""


class Arithmetic:
    """Real arithmetic with a fixed number of significant digits; get it from :func:`arithmetic`."""

    def __init__(self, digits: int) -> None:
        self.digits = digits
        self.mp = MPContext()
        self.mp.dps = digits
        self.zero: Real = self.mp.mpf(0)
        self.one: Real = self.mp.mpf(1)
        self.tie_relative: Real = self.mp.mpf(10) ** -(digits // 2)
        self.tie_absolute: Real = self.mp.mpf(10) ** -(digits * 4 // 5)
        self.tolerance: Real = self.number(TOLERANCE)

    def number(self, value: object) -> Real:
        """*value* (an exact number or a real of another context) rounded to this context's digits."""
        if isinstance(value, Fraction):
            return self.mp.mpf(value.numerator) / value.denominator
        return self.mp.mpf(value)

    def moderate(self, value: Real) -> Real:
        """*value* itself.

        Raises:
            OutOfDomain: it is too large to be an argument of a transcendental function.
        """
        if abs(value) > LARGEST_ARGUMENT:
            raise OutOfDomain("a number is too large")
        return value

    def integer(self, value: Real) -> int | None:
        """*value* as an int, None if it is no integer."""
        return int(value) if self.mp.isint(value) else None

    def text(self, value: Real, digits: int = 12) -> str:
        """*value* as a short decimal."""
        return str(self.mp.nstr(value, digits))


@cache
def arithmetic(digits: int = WORKING_DIGITS) -> Arithmetic:
    """The arithmetic with so many digits; one context each, whose precision nobody changes."""
    return Arithmetic(digits)
