"""Smart constructors: the light tidying that a person does while writing, and nothing more.

They drop zeros and ones, collect the sign and the numeric coefficient of a product in front, merge numbers,
cancel equal factors of a fraction and combine like terms of a sum.  They never expand, never reorder what
remains and never flip a difference: ``-(t - r)`` stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction

from symprop.model.expr import ONE, ZERO, Add, Div, Expr, Hadamard, Mul, Neg, Number, Pow


def number(value: Fraction | int, *, decimal: bool = False) -> Expr:
    """An exact number: an integer, a decimal (on request, if it terminates) or a fraction of integers."""
    value = Fraction(value)
    if value < 0:
        return Neg(number(-value, decimal=decimal))
    if value.denominator == 1 or (decimal and _terminates(value)):
        return Number(value)
    return Div(Number(Fraction(value.numerator)), Number(Fraction(value.denominator)))


def numeric_value(expr: Expr) -> Fraction | None:
    """The value of *expr* if it is built of literals by ``-`` and ``/`` only, else None."""
    if isinstance(expr, Number):
        return expr.value
    if isinstance(expr, Neg):
        inner = numeric_value(expr.operand)
        return None if inner is None else -inner
    if isinstance(expr, Div):
        top, bottom = numeric_value(expr.numerator), numeric_value(expr.denominator)
        return None if top is None or not bottom else top / bottom
    return None


def split(expr: Expr) -> tuple[Fraction, tuple[Expr, ...]]:
    """``(coefficient, factors)`` with ``expr = coefficient · Π factors``; the sign is in the coefficient."""
    coefficient, factors, _ = _split(expr)
    return coefficient, tuple(factors)


def product(*factors: Expr) -> Expr:
    """``Π factors`` with the coefficient in front; ``1`` for no factors, ``0`` if one is 0."""
    coefficient = Fraction(1)
    rest: list[Expr] = []
    literals: list[Expr] = []
    for factor in factors:
        part, more, numbers = _split(factor)
        coefficient *= part
        rest += more
        literals += numbers
    reciprocals = [f for f in rest if isinstance(f, Div) and f.numerator == ONE]
    if reciprocals and len(rest) > 1:
        above = [f for f in rest if not any(f is r for r in reciprocals)]
        return quotient(_assemble(coefficient, above, literals), product(*(r.denominator for r in reciprocals)))
    return _assemble(coefficient, rest, literals)


def negative(expr: Expr) -> Expr:
    """``-expr``, with double signs removed and the sign of a product in front of it."""
    if isinstance(expr, Neg):
        return expr.operand
    if _is_zero(expr):
        return ZERO
    coefficient, factors, literals = _split(expr)
    if coefficient < 0:
        return _assemble(-coefficient, factors, literals)
    return Neg(expr)


def total(*terms: Expr) -> Expr:
    """``Σ terms``: nested sums opened, zeros dropped, literals merged, like terms combined where the first stood."""
    slots: dict[object, tuple[Fraction, tuple[Expr, ...], Expr]] = {}
    for term in _flatten(terms):
        coefficient, factors, _ = _split(term)
        if coefficient == 0:
            continue
        key = frozenset(Counter(factors).items())
        if key in slots:
            known, kept, _ = slots[key]
            merged = known + coefficient
            slots[key] = (merged, kept, _assemble(merged, list(kept), []))
        else:
            slots[key] = (coefficient, tuple(factors), term)
    parts = [expr for coefficient, _, expr in slots.values() if coefficient != 0]
    if not parts:
        return ZERO
    return parts[0] if len(parts) == 1 else Add(tuple(parts))


def quotient(numerator: Expr, denominator: Expr) -> Expr:
    """``numerator / denominator`` with equal factors cancelled and the sign in front."""
    top, upper, literals = _split(numerator)
    bottom, lower, _ = _split(denominator)
    if bottom == 0:
        return Div(numerator, denominator)
    upper, lower = _cancel(upper, lower)
    coefficient = top / bottom
    if not lower:
        return _assemble(coefficient, upper, literals if bottom == 1 else [])
    sign = -1 if coefficient < 0 else 1
    coefficient = abs(coefficient)
    above = _assemble(Fraction(coefficient.numerator), upper, [])
    below = _assemble(Fraction(coefficient.denominator), lower, [])
    if _is_zero(above):
        return ZERO
    return Neg(Div(above, below)) if sign < 0 else Div(above, below)


def power(base: Expr, exponent: Expr) -> Expr:
    """``base ^ exponent`` for exponents 0 and 1 written as ``1`` and ``base``."""
    value = numeric_value(exponent)
    if value == 0:
        return ONE
    if value == 1 or base == ONE:
        return base
    return Pow(base, exponent)


def shifted(expr: Expr, amount: int) -> Expr:
    """The index expression ``expr + amount``, with constants merged: ``(t - 1)`` shifted by 1 is ``t``."""
    terms = list(expr.terms) if isinstance(expr, Add) else [expr]
    constant = Fraction(amount)
    rest: list[Expr] = []
    for term in terms:
        value = numeric_value(term)
        if value is None:
            rest.append(term)
        else:
            constant += value
    if not rest:
        return number(constant)
    if constant:
        rest.append(number(constant))
    return rest[0] if len(rest) == 1 else Add(tuple(rest))


def tidy(expr: Expr) -> Expr:
    """*expr* rebuilt with the smart constructors, bottom-up."""
    from symprop.model.walk import transform

    return transform(expr, retidy)


def retidy(node: Expr) -> Expr | None:
    """One node rebuilt by its smart constructor; None for nodes that have none."""
    if isinstance(node, Add):
        return total(*node.terms)
    if isinstance(node, Neg):
        return negative(node.operand)
    if isinstance(node, Mul):
        return product(*node.factors)
    if isinstance(node, Div):
        return quotient(node.numerator, node.denominator)
    if isinstance(node, Pow):
        return power(node.base, node.exponent)
    return None


def _terminates(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def _is_zero(expr: Expr) -> bool:
    return isinstance(expr, Number) and expr.value == 0


def _split(expr: Expr) -> tuple[Fraction, list[Expr], list[Expr]]:
    """Coefficient, other factors, and the literal nodes the coefficient came from (to keep their spelling)."""
    if isinstance(expr, Number):
        return expr.value, [], [expr]
    if isinstance(expr, Neg):
        coefficient, factors, literals = _split(expr.operand)
        return -coefficient, factors, literals
    if isinstance(expr, Mul | Hadamard):
        coefficient, factors, literals = Fraction(1), list[Expr](), list[Expr]()
        for factor in expr.factors:
            part, more, numbers = _split(factor)
            coefficient *= part
            factors += more
            literals += numbers
        return coefficient, factors, literals
    if isinstance(expr, Div):
        value = numeric_value(expr)
        if value is not None:
            return value, [], [expr]
        bottom = numeric_value(expr.denominator)
        if bottom:
            coefficient, factors, literals = _split(expr.numerator)
            return coefficient / bottom, factors, [*literals, Div(ONE, expr.denominator)]
        if isinstance(expr.numerator, Neg):
            coefficient, factors, literals = _split(expr.numerator)
            return -1 * Fraction(1), [Div(_assemble(-coefficient, factors, literals), expr.denominator)], []
    return Fraction(1), [expr], []


def _assemble(coefficient: Fraction, factors: Sequence[Expr], literals: Sequence[Expr]) -> Expr:
    if coefficient == 0:
        return ZERO
    sign, magnitude = coefficient < 0, abs(coefficient)
    parts = list(factors)
    if magnitude != 1 or not parts:
        # A single literal that was not changed keeps the author's spelling (0.50, ½).
        kept = next((lit for lit in literals if len(literals) == 1 and numeric_value(lit) == magnitude), None)
        decimal = any(isinstance(lit, Number) and lit.value.denominator != 1 for lit in literals)
        parts.insert(0, kept if kept is not None else number(magnitude, decimal=decimal))
    made = parts[0] if len(parts) == 1 else Mul(tuple(parts))
    return Neg(made) if sign else made


def _flatten(terms: Iterable[Expr]) -> Iterable[Expr]:
    for term in terms:
        if isinstance(term, Add):
            yield from _flatten(term.terms)
        else:
            yield term


def _base_and_exponent(factor: Expr) -> tuple[Expr, int]:
    if isinstance(factor, Pow):
        exponent = numeric_value(factor.exponent)
        if exponent is not None and exponent.denominator == 1 and exponent > 0:
            return factor.base, int(exponent)
    return factor, 1


def _cancel(upper: Sequence[Expr], lower: Sequence[Expr]) -> tuple[list[Expr], list[Expr]]:
    below = Counter[Expr]()
    for factor in lower:
        base, exponent = _base_and_exponent(factor)
        below[base] += exponent
    above = Counter[Expr]()
    for factor in upper:
        base, exponent = _base_and_exponent(factor)
        above[base] += exponent
    common = above & below
    if not common:
        return list(upper), list(lower)
    return _without(upper, common), _without(lower, common)


def _without(factors: Sequence[Expr], common: Counter[Expr]) -> list[Expr]:
    left = Counter(common)
    kept: list[Expr] = []
    for factor in factors:
        base, exponent = _base_and_exponent(factor)
        drop = min(exponent, left[base])
        left[base] -= drop
        if exponent > drop:
            kept.append(factor if not drop else power(base, Number(Fraction(exponent - drop))))
    return kept
