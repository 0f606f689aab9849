"""Common factors in front: ``a·b·c + a·d·c`` as ``a·c·(b + d)``."""

from __future__ import annotations

from collections import Counter

from symprop.model.build import number, product, split, total
from symprop.model.expr import Add, Expr
from symprop.model.walk import transform


def group(expr: Expr) -> Expr:
    """*expr* with the factors that all terms of a sum share in front of it, in the order of the first term."""
    return transform(expr, collect)


def collect(node: Expr) -> Expr:
    """The same for one sum alone: ``a b - a c`` as ``a (b - c)``; *node* itself where nothing is shared."""
    if not isinstance(node, Add):
        return node
    shared = Counter(split(node.terms[0])[1])
    for term in node.terms[1:]:
        shared &= Counter(split(term)[1])
    if not shared:
        return node
    return product(*shared.elements(), total(*(_without(term, shared) for term in node.terms)))


def _without(term: Expr, shared: Counter[Expr]) -> Expr:
    coefficient, factors = split(term)
    gone = Counter(shared)
    kept: list[Expr] = []
    for factor in factors:
        if gone[factor]:
            gone[factor] -= 1
        else:
            kept.append(factor)
    return product(number(coefficient), *kept)
