r"""One derivative as a beginner writes it, before any tidying.

``∂/∂o (½ (t - o)² + ½ (s - p)²)`` is ``½·2·(t - o)^(2-1)·(-1) + 0``: the power rule with its exponent not yet
worked out, and a zero for every term that does not depend on the variable.
"""

from __future__ import annotations

from symprop.calculus.partials import derivative
from symprop.model.build import numeric_value
from symprop.model.expr import ONE, ZERO, Add, Apply, Div, Expr, Hadamard, Mul, Neg, Pow, Ref, Sum
from symprop.model.network import Network
from symprop.model.walk import free_refs, substitute, walk

ZEROS_SHOWN = 4
"""Terms of a sum up to which its zeros are written down."""


def elementary(network: Network, expr: Expr, wrt: Ref) -> Expr | None:
    """``∂expr/∂wrt`` untidied; None where this has nothing to add (a sum over an index, a quotient)."""
    if any(isinstance(node, Sum) for node in walk(expr)):
        return None
    try:
        return _raw(network, expr, wrt)
    except _NothingToAdd:
        return None


def _raw(network: Network, expr: Expr, wrt: Ref) -> Expr:
    if expr == wrt:
        return ONE
    if wrt not in free_refs(expr):
        return ZERO
    if isinstance(expr, Add):
        parts = [_raw(network, term, wrt) for term in expr.terms]
        if len(parts) > ZEROS_SHOWN:
            parts = [part for part in parts if part != ZERO]
        return parts[0] if len(parts) == 1 else Add(tuple(parts))
    if isinstance(expr, Neg):
        return Neg(_raw(network, expr.operand, wrt))
    if isinstance(expr, Mul | Hadamard):
        return _raw_product(network, expr, wrt)
    if isinstance(expr, Div) and numeric_value(expr.denominator) is not None:
        return Div(_raw(network, expr.numerator, wrt), expr.denominator)
    if isinstance(expr, Pow) and numeric_value(expr.exponent) is not None:
        lowered = Pow(expr.base, Add((expr.exponent, Neg(ONE))))
        inner = _inner(network, expr.base, wrt)
        return Mul((expr.exponent, lowered, *inner))
    if isinstance(expr, Apply) and len(expr.arguments) == 1:
        slope = derivative(network, Apply(expr.function, (_HOLE,), expr.primes, spelling=expr.spelling), _HOLE, textbook=False)
        outer = substitute(slope, {_HOLE: expr.arguments[0]})
        inner = _inner(network, expr.arguments[0], wrt)
        return Mul((outer, *inner)) if inner else outer
    raise _NothingToAdd


_HOLE = Ref("x")


class _NothingToAdd(Exception):
    """A construct whose tidied derivative is as elementary as can be."""


def _inner(network: Network, expr: Expr, wrt: Ref) -> tuple[Expr, ...]:
    """The inner derivative as factors; none if it is 1."""
    slope = derivative(network, expr, wrt, textbook=False)
    return () if slope == ONE else (slope,)


def _raw_product(network: Network, expr: Mul | Hadamard, wrt: Ref) -> Expr:
    terms: list[Expr] = []
    for place, factor in enumerate(expr.factors):
        part = _raw(network, factor, wrt)
        if part == ZERO:
            continue
        inner = part.factors if isinstance(part, Mul) else (part,)
        terms.append(Mul((*expr.factors[:place], *inner, *expr.factors[place + 1 :])))
    return terms[0] if len(terms) == 1 else Add(tuple(terms))
