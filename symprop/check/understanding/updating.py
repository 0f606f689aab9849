"""The document's rule for changing weights, read off the first formula that states one."""

from __future__ import annotations

from symprop.check.theory import UpdateRule
from symprop.check.trees import nodes
from symprop.check.written_names import CHANGE, NEW, OLD, base, version
from symprop.model.expr import ONE, Add, Expr, Mul, Neg, Ref
from symprop.model.written import Derivative, Gradient, Group, Product


def update_rule(left: Expr, right: Expr, line: int) -> UpdateRule | None:
    """The rule in ``Δw = -η ∂E/∂w``, ``w_new = w_old - η ∇E(w)``, ``w = w - η ∂E/∂w``; None if this is none."""
    if not isinstance(left, Ref):
        return None
    kind, name = version(left.name), base(left.name)
    terms = list(_terms(right))
    if kind == CHANGE:
        change = terms
    else:
        change = [(sign, term) for sign, term in terms if not _is_before(term, name, left)]
        if len(change) == len(terms) or (kind not in NEW and kind):
            return None
    if len(change) != 1:
        return None
    sign, term = change[0]
    sign_inside, factors = _factors(term)
    slopes = [f for f in factors if isinstance(f, Derivative | Gradient)]
    others = [f for f in factors if not isinstance(f, Derivative | Gradient)]
    if len(slopes) != 1 or any(isinstance(node, Derivative | Gradient) for f in others for node in nodes(f)):
        return None
    wrt = slopes[0].wrt
    if not isinstance(wrt, Ref) or not isinstance(slopes[0].of, Ref):
        return None
    rate: Expr = ONE if not others else others[0] if len(others) == 1 else Product(tuple(others), ("",) * (len(others) - 1))
    return UpdateRule(sign * sign_inside, rate, slopes[0].of, line)


def _is_before(term: Expr, name: str, left: Ref) -> bool:
    """Whether a term is the weight before the update."""
    return (
        isinstance(term, Ref)
        and base(term.name) == name
        and (version(term.name) in OLD or term == Ref(name, left.indices) or not version(term.name))
    )


def _terms(expr: Expr, sign: int = 1) -> list[tuple[int, Expr]]:
    if isinstance(expr, Group) and len(expr.items) == 1:
        return _terms(expr.items[0], sign)
    if isinstance(expr, Neg):
        return _terms(expr.operand, -sign)
    if isinstance(expr, Add):
        return [pair for term in expr.terms for pair in _terms(term, sign)]
    return [(sign, expr)]


def _factors(expr: Expr) -> tuple[int, list[Expr]]:
    if isinstance(expr, Group) and len(expr.items) == 1:
        return _factors(expr.items[0])
    if isinstance(expr, Neg):
        sign, factors = _factors(expr.operand)
        return -sign, factors
    if isinstance(expr, Product | Mul):
        sign, found = 1, []
        for factor in expr.factors:
            inner, more = _factors(factor)
            sign *= inner
            found += more
        return sign, found
    return 1, [expr]
