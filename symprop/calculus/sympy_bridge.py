"""To sympy and back.  The only room where sympy's symbols are made, all of them real, one per name.

Activations stay functions of sympy (``sigmoid(z)``) with their stated derivative, so that a derivative taken by
sympy reads like the textbook; ``plain=True`` writes them out instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp

from symprop.errors import InputError, InternalError
from symprop.model.build import number, numeric_value
from symprop.model.expr import (
    COMPARISONS,
    ONE,
    Add,
    Apply,
    Div,
    Expr,
    Hadamard,
    Indicator,
    Mul,
    Neg,
    Number,
    Pow,
    Ref,
    Softmax,
    Sum,
)
from symprop.model.forms import definition_form
from symprop.model.functions import FUNCTIONS
from symprop.model.network import Network

SympyExpr = Any
"""sympy has no types; this alias marks where its objects pass."""


@cache
def symbol(name: str) -> SympyExpr:
    """The one sympy symbol of that name: real."""
    return sp.Symbol(name, real=True)


def to_sympy(expr: Expr, network: Network | None = None) -> SympyExpr:
    """*expr* as a sympy expression, activation functions written out (``1/(1 + exp(-z))``).

    Declared functions are put in; unknown ones become undefined functions that sympy differentiates; brackets
    become ``Piecewise``; sums over symbolic ranges become ``Sum`` over ``Indexed``.

    Raises:
        InputError: *expr* holds a derivative (``∂E/∂w``), which has no value of its own in sympy.
    """
    return _ToSympy(network, primed).visit(expr)


def written_out(network: Network, expr: Expr) -> SympyExpr:
    """*expr* down to the leaves, as sympy; definitions with indices stay as they are named.

    Raises:
        InputError: as :func:`to_sympy`.
    """
    bridge = _ToSympy(network, undefined)
    made = bridge.visit(expr)
    for definition in reversed(network.definitions):
        if not definition.indices:
            made = made.xreplace({symbol(definition.name): bridge.visit(definition.expr)})
    return made


class _ToSympy:
    def __init__(self, network: Network | None, unknown: Callable[[str, int], SympyExpr]) -> None:
        self.functions = network.functions if network else {}
        self.unknown = unknown

    def visit(self, expr: Expr) -> SympyExpr:
        handler = _TO.get(type(expr))
        if handler is None:
            raise InputError("a derivative inside an expression has no counterpart in sympy", expr.span)
        return handler(self, expr)

    def visit_number(self, e: Number) -> SympyExpr:
        return sp.Rational(e.value.numerator, e.value.denominator)

    def visit_ref(self, e: Ref) -> SympyExpr:
        if not e.indices:
            return symbol(e.name)
        if all(numeric_value(i) is not None for i in e.indices):
            return symbol(f"{e.name}[{','.join(str(numeric_value(i)) for i in e.indices)}]")
        return sp.IndexedBase(e.name, real=True)[tuple(self.visit(i) for i in e.indices)]

    def visit_add(self, e: Add) -> SympyExpr:
        return sp.Add(*(self.visit(t) for t in e.terms))

    def visit_mul(self, e: Mul | Hadamard) -> SympyExpr:
        return sp.Mul(*(self.visit(f) for f in e.factors))

    def visit_apply(self, e: Apply) -> SympyExpr:
        arguments = [self.visit(a) for a in e.arguments]
        declared = self.functions.get(e.function)
        if declared is not None and declared.body is not None:
            x = symbol(declared.parameter)
            body = sp.diff(self.visit(declared.body), x, e.primes)
            return body.xreplace({x: arguments[0]})
        entry = FUNCTIONS.get(e.function)
        if declared is None and entry is not None:
            if e.primes:
                return _slope(e.function, e.primes).xreplace({_X: arguments[0]})
            return _builtin(e.function, tuple(arguments))
        return self.unknown(e.function, e.primes)(arguments[0])

    def visit_sum(self, e: Sum) -> SympyExpr:
        return sp.Sum(self.visit(e.body), (symbol(e.index), self.visit(e.lower), self.visit(e.upper)))

    def visit_softmax(self, e: Softmax) -> SympyExpr:
        if not e.index:
            place = numeric_value(e.at)
            if place is None:
                raise InputError("a softmax over a list needs a number as its component", e.span)
            parts = [sp.exp(self.visit(a)) for a in e.arguments]
            return parts[int(place) - 1] / sp.Add(*parts)
        assert e.lower is not None
        assert e.upper is not None
        index = symbol(e.index)
        body = sp.exp(self.visit(e.arguments[0]))
        return body.xreplace({index: self.visit(e.at)}) / sp.Sum(body, (index, self.visit(e.lower), self.visit(e.upper)))

    def visit_indicator(self, e: Indicator) -> SympyExpr:
        parts = [self.visit(o) for o in e.operands]
        links = [_RELATIONS[op](a, b) for op, a, b in zip(e.operators, parts, parts[1:], strict=False)]
        return sp.Piecewise((1, sp.And(*links)), (0, True))


_RELATIONS: Mapping[str, Callable[[SympyExpr, SympyExpr], SympyExpr]] = dict(
    zip(COMPARISONS, (sp.Eq, sp.Lt, sp.Gt, sp.Le, sp.Ge, sp.Ne), strict=True)
)

_TO: Mapping[type[Expr], Callable[..., SympyExpr]] = {
    Number: _ToSympy.visit_number,
    Ref: _ToSympy.visit_ref,
    Add: _ToSympy.visit_add,
    Neg: lambda s, e: -s.visit(e.operand),
    Mul: _ToSympy.visit_mul,
    Hadamard: _ToSympy.visit_mul,
    Div: lambda s, e: s.visit(e.numerator) / s.visit(e.denominator),
    Pow: lambda s, e: s.visit(e.base) ** s.visit(e.exponent),
    Apply: _ToSympy.visit_apply,
    Sum: _ToSympy.visit_sum,
    Softmax: _ToSympy.visit_softmax,
    Indicator: _ToSympy.visit_indicator,
}


_X = sp.Dummy("x", real=True)


@cache
def _slope(name: str, primes: int) -> SympyExpr:
    """A derivative of a function of the table, over ``_X``."""
    return sp.diff(_builtin(name, (_X,)), _X, primes)


@cache
def undefined(name: str, primes: int) -> Callable[[SympyExpr], SympyExpr]:
    """The unknown function as sympy has it: ``φ(u)``, and ``Subs(Derivative(φ(x), x), x, u)`` for its slope."""
    function = sp.Function(name)
    if not primes:
        return function  # type: ignore[no-any-return]
    return lambda argument: sp.Subs(sp.Derivative(function(_X), (_X, primes)), _X, argument)


@cache
def primed(name: str, primes: int) -> SympyExpr:
    """The unknown function ``name`` with *primes* primes as a function of its own, so that equal ones are equal."""

    def fdiff(self: SympyExpr, _argindex: int = 1) -> SympyExpr:
        return primed(name, primes + 1)(self.args[0])

    return type(name + "'" * primes, (sp.Function,), {"nargs": 1, "fdiff": fdiff})


_PRIMITIVES: Mapping[str, Callable[..., SympyExpr]] = {
    "exp": sp.exp,
    "log": sp.log,
    "sin": sp.sin,
    "cos": sp.cos,
    "tan": sp.tan,
    "sinh": sp.sinh,
    "cosh": sp.cosh,
    "arctan": sp.atan,
    "sqrt": sp.sqrt,
    "abs": sp.Abs,
    "erf": sp.erf,
    "max": sp.Max,
    "min": sp.Min,
    "normcdf": lambda x: (1 + sp.erf(x / sp.sqrt(2))) / 2,
    "normpdf": lambda x: sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi),
}


def _builtin(name: str, arguments: tuple[SympyExpr, ...]) -> SympyExpr:
    """A function of the table in terms of sympy's own, by its definition."""
    if name in _PRIMITIVES:
        return _PRIMITIVES[name](*arguments)
    form = definition_form(name, Ref("x"))
    if form is None:
        raise InternalError(f"{name} has neither a definition nor a counterpart in sympy")
    return to_sympy(form).xreplace({symbol("x"): arguments[0]})


