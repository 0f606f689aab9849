"""Exact certificates: two sides that are the same quotient of polynomials in what stands in them.

Names, functions at their arguments, derivatives and sums are taken as they stand, as unknowns of the polynomials: what is equal
then is equal whatever they mean, as long as they are numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symprop.check.theory import Theory
from symprop.check.trees import nodes
from symprop.model.expr import Add, Div, Expr, Hadamard, Mul, Neg, Number, Pow, Ref
from symprop.model.written import Group, Outer, Product, Table, Transpose

Monomial = tuple[tuple[int, int], ...]
"""(unknown, exponent), in the order of the unknowns."""
Polynomial = dict[Monomial, Fraction]
Quotient = tuple[Polynomial, Polynomial]

_MOST = 400
"""Monomials in a polynomial: longer equalities are left to values."""
_LARGEST_EXPONENT = 12


class _TooLong(Exception):
    """A polynomial has too many terms."""


def proves(left: Expr, right: Expr, theory: Theory) -> bool:
    """Whether both sides are the same rational function of the numbers in them."""
    if left == right:
        return True
    if any(_is_array(node, theory) for side in (left, right) for node in nodes(side)):
        return False
    reader = _Reader()
    try:
        (a, b), (c, d) = reader.quotient(left), reader.quotient(right)
        return bool(b and d) and _times(a, d) == _times(c, b)
    except (_TooLong, RecursionError):
        return False


def _is_array(node: Expr, theory: Theory) -> bool:
    if isinstance(node, Ref):
        return bool(theory.rank(node.name, len(node.indices)) or theory.open_axes(node.name, len(node.indices)))
    return isinstance(node, Transpose | Outer | Table)


class _Reader:
    """Expressions as quotients; unknowns are numbered as they are met."""

    def __init__(self) -> None:
        self._unknowns: dict[Expr, int] = {}

    def quotient(self, expr: Expr) -> Quotient:
        """The expression as numerator and denominator."""
        rule = _RULES.get(type(expr))
        found = None if rule is None else rule(self, expr)
        if found is not None:
            return found
        unknown = self._unknowns.setdefault(expr, len(self._unknowns))
        return {((unknown, 1),): Fraction(1)}, _ONE


_ONE: Polynomial = {(): Fraction(1)}


def _number(_reader: _Reader, expr: Number) -> Quotient:
    return ({(): expr.value} if expr.value else {}), _ONE


def _sum(reader: _Reader, expr: Add) -> Quotient:
    total: Quotient = ({}, _ONE)
    for term in expr.terms:
        (a, b), (c, d) = total, reader.quotient(term)
        total = (_plus(a, c), b) if b == d else (_plus(_times(a, d), _times(c, b)), _times(b, d))
    return total


def _negative(reader: _Reader, expr: Neg) -> Quotient:
    above, below = reader.quotient(expr.operand)
    return {monomial: -value for monomial, value in above.items()}, below


def _product(reader: _Reader, expr: Product | Mul | Hadamard) -> Quotient:
    above, below = _ONE, _ONE
    for factor in expr.factors:
        a, b = reader.quotient(factor)
        above, below = _times(above, a), _times(below, b)
    return above, below


def _division(reader: _Reader, expr: Div) -> Quotient:
    (a, b), (c, d) = reader.quotient(expr.numerator), reader.quotient(expr.denominator)
    return _times(a, d), _times(b, c)


def _power(reader: _Reader, expr: Pow) -> Quotient | None:
    (above, below), exponent = reader.quotient(expr.base), reader.quotient(expr.exponent)
    whole = exponent[0].get((), Fraction(0))
    if set(exponent[0]) - {()} or exponent[1] != _ONE or whole.denominator != 1 or abs(whole) > _LARGEST_EXPONENT:
        return None
    if whole < 0:
        above, below = below, above
    result: Quotient = (_ONE, _ONE)
    for _ in range(abs(int(whole))):
        result = _times(result[0], above), _times(result[1], below)
    return result


def _group(reader: _Reader, expr: Group) -> Quotient | None:
    return reader.quotient(expr.items[0]) if len(expr.items) == 1 else None


def _plus(a: Polynomial, b: Polynomial) -> Polynomial:
    total = dict(a)
    for monomial, value in b.items():
        total[monomial] = total.get(monomial, Fraction(0)) + value
    return {monomial: value for monomial, value in total.items() if value}


def _times(a: Polynomial, b: Polynomial) -> Polynomial:
    if len(a) * len(b) > _MOST:
        raise _TooLong
    total: Polynomial = {}
    for left, x in a.items():
        for right, y in b.items():
            monomial = _joined(left, right)
            total[monomial] = total.get(monomial, Fraction(0)) + x * y
    return {monomial: value for monomial, value in total.items() if value}


def _joined(left: Monomial, right: Monomial) -> Monomial:
    powers = dict(left)
    for unknown, exponent in right:
        powers[unknown] = powers.get(unknown, 0) + exponent
    return tuple(sorted(powers.items()))


_RULES: dict[type[Expr], Callable[..., Quotient | None]] = {
    Number: _number,
    Add: _sum,
    Neg: _negative,
    Product: _product,
    Mul: _product,
    Hadamard: _product,
    Div: _division,
    Pow: _power,
    Group: _group,
}
