"""Bodies of functions in the nodes of a network: what the evaluation room's jets understand."""

from __future__ import annotations

from collections.abc import Callable

from symprop.check.trees import transformed
from symprop.evaluation.trouble import Unsupported
from symprop.model.expr import ONE, Add, Apply, Expr, Indicator, Mul, Neg, Number
from symprop.model.functions import lookup
from symprop.model.written import Call, Cases, Group, Norm, Product


def plain(body: Expr) -> Expr:
    """*body* without nodes that only documents have.

    Raises:
        Unsupported: it is more than a formula.
    """
    return transformed(body, _plain)


def _plain(expr: Expr) -> Expr:
    rule = _RULES.get(type(expr))
    return expr if rule is None else rule(expr)


def _call(expr: Call) -> Expr:
    name = "_".join([expr.function.name, *(str(index.value) for index in expr.function.indices if isinstance(index, Number))])
    entry = lookup(name)
    if not expr.arguments:
        raise Unsupported("a function without its argument")
    return Apply(entry.name if entry else name, expr.arguments, expr.primes)


def _group(expr: Group) -> Expr:
    if len(expr.items) != 1:
        raise Unsupported("a list in the definition of a function")
    return expr.items[0]


def _cases(expr: Cases) -> Expr:
    """Each value times "its condition holds and none before it does"."""
    terms: list[Expr] = []
    seen: list[Indicator] = []
    for value, condition in expr.branches:
        if condition is not None and not isinstance(condition, Indicator):
            raise Unsupported("a condition that is no comparison")
        others = [Add((ONE, Neg(one))) for one in seen]
        factors = (*others, *((condition,) if condition is not None else ()), value)
        terms.append(Mul(factors) if len(factors) > 1 else value)
        if condition is not None:
            seen.append(condition)
    return Add(tuple(terms)) if len(terms) > 1 else terms[0]


def _norm(expr: Norm) -> Expr:
    if expr.order is not None:
        raise Unsupported("a norm in the definition of a function")
    return Apply("abs", (expr.operand,))


_RULES: dict[type[Expr], Callable[..., Expr]] = {
    Product: lambda e: Mul(e.factors),
    Call: _call,
    Group: _group,
    Cases: _cases,
    Norm: _norm,
}
