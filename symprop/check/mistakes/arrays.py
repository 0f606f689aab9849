"""Matrices and vectors: transposes, the order of factors, products of the wrong kind, norms."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from symprop.check.mistakes.edit import Edit
from symprop.check.mistakes.material import Material
from symprop.check.mistakes.sites import Site, product, sites
from symprop.model.expr import Expr, Hadamard, Neg
from symprop.model.written import Big, Call, Norm, Outer, Product, Transpose

_MOST_PERMUTED = 4


def transposes(material: Material) -> Iterator[Edit]:
    """A transpose too many or too few: of one factor, which makes an outer product of two columns, or of the whole."""
    for site in sites(material.right):
        if not material.probe.is_array(site.node) or isinstance(site.parent, Transpose):
            continue
        if isinstance(site.parent, Product) or site.parent is None or isinstance(site.parent, Hadamard):
            new = _turned(site.node)
            whole = site.rebuild(new)
            outer = isinstance(site.parent, Product) and _column(material, site.node) and site.parent.factors[0] is not site.node
            if outer and isinstance(new, Transpose):
                yield Edit("outer product", whole, site.node, _around(site.parent, site.node, new))
            else:
                yield Edit("transpose", whole, site.node, new)


def _turned(expr: Expr) -> Expr:
    if isinstance(expr, Transpose):
        return expr.operand
    if isinstance(expr, Product) and len(expr.factors) == 2:
        return Product((_turned(expr.factors[1]), _turned(expr.factors[0])), expr.signs)
    return Transpose(expr)


def _around(parent: Expr | None, node: Expr, new: Expr) -> Expr:
    assert isinstance(parent, Product)
    place = next(at for at, factor in enumerate(parent.factors) if factor is node)
    return product((parent.factors[place - 1], new), (parent.signs[place - 1],))


def _column(material: Material, expr: Expr) -> bool:
    found = material.probe.value(expr)
    return found is not None and len(found[0]) == 2 and found[0][1] == 1


def orders(material: Material) -> Iterator[Edit]:
    """The factors of a product in another order, if need be with one of them transposed."""
    for site in _products(material):
        assert isinstance(site.node, Product)
        factors = site.node.factors
        if len(factors) <= _MOST_PERMUTED:
            for order in list(permutations(factors))[1:]:
                new = Product(order, site.node.signs)
                yield Edit("order of a product", site.rebuild(new), site.node, new)
        if len(factors) == 2:
            one, two = factors
            for pair in ((_turned(two), one), (two, _turned(one)), (_turned(one), _turned(two)), (_turned(two), _turned(one))):
                new = Product(pair, site.node.signs)
                yield Edit(
                    "order of a product" if pair[0] in (two, _turned(two)) else "transpose", site.rebuild(new), site.node, new
                )


def entrywise(material: Material) -> Iterator[Edit]:
    """A product for ``⊙``, ``⊙`` for a product, and both for an outer product."""
    for site in _products(material):
        assert isinstance(site.node, Product)
        factors, signs = site.node.factors, site.node.signs
        for place in range(1, len(factors)):
            parts = product(factors[:place], signs[: place - 1]), product(factors[place:], signs[place:])
            new: Expr = Hadamard(parts)
            yield Edit("entry by entry", site.rebuild(new), site.node, new)
            new = Outer(*parts)
            yield Edit("outer product", site.rebuild(new), site.node, product((parts[0], Transpose(parts[1])), ("",)))
        for place, factor in enumerate(factors):
            rest = product([*factors[:place], *factors[place + 1 :]], signs[: len(factors) - 2])
            if 0 < place < len(factors) - 1 or len(factors) > 2:
                yield Edit("entry by entry", site.rebuild(Hadamard((rest, factor))), site.node, Hadamard((rest, factor)))
    for site in sites(material.right):
        if isinstance(site.node, Hadamard):
            yield from _plain(site)


def _plain(site: Site) -> Iterator[Edit]:
    assert isinstance(site.node, Hadamard)
    factors = site.node.factors
    for place in range(len(factors) - 1):
        one, two = factors[place], factors[place + 1]
        for pair in ((one, two), (one, _turned(two)), (_turned(one), two), (two, one), (two, _turned(one)), (_turned(two), one)):
            joined = Product(pair, ("",))
            rest = (*factors[:place], joined, *factors[place + 2 :])
            new: Expr = Hadamard(rest) if len(rest) > 1 else rest[0]
            outer = isinstance(pair[1], Transpose) and pair[1].operand in (one, two)
            yield Edit("outer product" if outer else "entry by entry", site.rebuild(new), site.node, joined)


def norms(material: Material) -> Iterator[Edit]:
    """A norm where the vector itself is due."""
    for site in sites(material.right):
        if isinstance(site.node, Norm) or (isinstance(site.node, Call) and site.node.function.name == "abs"):
            inner = site.node.operand if isinstance(site.node, Norm) else site.node.arguments[0]
            yield Edit("norm", site.rebuild(inner), site.node, inner)


def _products(material: Material) -> Iterator[Site]:
    """Products of which at least two factors are arrays."""
    for site in sites(material.right):
        if not isinstance(site.node, Product) or not isinstance(site.parent, Neg | Hadamard | Big | Product | None):
            continue
        if sum(material.probe.is_array(factor) for factor in site.node.factors) > 1:
            yield site
