"""Constants are folded, and signs put where they cost nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from symprop.codegen.program import Line, Program
from symprop.model.build import numeric_value
from symprop.model.expr import Add, Apply, Div, Expr, Hadamard, Mul, Neg, Number, Pow
from symprop.model.walk import transform

_LARGEST = 64
"""Exponents up to which a power of literals is worked out."""


def constants_folded(program: Program) -> Program:
    """*program* with each part that consists of literals as one literal, and halves as factors."""
    return _each(program, _fold)


def signs_absorbed(program: Program) -> Program:
    """*program* with ``−(a − b)·c`` as ``(b − a)·c``: the derivation keeps the sign in front, a target would negate."""
    return _each(program, _turn)


def _each(program: Program, change: Callable[[Expr], Expr | None]) -> Program:
    def line(one: Line) -> Line:
        expr = transform(one.expr, change)
        return one if expr == one.expr else replace(one, expr=expr)

    return replace(program, lines=tuple(map(line, program.lines)))


def _fold(node: Expr) -> Expr | None:
    value = _value(node)
    if value is not None:
        return None if _is_literal(node) else literal(value)
    if isinstance(node, Div):
        below = numeric_value(node.denominator)
        if below and _is_power_of_two(below):
            return Mul((literal(1 / below), node.numerator))
    return None


def _value(node: Expr) -> Fraction | None:
    value = numeric_value(node)
    if value is not None:
        return value
    if isinstance(node, Add):
        terms = [numeric_value(term) for term in node.terms]
        return None if None in terms else sum((t for t in terms if t is not None), Fraction(0))
    if isinstance(node, Mul | Hadamard):
        made = Fraction(1)
        for factor in node.factors:
            part = numeric_value(factor)
            if part is None:
                return None
            made *= part
        return made
    if isinstance(node, Pow):
        base, exponent = numeric_value(node.base), numeric_value(node.exponent)
        if base is not None and exponent is not None and exponent.denominator == 1 and 0 <= exponent <= _LARGEST:
            return base ** int(exponent)
    return None


def literal(value: Fraction) -> Expr:
    """*value* as one literal, a negative one with a sign."""
    return Number(value) if value >= 0 else Neg(Number(-value))


def _is_literal(node: Expr) -> bool:
    return isinstance(node, Number) or (isinstance(node, Neg) and isinstance(node.operand, Number))


def _is_power_of_two(value: Fraction) -> bool:
    return (value > 0 and value.numerator == 1) or (value.denominator == 1 and value.numerator & (value.numerator - 1) == 0)


def _turn(node: Expr) -> Expr | None:
    if isinstance(node, Apply) and node.function == "abs" and isinstance(node.arguments[0], Neg):
        return replace(node, arguments=(node.arguments[0].operand,))
    if isinstance(node, Mul):
        return _signs_out(node)
    if not isinstance(node, Neg):
        return None
    inner = node.operand
    if isinstance(inner, Neg):
        return inner.operand
    if isinstance(inner, Add):
        return _turned(inner)
    if isinstance(inner, Mul):
        for place, factor in enumerate(inner.factors):
            made = _turned(factor)
            if made is not None:
                return replace(inner, factors=(*inner.factors[:place], made, *inner.factors[place + 1 :]))
    return None


def _signs_out(node: Mul) -> Expr | None:
    """``a·(−(b))`` as ``−(a·b)``."""
    count = sum(isinstance(factor, Neg) for factor in node.factors)
    if not count:
        return None
    made = Mul(tuple(f.operand if isinstance(f, Neg) else f for f in node.factors))
    if count % 2 == 0:
        return made
    turned = _turn(Neg(made))
    return Neg(made) if turned is None else turned


def _turned(node: Expr) -> Expr | None:
    """``b − a`` of ``a − b``; None unless one term of two is subtracted."""
    if isinstance(node, Add) and len(node.terms) == 2:
        a, b = node.terms
        if isinstance(b, Neg) and not isinstance(a, Neg):
            return Add((b.operand, Neg(a)))
    return None
