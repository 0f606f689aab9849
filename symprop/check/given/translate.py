"""Expressions of networks in the nodes of documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symprop.check.given.spelling import USUAL, Spelling, as_written, number
from symprop.check.written_names import changed
from symprop.errors import InternalError
from symprop.model.expr import (
    Add,
    Apply,
    Div,
    Expr,
    Hadamard,
    Increment,
    Indicator,
    Mul,
    Neg,
    Number,
    Partial,
    Pow,
    Ref,
    Softmax,
    Sum,
)
from symprop.model.walk import substitute
from symprop.model.written import Big, Call, Derivative, Product


@dataclass(frozen=True)
class Translator:
    """Turns expressions of a network into those of a document.

    Args:
        plain: names that are no quantities: sizes, last positions.
        spelling: how the document writes names.
        renamed: heads of names that the document marks (``a`` as ``a^``).
    """

    plain: frozenset[str] = frozenset()
    spelling: Spelling = USUAL
    renamed: Mapping[str, str] | None = None

    def __call__(self, expr: Expr, bound: frozenset[str] = frozenset()) -> Expr:
        """The expression as a document would write it; *bound* are the index letters in force."""
        rule = _RULES.get(type(expr))
        if rule is None:
            raise InternalError(f"no document writes {type(expr).__name__}")
        return rule(self, expr, bound)

    def ref(self, ref: Ref, bound: frozenset[str] = frozenset()) -> Ref:
        """A reference."""
        if not ref.indices and (ref.name in bound or ref.name in self.plain):
            return Ref(ref.name)
        found = as_written(ref.name, tuple(self(index, bound) for index in ref.indices), self.spelling)
        return Ref((self.renamed or {}).get(found.name, found.name), found.indices)

    def each(self, exprs: tuple[Expr, ...], bound: frozenset[str]) -> tuple[Expr, ...]:
        """Several expressions."""
        return tuple(self(expr, bound) for expr in exprs)


def _product(t: Translator, expr: Mul, bound: frozenset[str]) -> Expr:
    return Product(t.each(expr.factors, bound), ("",) * (len(expr.factors) - 1))


def _call(t: Translator, expr: Apply, bound: frozenset[str]) -> Expr:
    return Call(as_written(expr.function), t.each(expr.arguments, bound), expr.primes)


def _sum(t: Translator, expr: Sum, bound: frozenset[str]) -> Expr:
    inside = bound | {expr.index}
    return Big("sum", t(expr.body, inside), (expr.index,), t(expr.lower, bound), t(expr.upper, bound))


def _softmax(t: Translator, expr: Softmax, bound: frozenset[str]) -> Expr:
    """The quotient of exponentials that it is."""
    if expr.index:
        assert expr.lower is not None
        assert expr.upper is not None
        inside = bound | {expr.index}
        one = substitute(expr.arguments[0], {Ref(expr.index): expr.at})
        total: Expr = Big(
            "sum", _exponential(t, expr.arguments[0], inside), (expr.index,), t(expr.lower, bound), t(expr.upper, bound)
        )
        return Div(_exponential(t, one, bound), total)
    at = number(expr.at)
    if at is None or not 1 <= at <= len(expr.arguments):
        raise InternalError("a softmax of a list has a place in the list")
    terms = tuple(_exponential(t, argument, bound) for argument in expr.arguments)
    return Div(terms[at - 1], Add(terms) if len(terms) > 1 else terms[0])


def _exponential(t: Translator, expr: Expr, bound: frozenset[str]) -> Expr:
    return Call(Ref("exp"), (t(expr, bound),))


_RULES: Mapping[type[Expr], Callable[..., Expr]] = {
    Number: lambda _t, e, _b: e,
    Ref: Translator.ref,
    Add: lambda t, e, b: Add(t.each(e.terms, b)),
    Neg: lambda t, e, b: Neg(t(e.operand, b)),
    Mul: _product,
    Hadamard: lambda t, e, b: Hadamard(t.each(e.factors, b)),
    Div: lambda t, e, b: Div(t(e.numerator, b), t(e.denominator, b)),
    Pow: lambda t, e, b: Pow(t(e.base, b), t(e.exponent, b)),
    Apply: _call,
    Softmax: _softmax,
    Sum: _sum,
    Indicator: lambda t, e, b: Indicator(t.each(e.operands, b), e.operators),
    Partial: lambda t, e, b: Derivative(t(e.of, b), t.ref(e.wrt, b)),
    Increment: lambda t, e, b: Ref(changed(t.ref(e.weight, b).name), t.ref(e.weight, b).indices),
}
