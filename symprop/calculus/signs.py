r"""Where a minus sign stands: in front of sums, and inside differences that are turned round.

``-a - b`` is ``-(a + b)``, ``Σ_j (-a_j)`` is ``-Σ_j a_j``, and ``-(t - y)`` is ``y - t``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from symprop.model.build import negative, numeric_value, product, retidy, total
from symprop.model.expr import Add, Div, Expr, Hadamard, Mul, Neg, Pow, Ref, Sum
from symprop.model.network import Network, Role
from symprop.model.walk import children, free_names, rebuild, walk


def opposite(expr: Expr) -> Expr:
    """``-expr`` with the sign taken up by a term, factor or summand that has one, where all terms of a sum have."""
    taken = _absorbed(expr)
    return negative(expr) if taken is None else taken


def collected(expr: Expr) -> Expr:
    """*expr* with the sign that all its terms or summands share in front of it."""
    taken = _absorbed(expr)
    return expr if taken is None else negative(taken)


def _absorbed(expr: Expr) -> Expr | None:
    """``-expr`` without a sign more; None if there is no sign in *expr* that could go."""
    if isinstance(expr, Neg):
        return expr.operand
    if isinstance(expr, Add) and all(isinstance(term, Neg) for term in expr.terms):
        return total(*(negative(term) for term in expr.terms))
    if isinstance(expr, Sum):
        body = _absorbed(expr.body)
        return None if body is None else replace(expr, body=body)
    if isinstance(expr, Mul):
        for place, factor in enumerate(expr.factors):
            taken = _absorbed(factor)
            if taken is not None:
                return product(*expr.factors[:place], taken, *expr.factors[place + 1 :])
    return None


@dataclass(frozen=True, slots=True)
class Residuals:
    """The differences between a target and what the network makes of it: one term is a target, no other mentions one.

    Args:
        targets: the names of the targets.
        numbers: names that make no output: a term of these alone is no other side of a residual.
    """

    targets: frozenset[str]
    numbers: frozenset[str]

    @staticmethod
    def of(network: Network) -> Residuals:
        """Of a network without targets the inputs are the targets: those of an autoencoder are."""
        targets = network.with_role(Role.TARGET) or network.with_role(Role.INPUT)
        constants = (*network.with_role(Role.CONSTANT), *network.with_role(Role.SIZE))
        return Residuals(frozenset(targets), frozenset(constants))

    def target_positive(self, expr: Expr) -> bool | None:
        """Has the target of the residual *expr* the sign +?  None if *expr* is no residual."""
        if not isinstance(expr, Add):
            return None
        named = [free_names(term) for term in expr.terms]
        with_target = [place for place, names in enumerate(named) if names & self.targets]
        if len(with_target) != 1:
            return None
        (place,) = with_target
        others = [names for other, names in enumerate(named) if other != place]
        letters = {
            i.name for node in walk(expr.terms[place]) if isinstance(node, Ref) for i in node.indices if isinstance(i, Ref)
        }
        if not named[place] <= self.targets | self.numbers | letters or not any(
            names - self.numbers - letters for names in others
        ):
            return None
        return not isinstance(expr.terms[place], Neg)

    def turned(self, expr: Expr, target_first: bool) -> Expr:
        """*expr* with every residual that is a factor of it, or a power of one, in the orientation that is wanted."""
        return self._turned(expr, lambda residual: self.target_positive(residual) is not target_first)

    def as_in(self, body: Expr, expr: Expr) -> Expr:
        """*expr* with those residuals turned round that stand the other way in *body*."""
        written = {node for node in walk(body) if self.target_positive(node) is not None}
        return self._turned(expr, lambda residual: residual not in written and _reversed(residual) in written)

    def _turned(self, expr: Expr, wanted: Callable[[Expr], bool]) -> Expr:
        if self.target_positive(expr) is not None:
            return Neg(_reversed(expr)) if wanted(expr) else expr
        if isinstance(expr, Pow):
            return self._turned_power(expr, wanted)
        if not isinstance(expr, Add | Neg | Mul | Hadamard | Div | Sum):
            return expr
        parts = tuple(self._turned(part, wanted) for part in children(expr))
        if parts == children(expr):
            return expr
        made = rebuild(expr, parts)
        if isinstance(made, Sum):
            return collected(made)
        tidied = retidy(made)
        return made if tidied is None else tidied

    def _turned_power(self, expr: Pow, wanted: Callable[[Expr], bool]) -> Expr:
        exponent = numeric_value(expr.exponent)
        if exponent is None or exponent.denominator != 1:
            return expr
        base = self._turned(expr.base, wanted)
        if base == expr.base or not isinstance(base, Neg):
            return expr
        made = Pow(base.operand, expr.exponent)
        return Neg(made) if exponent % 2 else made


def _reversed(expr: Expr) -> Expr:
    """``b - a`` for ``a - b``: what becomes positive comes first."""
    if not isinstance(expr, Add):
        return negative(expr)
    terms = [negative(term) for term in expr.terms]
    return Add((*(t for t in terms if not isinstance(t, Neg)), *(t for t in terms if isinstance(t, Neg))))
