"""Comparing reals at a point: which side of a kink it lies on, and when that cannot be said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from symprop.evaluation.context import Arithmetic, Real
from symprop.evaluation.trouble import AtKink

Observer = Callable[[bool, bool], None]
"""Is told whether a gate is open, and whether the point lies on the kink itself (a tie).

At a tie the first of equal arguments is taken, so that relu'(0) = 0.  That is a convention: an agreement there is
one more point, a difference is no refutation.
"""

HOLDS: Mapping[str, Callable[[int], bool]] = {
    "=": lambda sign: sign == 0,
    "≠": lambda sign: sign != 0,
    "<": lambda sign: sign < 0,
    ">": lambda sign: sign > 0,
    "≤": lambda sign: sign <= 0,
    "≥": lambda sign: sign >= 0,
}
"""Whether ``a operator b`` holds, from the sign of ``a - b``."""


def sign(a: Real, b: Real, arith: Arithmetic) -> int:
    """The sign of ``a - b``; 0 only if they are exactly equal.

    Raises:
        AtKink: they are equal up to rounding, so that the sign is an accident.
    """
    gap = a - b
    if gap == 0:
        return 0
    if abs(gap) <= arith.tie_relative * max(abs(a), abs(b)) or abs(gap) <= arith.tie_absolute:
        raise AtKink("a comparison of two equal numbers")
    return 1 if gap > 0 else -1


def comparison(values: Sequence[Real], operators: Sequence[str], arith: Arithmetic) -> tuple[bool, bool]:
    """Whether a chain of comparisons holds, and whether one of them was between equal numbers."""
    signs = [sign(a, b, arith) for a, b in pairwise(values)]
    return all(HOLDS[op](s) for op, s in zip(operators, signs, strict=True)), 0 in signs


def largest(values: Sequence[Real], arith: Arithmetic) -> tuple[int, bool]:
    """The place of the largest value, and whether another one equals it."""
    best, tie = 0, False
    for place in range(1, len(values)):
        order = sign(values[place], values[best], arith)
        if order > 0:
            best, tie = place, False
        elif order == 0:
            tie = True
    return best, tie
