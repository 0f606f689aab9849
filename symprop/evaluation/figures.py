"""Worked numbers: values at the network's own numbers, rounded for print and judged against the full ones."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symprop.errors import InputError
from symprop.evaluation.context import AUDIT_DIGITS, TOLERANCE, Real, arithmetic
from symprop.evaluation.indices import rational
from symprop.evaluation.point import Key, KnownFunction, Point
from symprop.evaluation.trouble import Trouble
from symprop.evaluation.valuation import Valuation
from symprop.evaluation.verdict import Status, Verdict
from symprop.model.expr import Expr, Neg, Number
from symprop.model.network import Abbreviation, Network

LARGEST = 10**24
"""Values beyond are refused: nobody reads their digits, and there may be a hundred thousand of them."""


class Figures:
    """The values of a scalar network at its own ``values``.

    Args:
        network: without indices; ``values`` holds a literal or an exact number for every leaf that is asked for.
        abbreviations: further names.
        digits: decimals that are printed.
    """

    def __init__(self, network: Network, abbreviations: Mapping[str, Abbreviation], digits: int) -> None:
        self.digits = digits
        self._given = network.values
        self._valuation = Valuation(network, Point({}, self._draw, _unknown), abbreviations, arithmetic(AUDIT_DIGITS))
        self._known: dict[Expr, Fraction] = {}

    def value(self, expr: Expr) -> Fraction:
        """The value of *expr* to :data:`AUDIT_DIGITS` digits.

        Raises:
            InputError: it has none at these numbers, or one that is too large to be written out.
        """
        if expr not in self._known:
            try:
                value = _exact(self._valuation.value(expr))
            except Trouble as trouble:
                raise InputError(f"there are no numbers to show: {trouble}", expr.span) from trouble
            if abs(value) > LARGEST:
                raise InputError("a number is too large to be written out", expr.span, "give the leaves smaller values")
            self._known[expr] = value
        return self._known[expr]

    @property
    def at_kink(self) -> bool:
        """Is a value so far one where a derivative does not exist, and a convention stands for it?"""
        return self._valuation.ties > 0

    def rounded(self, expr: Expr) -> Expr:
        """The literal that is printed for *expr*: half a unit is rounded away from zero, trailing zeros are dropped."""
        return literal(self.value(expr), self.digits)

    def is_exact(self, expr: Expr, shown: Expr) -> bool:
        """Is the literal *shown* the very value of *expr*, as far as it was computed?"""
        return abs(rational(shown, {}) - self.value(expr)) <= _slack(self.value(expr))

    def stands_for(self, shown: Expr, expr: Expr) -> Verdict:
        """Is the literal *shown* within half a unit of its last printed digit of the value of *expr*?"""
        value = self.value(expr)
        near = abs(rational(shown, {}) - value) <= Fraction(1, 2 * 10**self.digits) + _slack(value)
        return self._verdict(near, rational(shown, {}), value)

    def same(self, left: Expr, right: Expr) -> Verdict:
        """Have *left* and *right* one value, to all digits that were computed?"""
        one, other = self.value(left), self.value(right)
        return self._verdict(abs(one - other) <= _slack(one), one, other)

    def _verdict(self, holds: bool, left: Fraction | int, right: Fraction) -> Verdict:
        if holds:
            return Verdict(Status.SAMPLED, f"agrees to {self.digits} decimals")
        return Verdict(Status.REFUTED, "differs at the given numbers", left=str(float(left)), right=str(float(right)))

    def _draw(self, key: Key) -> object:
        value = self._given.get(key[0])
        if isinstance(value, Expr):
            return Fraction(rational(value, {}))
        if isinstance(value, int | Fraction):
            return Fraction(value)
        raise InputError(f"{key[0]} has no value that is one number")


def literal(value: Fraction, digits: int) -> Expr:
    """*value* as a decimal literal with at most *digits* decimals."""
    units = int(abs(value) * 10**digits + Fraction(1, 2))
    whole, rest = divmod(units, 10**digits)
    decimals = f"{rest:0{digits}d}".rstrip("0") if rest else ""
    made = Number(Fraction(units, 10**digits), f"{whole}.{decimals}" if decimals else str(whole))
    return Neg(made) if value < 0 and units else made


def _slack(value: Fraction) -> Fraction:
    return TOLERANCE**3 * max(abs(value), Fraction(1))


def _exact(value: Real) -> Fraction:
    """A real of the evaluation as the fraction that it is."""
    mantissa, exponent = value.man_exp
    size = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if value < 0 else size


def _unknown(name: str) -> KnownFunction:
    raise InputError(f"the function {name} is unknown, so nothing that it gives has a number")
