"""Linear units: quantities that are a weighted sum and nothing else, like the outputs of a regression.

Their activation function is the identity, so each is its own pre-activation.
"""

from __future__ import annotations

from symprop.model.expr import Add, Expr, Mul, Neg, Number, Ref, Sum
from symprop.model.network import Network, Role


def linear_units(network: Network) -> tuple[str, ...]:
    """The linear units of a network that has pre-activations, in order; none where everything is linear.

    A weighted sum that is only a part of another pre-activation is no unit of its own.
    """
    if not network.with_role(Role.PREACTIVATION):
        return ()
    weights = frozenset(network.with_role(Role.WEIGHT))
    wanted = (name for name in network.with_role(Role.QUANTITY) if name != network.cost)
    found = [name for name in wanted if all(_is_weighted_sum(d.expr, weights) for d in network.by_name[name])]
    sums = frozenset({*found, *network.with_role(Role.PREACTIVATION)})
    parts = {part for name in sums for d in network.by_name[name] for part in _bare_terms(d.expr)}
    return tuple(name for name in found if name not in parts)


def _is_weighted_sum(expr: Expr, weights: frozenset[str]) -> bool:
    """``w·x + …``: no term has two weights, one at least has a weight and something else."""
    terms = [_factors(term) for term in _terms(expr)]
    if any(factors is None for factors in terms):
        return False
    counted = [(sum(f.name in weights for f in factors), len(factors)) for factors in terms if factors is not None]
    return all(count <= 1 for count, _ in counted) and any(count == 1 and length > 1 for count, length in counted)


def _terms(expr: Expr) -> list[Expr]:
    """The summands, those under a sum sign too."""
    if isinstance(expr, Neg):
        return _terms(expr.operand)
    if isinstance(expr, Sum):
        return _terms(expr.body)
    return [part for term in expr.terms for part in _terms(term)] if isinstance(expr, Add) else [expr]


def _factors(term: Expr) -> list[Ref] | None:
    """The names in a product; None if there is anything else in it but numbers."""
    factors = term.factors if isinstance(term, Mul) else (term,)
    if any(not isinstance(factor, Ref | Number) for factor in factors):
        return None
    return [factor for factor in factors if isinstance(factor, Ref)]


def _bare_terms(expr: Expr) -> list[str]:
    return [term.name for term in _terms(expr) if isinstance(term, Ref)]
