"""σ for σ', σ' for σ, and derivatives taken at the wrong place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from symprop.check.mistakes.edit import Edit
from symprop.check.mistakes.material import PLAIN, Material
from symprop.check.mistakes.sites import Site, multiplied, sites, with_references
from symprop.model.expr import Add, Expr, Ref
from symprop.model.written import Big, Call, Product


def primes(material: Material) -> Iterator[Edit]:
    """A prime too many or too few; the activation for the derivative of its function."""
    for site in sites(material.right):
        if isinstance(site.node, Call) and site.node.arguments:
            for count in (1, 0) if site.node.primes != 1 else (0, 2):
                if count != site.node.primes:
                    new = replace(site.node, primes=count)
                    yield Edit("prime", site.rebuild(new), site.node, new)
        elif isinstance(site.node, Ref):
            yield from _written_out(site, material)
            for ref, body in material.bodies:
                if ref == site.node and isinstance(body, Call) and not body.primes:
                    slope = replace(body, primes=1)
                    yield Edit("prime", site.rebuild(slope), ref, slope)


def _written_out(site: Site, material: Material) -> Iterator[Edit]:
    """``y`` for ``y (1 - y)``, in formulas that have no primes."""
    if any(isinstance(inner.node, Call) and inner.node.primes for inner in sites(material.right)):
        return
    for slope in material.slopes:
        if isinstance(slope, Product) and slope.factors[0] == site.node:
            yield Edit("lost factor", site.rebuild(multiplied(site.node, slope.factors[1], slope.signs[0])), slope.factors[1])


def whole(material: Material) -> Iterator[Edit]:
    """An activation function that is missing, or one too many."""
    single = [call.function for call in material.calls if len(call.arguments) == 1]
    functions = dict.fromkeys(function for function in single if function.name not in PLAIN)
    for site in sites(material.right):
        node = site.node
        if isinstance(node, Call) and len(node.arguments) == 1 and not node.primes:
            yield Edit("activation", site.rebuild(node.arguments[0]), node, node.arguments[0])
        for function in functions:
            fitting = isinstance(node, Ref | Product | Add | Big) and not isinstance(site.parent, Call)
            if fitting and Call(function, (node,)) != material.left:
                yield Edit("activation", site.rebuild(Call(function, (node,))), node, Call(function, (node,)))
            if isinstance(node, Product):
                yield from _of_some_factors(site, node, function)


def _of_some_factors(site: Site, node: Product, function: Ref) -> Iterator[Edit]:
    for begin, end in combinations(range(len(node.factors) + 1), 2):
        if 1 < end - begin < len(node.factors):
            inner = Product(node.factors[begin:end], node.signs[begin : end - 1])
            factors = (*node.factors[:begin], Call(function, (inner,)), *node.factors[end:])
            new = Product(factors, (*node.signs[:begin], *node.signs[end - 1 :]))
            yield Edit("activation", site.rebuild(new), inner, Call(function, (inner,)))


def arguments(material: Material) -> Iterator[Edit]:
    """σ'(a) for σ'(z); a(1 - a) at another quantity."""
    bodies = dict(material.bodies)
    for site in sites(material.right):
        node = site.node
        if not isinstance(node, Call) or len(node.arguments) != 1:
            continue
        inner = bodies.get(node.arguments[0]) if isinstance(node.arguments[0], Ref) else None
        found: dict[Expr, None] = {}
        if isinstance(inner, Call) and len(inner.arguments) == 1:
            found.setdefault(inner.arguments[0])
        found |= dict.fromkeys(call.arguments[0] for call in material.calls if call.function.name == node.function.name)
        for argument in found:
            if argument != node.arguments[0]:
                new = replace(node, arguments=(argument,))
                yield Edit("argument", site.rebuild(new), node, new)
    for ref, body in material.bodies:
        if isinstance(body, Call) and len(body.arguments) == 1 and isinstance(body.arguments[0], Ref):
            argument = body.arguments[0]
            new_right = with_references(material.right, lambda name, a=argument, r=ref: r if name == a else name)  # type: ignore[misc]
            if new_right != material.right:
                yield Edit("activation", new_right, argument, ref)
