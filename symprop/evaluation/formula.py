"""The jet of a function from the text of its definition: built-in functions are judged by what they are defined to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from symprop.evaluation import jets, primitives
from symprop.evaluation.context import Arithmetic, Real
from symprop.evaluation.jets import Jet
from symprop.evaluation.kinks import Observer, comparison, largest
from symprop.evaluation.trouble import UnknownName, Unsupported
from symprop.model.expr import Add, Apply, Div, Expr, Hadamard, Indicator, Mul, Neg, Number, Pow, Ref

EXTREMES: Mapping[str, int] = {"max": 1, "min": -1}
"""The sign with which each becomes a maximum."""


@dataclass(frozen=True, slots=True)
class Scope:
    """In which a formula is evaluated.

    ``parameters`` are the jets of its variables; ``outer`` gives the value of any other name (a constant as far as
    the formula is concerned), ``functions`` the jets of functions that the network declares.
    """

    arith: Arithmetic
    parameters: Mapping[str, Jet]
    observe: Observer
    outer: Callable[[Ref], Real]
    functions: Callable[[str, Jet], Jet | None]

    @property
    def like(self) -> Jet:
        """Any jet of the right length."""
        return next(iter(self.parameters.values()))

    def constant(self, value: Real) -> Jet:
        """A constant of the right length."""
        return jets.constant(value, self.like)


@cache
def definition(name: str) -> Expr | None:
    """The definition of a built-in function over ``x``, None for a primitive.

    Raises:
        UnknownName: there is no such function.
    """
    from symprop.model.forms import definition_form
    from symprop.model.functions import FUNCTIONS

    if name not in FUNCTIONS:
        raise UnknownName(f"the function {name} is not known")
    return definition_form(name, Ref("x"))


def jet(expr: Expr, scope: Scope) -> Jet:
    """The jet of a formula.

    Raises:
        Trouble: it has no value here, or uses more than a formula may (sums, partials).
    """
    rule = _RULES.get(type(expr))
    if rule is None:
        raise Unsupported("this kind of expression in the definition of a function")
    return rule(expr, scope)


def function_jet(name: str, inner: Jet, scope: Scope) -> Jet:
    """The jet of a function of one argument at a jet."""
    declared = scope.functions(name, inner)
    if declared is not None:
        return declared
    if name in primitives.PRIMITIVES:
        return primitives.apply(name, inner, scope.arith)
    body = definition(name)
    if body is None:
        raise Unsupported(f"the function {name} of one argument")
    return jet(body, replace(scope, parameters={"x": inner}, functions=_nothing_declared))


def _nothing_declared(_name: str, _inner: Jet) -> Jet | None:
    """A built-in definition means the built-in functions, whatever the network calls its own."""
    return None


def _ref(expr: Ref, scope: Scope) -> Jet:
    if not expr.indices and expr.name in scope.parameters:
        return scope.parameters[expr.name]
    return scope.constant(scope.outer(expr))


def _sum(expr: Add, scope: Scope) -> Jet:
    total = jet(expr.terms[0], scope)
    for term in expr.terms[1:]:
        total = jets.add(total, jet(term, scope))
    return total


def _product(expr: Mul | Hadamard, scope: Scope) -> Jet:
    # Brackets come first: where one is 0 the other factors need not have a value.
    ordered = sorted(expr.factors, key=lambda f: not isinstance(f, Indicator))
    total = scope.constant(scope.arith.one)
    for factor in ordered:
        part = jet(factor, scope)
        if isinstance(factor, Indicator) and part[0] == 0:
            return part
        total = jets.multiply(total, part)
    return total


def _power(expr: Pow, scope: Scope) -> Jet:
    base, exponent = jet(expr.base, scope), jet(expr.exponent, scope)
    whole = scope.arith.integer(exponent[0]) if not any(exponent[1:]) else None
    if whole is not None:
        return jets.whole_power(base, whole, scope.arith)
    return primitives.real_power(base, exponent, scope.arith)


def _apply(expr: Apply, scope: Scope) -> Jet:
    if expr.function in EXTREMES and not expr.primes:
        return _extreme(expr, scope)
    if len(expr.arguments) != 1:
        raise Unsupported(f"{expr.function} of several arguments in the definition of a function")
    inner = jet(expr.arguments[0], scope)
    if not expr.primes:
        return function_jet(expr.function, inner, scope)
    at = jets.variable(inner[0], len(inner) - 1 + expr.primes, scope.arith)
    outer = jets.differentiated(function_jet(expr.function, at, scope), expr.primes)
    return jets.substitute(outer, inner)


def _extreme(expr: Apply, scope: Scope) -> Jet:
    parts = [jet(argument, scope) for argument in expr.arguments]
    sign = EXTREMES[expr.function]
    best, tie = largest([sign * part[0] for part in parts], scope.arith)
    scope.observe(best == len(parts) - 1, tie)
    return parts[best]


def _indicator(expr: Indicator, scope: Scope) -> Jet:
    values = [jet(operand, scope)[0] for operand in expr.operands]
    holds, tie = comparison(values, expr.operators, scope.arith)
    scope.observe(holds, tie)
    return scope.constant(scope.arith.one if holds else scope.arith.zero)


_RULES: dict[type[Expr], Callable[..., Jet]] = {
    Number: lambda e, s: s.constant(s.arith.number(e.value)),
    Ref: _ref,
    Add: _sum,
    Neg: lambda e, s: jets.negative(jet(e.operand, s)),
    Mul: _product,
    Hadamard: _product,
    Div: lambda e, s: jets.divide(jet(e.numerator, s), jet(e.denominator, s)),
    Pow: _power,
    Apply: _apply,
    Indicator: _indicator,
}
