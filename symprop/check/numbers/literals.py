"""Numbers as they are printed: their value, and what their last digit is worth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from symprop.check.numbers.worlds import Quantity
from symprop.check.trees import nodes
from symprop.evaluation.context import Real, arithmetic
from symprop.model.expr import Expr, Mul, Neg, Number, Pow
from symprop.model.written import Group, Product

_MOST_DECIMALS = 60
_LARGEST_POWER = 300
ENOUGH = 3
"""Significant digits from which on a number is recognised as the rounding of another."""
_MANY = 4
"""Significant digits from which on a last digit may be off by one even if nothing had to be rounded."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A printed number: its value, the worth of its last digit (0 for whole numbers, which are exact), its significant digits."""

    value: Fraction
    unit: Fraction
    digits: int

    @property
    def half(self) -> Fraction:
        """Half a unit of the last digit."""
        return self.unit / 2

    def negated(self) -> Literal:
        """The number with the other sign."""
        return Literal(-self.value, self.unit, self.digits)


def literal(expr: Expr) -> Literal | None:
    """*expr* as a printed number (``0.40``, ``-3``, ``2.5 · 10^{-3}``); None if it is anything else."""
    if isinstance(expr, Group) and len(expr.items) == 1:
        return literal(expr.items[0])
    if isinstance(expr, Neg):
        inner = literal(expr.operand)
        return None if inner is None else inner.negated()
    if isinstance(expr, Number):
        return _number(expr)
    if isinstance(expr, Product | Mul) and len(expr.factors) == 2:
        inner, power = literal(expr.factors[0]), _power_of_ten(expr.factors[1])
        if inner is not None and power is not None:
            return Literal(inner.value * power, (inner.unit or Fraction(1)) * power, inner.digits)
    return None


def decimals(expr: Expr) -> dict[Number, Literal]:
    """The numbers with decimals in *expr*, in order."""
    found: dict[Number, Literal] = {}
    for node in nodes(expr):
        if isinstance(node, Number):
            printed = _number(node)
            if printed is not None and printed.unit:
                found[node] = printed
    return found


def _number(number: Number) -> Literal | None:
    text = number.spelling.strip() or _decimal(number.value)
    whole, dot, places = text.partition(".")
    if not (whole + places).isdigit():
        return Literal(number.value, Fraction(0), 1) if number.value.denominator == 1 else None
    unit = Fraction(1, 10 ** len(places)) if dot and places else Fraction(0)
    return Literal(number.value, unit, max(1, len((whole + places).lstrip("0"))))


def _decimal(value: Fraction) -> str:
    """The shortest decimal of *value*, "" if it has none."""
    for places in range(_MOST_DECIMALS):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(scaled.numerator).rjust(places + 1, "0")
            return f"{digits[:-places]}.{digits[-places:]}" if places else digits
    return ""


def _power_of_ten(expr: Expr) -> Fraction | None:
    if isinstance(expr, Group) and len(expr.items) == 1:
        return _power_of_ten(expr.items[0])
    if not (isinstance(expr, Pow) and expr.base == Number(Fraction(10))):
        return None
    exponent = literal(expr.exponent)
    if exponent is None or exponent.value.denominator != 1 or abs(exponent.value) > _LARGEST_POWER:
        return None
    return Fraction(10) ** int(exponent.value)


class Grade(Enum):
    """How well a printed number gives a value, best first."""

    RIGHT = 0
    ROUNDING = 1  # one unit of the last digit more or less
    WHOLE = 2  # right only if rounded to a whole number, which nothing says
    OFF = 3


def grade(quantity: Quantity, printed: Literal, *, approximate: bool = False) -> Grade:
    """How well *printed* gives a value.

    Right is what is within half a unit of the last digit; one unit more is rounding, where enough digits are printed to tell it
    from a mistake.  Whole numbers are exact unless the document says *approximate*.
    """
    found = _grade(quantity.value, 0, printed, approximate=approximate)
    return (
        found
        if found is Grade.RIGHT or not quantity.slack
        else _grade(quantity.value, quantity.slack, printed, approximate=approximate)
    )


def _grade(value: Real, slack: Real, printed: Literal, *, approximate: bool) -> Grade:
    number = arithmetic().number
    unit = number(printed.unit or (1 if approximate else 0))
    distance = abs(value - number(printed.value)) - slack - _TINY * max(1, abs(value))
    if distance <= unit / 2:
        return Grade.RIGHT
    if not unit:
        return Grade.WHOLE if distance < _HALF and not _is_whole(value) else Grade.OFF
    if distance > 3 * unit / 2:
        return Grade.OFF
    if approximate or printed.digits >= _MANY or _cut_off(value, unit, printed):
        return Grade.ROUNDING
    if printed.digits < ENOUGH or (not slack and _is_whole(value / unit)):
        return Grade.OFF
    return Grade.ROUNDING


_TINY = 1e-30
_HALF = 0.5


def _cut_off(value: Real, unit: Real, printed: Literal) -> bool:
    """Whether a value that does not end there was cut off behind its second digit or a later one: 2/3 as 0.66."""
    rest = abs(value) - abs(arithmetic().number(printed.value))
    return printed.digits > 1 and (value > 0) == (printed.value > 0) and _TINY < rest < unit and not _is_whole(value / unit)


def _is_whole(value: Real) -> bool:
    return bool(abs(value - round(value)) <= _TINY * max(1, abs(value)))
