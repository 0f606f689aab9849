"""Products and sums that remember which layer each of their factors comes from, so that a page can show the layers.

A factor keeps its layer as long as it is still there: where tidying merged, cancelled or moved something, nothing is
said of the whole product.
"""

from __future__ import annotations

from collections.abc import Sequence

from symprop.derivation.step import Layers
from symprop.model.build import product, split, total
from symprop.model.expr import Add, Expr, Mul, Neg

Layered = tuple[Expr, Layers]


def layered_product(parts: Sequence[tuple[Expr, int]]) -> Layered:
    """The product of *parts*, each of one layer."""
    factors = [(factor, layer) for part, layer in parts for factor in split(part)[1]]
    made = product(*(part for part, _ in parts))
    return made, _layers(made, [factor for factor, _ in factors], [layer for _, layer in factors])


def layered_sum(terms: Sequence[Layered]) -> Layered:
    """The sum of *terms*."""
    if len(terms) == 1:
        return terms[0]
    made = total(*(term for term, _ in terms))
    kept = isinstance(made, Add) and made.terms == tuple(term for term, _ in terms)
    return made, tuple(layers for _, layers in terms) if kept else None


def grouped(lead: Layered, rest: Layered) -> Layered:
    """*lead*, what all terms of the sum *rest* begin with, times that sum."""
    made = product(lead[0], rest[0])
    before = split(lead[0])[1]
    behind = [rest[1]] if isinstance(rest[0], Add) else [None] * len(split(rest[0])[1])
    return made, _layers(made, [*before, *split(rest[0])[1]], [*_of_factors(lead[1], len(before)), *behind])


def _layers(made: Expr, factors: Sequence[Expr], layers: Sequence[Layers]) -> Layers:
    """The layers of the parts of *made*, if it is still the product of *factors* in this order."""
    if not factors or split(made)[1] != tuple(factors):
        return None
    body = made.operand if isinstance(made, Neg) else made
    found: Layers = layers[0]
    if isinstance(body, Mul):  # the factors stand behind the coefficient, if there is one
        found = (*([None] * (len(body.factors) - len(factors))), *layers)
    elif body != factors[0]:
        return None
    return (found,) if isinstance(made, Neg) else found


def _of_factors(layers: Layers, count: int) -> Sequence[Layers]:
    """The layers of the *count* factors of a product of which *layers* were said; a sign is one level more."""
    while isinstance(layers, tuple) and len(layers) == 1:
        layers = layers[0]
    if isinstance(layers, tuple):
        return layers[len(layers) - count :]
    return [layers] * count