_FUNCTION_NAMES: Mapping[str, str] = {
    "exp": "exp",
    "log": "log",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "tanh": "tanh",
    "sinh": "sinh",
    "cosh": "cosh",
    "atan": "arctan",
    "Abs": "abs",
    "erf": "erf",
    "Max": "max",
    "Min": "min",
}


def from_sympy(expr: SympyExpr) -> Expr:
    """A sympy expression in our tree; the order of terms and factors is sympy's own.

    Raises:
        InputError: a construct that the notation does not have (a matrix, an integral, a complex number).
    """
    if isinstance(expr, int | float | Fraction):
        value = Fraction(str(expr)) if isinstance(expr, float) else Fraction(expr)
        return number(value, decimal=isinstance(expr, float))
    if expr == sp.E:
        return Apply("exp", (ONE,))
    for kind, handler in _FROM:
        if isinstance(expr, kind):
            return handler(expr)
    raise InputError(f"{type(expr).__name__} of sympy has no counterpart in the notation")


def _piecewise_from(expr: SympyExpr) -> Expr:
    """``Piecewise((a, x > 0), (b, True))`` as ``[x > 0] a + [x ≤ 0] b``."""
    if len(expr.args) != 2 or expr.args[1][1] != sp.true or not isinstance(expr.args[0][1], sp.core.relational.Relational):
        raise InputError("a Piecewise of sympy needs one comparison and a case for all else")
    (first, condition), (second, _) = expr.args
    parts = ((first, condition), (second, sp.Not(condition)))
    return Add(tuple(Mul((_bracket_from(test), from_sympy(value))) for value, test in parts))


