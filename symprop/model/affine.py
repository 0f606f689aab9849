"""Index expressions as integer combinations of letters and sizes: ``t - 1``, ``2 j + m``, ``n - k + 1``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from symprop.model.build import number
from symprop.model.expr import Add, Div, Expr, Hadamard, Mul, Neg, Number, Ref


@dataclass(frozen=True, slots=True)
class Affine:
    """``constant + Σ coefficients[name] · name``; names keep the order of first appearance, none has coefficient 0."""

    coefficients: Mapping[str, Fraction]
    constant: Fraction

    def plus(self, other: Affine, factor: Fraction = Fraction(1)) -> Affine:
        """``self + factor · other``."""
        merged = dict(self.coefficients)
        for name, value in other.coefficients.items():
            merged[name] = merged.get(name, Fraction(0)) + factor * value
        return Affine({n: v for n, v in merged.items() if v}, self.constant + factor * other.constant)

    def scaled(self, factor: Fraction) -> Affine:
        """``factor · self``."""
        return Affine({n: v * factor for n, v in self.coefficients.items() if factor}, self.constant * factor)

    def without(self, name: str) -> Affine:
        """The same without the term of *name*."""
        return Affine({n: v for n, v in self.coefficients.items() if n != name}, self.constant)

    @property
    def expr(self) -> Expr:
        """As an expression: positive terms first, then the negative ones, then the constant."""
        terms = [_term(name, value) for name, value in self.coefficients.items() if value > 0]
        terms += [_term(name, value) for name, value in self.coefficients.items() if value < 0]
        if self.constant or not terms:
            terms.append(number(self.constant))
        return terms[0] if len(terms) == 1 else Add(tuple(terms))


def affine(expr: Expr) -> Affine | None:
    """*expr* as an integer combination, or None if it is not one (a product of letters, a fraction, …)."""
    handler = _AFFINE.get(type(expr))
    return None if handler is None else handler(expr)


def _ref(expr: Ref) -> Affine | None:
    return None if expr.indices else Affine({expr.name: Fraction(1)}, Fraction(0))


def _neg(expr: Neg) -> Affine | None:
    inner = affine(expr.operand)
    return None if inner is None else inner.scaled(Fraction(-1))


def _add(expr: Add) -> Affine | None:
    result = Affine({}, Fraction(0))
    for term in expr.terms:
        part = affine(term)
        if part is None:
            return None
        result = result.plus(part)
    return result


def _mul(expr: Mul | Hadamard) -> Affine | None:
    result = Affine({}, Fraction(1))
    for factor in expr.factors:
        part = affine(factor)
        if part is None or (part.coefficients and result.coefficients):
            return None
        result = part.scaled(result.constant) if part.coefficients else result.scaled(part.constant)
    return result


def _div(expr: Div) -> Affine | None:
    top, bottom = affine(expr.numerator), affine(expr.denominator)
    if top is None or bottom is None or bottom.coefficients or not bottom.constant:
        return None
    return top.scaled(1 / bottom.constant)


_AFFINE: Mapping[type[Expr], Callable[..., Affine | None]] = {
    Number: lambda e: Affine({}, e.value),
    Ref: _ref,
    Neg: _neg,
    Add: _add,
    Mul: _mul,
    Hadamard: _mul,
    Div: _div,
}


def difference(left: Expr, right: Expr) -> int | None:
    """``left - right`` if it is a known integer, else None: ``difference(n + 1, n) == 1``."""
    if left == right:
        return 0
    a, b = affine(left), affine(right)
    if a is None or b is None:
        return None
    gap = a.plus(b, Fraction(-1))
    return int(gap.constant) if not gap.coefficients and gap.constant.denominator == 1 else None


def _term(name: str, value: Fraction) -> Expr:
    magnitude = abs(value)
    term: Expr = Ref(name) if magnitude == 1 else Mul((number(magnitude), Ref(name)))
    return Neg(term) if value < 0 else term
