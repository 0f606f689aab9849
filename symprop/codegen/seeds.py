"""The rate at the seeds: adjoints are linear in each other, so a factor where they begin is a factor of every gradient."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from symprop.codegen.program import Kind, Line, Program, names_in
from symprop.model.expr import Add, Div, Expr, Hadamard, Mul, Neg, Ref, Sum

RATE_PER_EXAMPLE = "rate per example"
"""A name that no network can have: the rate over the number of examples."""


def scaled_seeds(program: Program) -> Program:
    """*program* with every adjoint and gradient times the rate per example, multiplied in once where the cost is.

    What is the same for all examples is multiplied with the whole rate: a mean over the examples does not divide it.
    """
    carriers = {line.name for line in program.lines if line.kind is Kind.ADJOINT}
    for line_ in program.lines:  # a part that adjoints share is linear in them, too
        if line_.kind is Kind.SHARED and not carriers.isdisjoint(names_in(line_.expr)):
            carriers.add(line_.name)
    adjoints = frozenset(carriers)
    varying = program.of_examples
    sizes = frozenset(program.network.sizes)
    # An adjoint that is the same for all examples has the whole rate, and would need to be divided where others use it.
    alone = adjoints - varying

    def line(one: Line) -> Line:
        if one.name not in adjoints and one.kind is not Kind.GRADIENT:
            return one
        rate = Ref(RATE_PER_EXAMPLE) if one.name in varying else Ref(program.network.rate)

        def factor(seed: Expr) -> Expr:
            whole = one.kind is Kind.GRADIENT and names_in(seed).isdisjoint(varying)
            return Ref(program.network.rate) if whole else rate

        def scaled(expr: Expr) -> Expr:
            return _scaled(expr, adjoints, lambda seed: _times(factor(seed), seed, sizes))

        terms = one.expr.terms if isinstance(one.expr, Add) and one.kind is Kind.GRADIENT else ()
        if any(names_in(term).isdisjoint(varying) for term in terms):  # a penalty: not summed over the examples with the rest
            return replace(one, expr=Add(tuple(scaled(term) for term in terms)))
        return replace(one, expr=scaled(one.expr))

    return replace(program, lines=tuple(line(one) for one in program.lines)) if not alone else program


def _times(factor: Expr, seed: Expr, sizes: frozenset[str]) -> Expr:
    """*factor* times *seed*, whose division by numbers of entries becomes the factor's: of a number, not of an array."""
    if isinstance(seed, Div) and names_in(seed.denominator) <= sizes:
        return _times(Div(factor, seed.denominator), seed.numerator, sizes)
    first, *rest = seed.factors if isinstance(seed, Mul) else (seed,)
    if rest and isinstance(first, Div) and names_in(first.denominator) <= sizes:
        return _times(Div(factor, first.denominator), Mul((first.numerator, *rest)), sizes)
    return Mul((factor, seed))


def _scaled(expr: Expr, adjoints: frozenset[str], factor: Callable[[Expr], Expr]) -> Expr:
    if names_in(expr).isdisjoint(adjoints):
        return factor(expr)
    if isinstance(expr, Add):
        return Add(tuple(_scaled(term, adjoints, factor) for term in expr.terms))
    if isinstance(expr, Neg):
        return Neg(_scaled(expr.operand, adjoints, factor))
    if isinstance(expr, Mul | Hadamard):
        place = next(n for n, f in enumerate(expr.factors) if not names_in(f).isdisjoint(adjoints))
        factors = (*expr.factors[:place], _scaled(expr.factors[place], adjoints, factor), *expr.factors[place + 1 :])
        return replace(expr, factors=factors)
    if isinstance(expr, Div):
        return replace(expr, numerator=_scaled(expr.numerator, adjoints, factor))
    if isinstance(expr, Sum):
        return replace(expr, body=_scaled(expr.body, adjoints, factor))
    return expr