def _bracket_from(condition: SympyExpr) -> Indicator:
    for sign, kind in _RELATION_TYPES.items():
        if isinstance(condition, kind):
            return Indicator((from_sympy(condition.lhs), from_sympy(condition.rhs)), (sign,))
    raise InputError(f"the condition {condition} of sympy has no counterpart in the notation")


_RELATION_TYPES = {
    "=": sp.Equality,
    "≠": sp.Unequality,
    "<": sp.StrictLessThan,
    ">": sp.StrictGreaterThan,
    "≤": sp.LessThan,
    "≥": sp.GreaterThan,
}


def _power_from(expr: SympyExpr) -> Expr:
    base, exponent = expr.args
    if exponent == sp.Rational(1, 2):
        return Apply("sqrt", (from_sympy(base),))
    if exponent.could_extract_minus_sign():
        return Div(ONE, from_sympy(base**-exponent))
    return Pow(from_sympy(base), from_sympy(exponent))


def _function_from(expr: SympyExpr) -> Expr:
    name = type(expr).__name__
    known = _FUNCTION_NAMES.get(name, name)
    if known not in FUNCTIONS and len(expr.args) != 1:
        raise InputError(f"the function {name} of {len(expr.args)} arguments has no counterpart in the notation")
    return Apply(known, tuple(from_sympy(a) for a in expr.args))


def _ordered(expr: SympyExpr) -> tuple[SympyExpr, ...]:
    """Terms as sympy would print them, a positive one first."""
    terms = sp.Add.make_args(expr)
    printed = expr.as_ordered_terms() if isinstance(expr, sp.Add) else terms
    return tuple(sorted(printed, key=lambda t: t.could_extract_minus_sign()))


def _product_from(expr: SympyExpr) -> Expr:
    if expr.could_extract_minus_sign() and expr.as_coeff_Mul()[0] < 0:
        return Neg(from_sympy(-expr))
    above, below = sp.fraction(expr, exact=True)
    if below != 1:
        return Div(from_sympy(above), from_sympy(below))
    parts = [from_sympy(f) for f in expr.as_ordered_factors()]
    return parts[0] if len(parts) == 1 else Mul(tuple(parts))


_FROM: tuple[tuple[Any, Callable[[SympyExpr], Expr]], ...] = (
    (sp.Symbol, lambda e: Ref(str(e.name))),
    (sp.Rational, lambda e: number(Fraction(int(e.p), int(e.q)))),
    (sp.Float, lambda e: number(Fraction(str(e)), decimal=True)),
    (sp.Add, lambda e: Add(tuple(from_sympy(t) for t in _ordered(e)))),
    (sp.Mul, _product_from),
    (sp.Pow, _power_from),
    ((sp.Max, sp.Min), lambda e: Apply(type(e).__name__.lower(), tuple(from_sympy(a) for a in e.args))),
    (sp.Piecewise, _piecewise_from),
    (sp.exp, lambda e: Apply("exp", (from_sympy(e.args[0]),))),
    (sp.Function, _function_from),
)
