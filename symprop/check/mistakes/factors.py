"""Factors and terms that are missing, too many, or others than they should be."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.check.mistakes.edit import Edit
from symprop.check.mistakes.material import Material
from symprop.check.mistakes.sites import Site, multiplied, negated, product, sites, without_factor
from symprop.check.mistakes.small import HALF
from symprop.evaluation.context import Real
from symprop.model.expr import ONE, TWO, Add, Div, Expr, Hadamard, Neg, Number, Ref
from symprop.model.written import Big, Call, Derivative, Product, Transpose

_MOST_DEEP = 45
_MOST_ARRAYS = 14


def lost(material: Material) -> Iterator[Edit]:
    """A factor of the whole right side that is missing: the ratio of both sides tells which."""
    probe, right = material.probe, material.right
    ratio = probe.ratio(right)
    for factor in material.here:
        value = probe.value(factor)
        if value is None:
            continue
        if ratio is not None and not value[0] and probe.near(value[1][0], ratio):
            yield Edit(_lost_kind(factor, material), with_factor(right, factor), factor)
        elif ratio is None and value[0] and value[0] == _shape(material, right):
            yield Edit("lost factor", Hadamard((*_entrywise(right), factor)), factor)


def lost_arrays(material: Material) -> Iterator[Edit]:
    """A matrix or a vector that is missing in front or at the end."""
    if not (material.probe.target and material.probe.target[0]) and not material.probe.is_array(material.right):
        return
    yield from _lost_entrywise(material)
    arrays = [
        factor for factor in material.here if isinstance(factor, Ref | Call | Derivative) and material.probe.is_array(factor)
    ]
    for factor in arrays[:_MOST_ARRAYS]:
        for new in (factor, Transpose(factor)):
            yield Edit("lost factor", Product((new, *_factors(material.right)[0]), ("", *_factors(material.right)[1])), new)
            yield Edit("lost factor", Product((*_factors(material.right)[0], new), (*_factors(material.right)[1], "")), new)


def _lost_entrywise(material: Material) -> Iterator[Edit]:
    """An activation's derivative that is missing entry by entry on a vector within a product."""
    slopes = [
        factor for factor in material.here if isinstance(factor, Call) and factor.primes and material.probe.is_array(factor)
    ]
    for site in sites(material.right):
        if isinstance(site.parent, Product):
            for factor in slopes[:_MOST_ARRAYS]:
                if _shape(material, site.node) == _shape(material, factor) and site.node != factor:
                    yield Edit("lost factor", site.rebuild(Hadamard((*_entrywise(site.node), factor))), factor)


def lost_inside(material: Material) -> Iterator[Edit]:
    """A factor that is missing in one term, or within a sum."""
    for site in sites(material.right):
        if not isinstance(site.parent, Add | Big):
            continue
        fitting = [factor for factor in material.factors if material.closed(factor, site.bound)]
        for factor in fitting[:_MOST_DEEP]:
            if factor != site.node:
                yield Edit(_lost_kind(factor, material), site.rebuild(with_factor(site.node, factor)), factor)


def extra(material: Material) -> Iterator[Edit]:
    """A factor too many, anywhere."""
    for site in sites(material.right):
        node = site.node
        if isinstance(node, Product):
            for place, factor in enumerate(node.factors):
                yield Edit(_extra_kind(factor), site.rebuild(without_factor(node, place)), _needed(factor))
            for place in range(len(node.factors) - 1):
                both = product(node.factors[place : place + 2], node.signs[place : place + 1])
                rest = without_factor(node, place + 1)
                shorter = without_factor(rest, place) if isinstance(rest, Product) else ONE
                yield Edit("extra factor", site.rebuild(shorter), both)
        elif isinstance(node, Hadamard):
            for place, factor in enumerate(node.factors):
                others = (*node.factors[:place], *node.factors[place + 1 :])
                yield Edit("extra factor", site.rebuild(Hadamard(others) if len(others) > 1 else others[0]), factor)
        elif isinstance(node, Div):
            yield Edit("extra factor", site.rebuild(node.numerator), Div(ONE, node.denominator))


def _extra_kind(factor: Expr) -> str:
    return "factor two" if factor in (TWO, HALF) else "extra factor"


def _needed(factor: Expr) -> Expr:
    return {TWO: HALF, HALF: TWO}.get(factor, factor)


def terms(material: Material) -> Iterator[Edit]:
    """A term too many, or one that is missing at the end."""
    for site in sites(material.right):
        if isinstance(site.node, Add):
            for place, term in enumerate(site.node.terms):
                rest = (*site.node.terms[:place], *site.node.terms[place + 1 :])
                new = Add(rest) if len(rest) > 1 else rest[0]
                yield Edit("extra term", site.rebuild(new), term.operand if isinstance(term, Neg) else term)
    if isinstance(material.right, Number):
        return
    outer = material.right.terms if isinstance(material.right, Add) else (material.right,)
    for term in _stated_terms(material):
        if term not in outer and material.probe.value(term) is not None:
            yield Edit("lost term", Add((*outer, term)), term)


def lost_terms(material: Material) -> Iterator[Edit]:
    """One term that stands for a sum of which it is a part: ``y`` for ``y - t``."""
    found = dict.fromkeys(inner.node for expr in material.stated for inner in sites(expr) if isinstance(inner.node, Add))
    for site in sites(material.right):
        if isinstance(site.node, Number) or isinstance(site.parent, Add | Neg):
            continue
        for whole_sum in found:
            rest = [term for term in whole_sum.terms if term != site.node]
            if 0 < len(rest) < len(whole_sum.terms) and material.closed(whole_sum, site.bound):
                yield Edit("lost term", site.rebuild(whole_sum), rest[0] if len(rest) == 1 else Add(tuple(rest)))


def quotients(material: Material) -> Iterator[Edit]:
    """A quotient upside down; a factor that is missing below."""
    for site in sites(material.right):
        if isinstance(site.node, Div) and not isinstance(site.node.numerator, Number):
            new = Div(site.node.denominator, site.node.numerator)
            yield Edit("upside down", site.rebuild(new), site.node, new)
    probe, right = material.probe, material.right
    inner = right.operand if isinstance(right, Neg) else right
    ratio = probe.ratio(right)
    if isinstance(inner, Div) and ratio is not None:
        for factor in material.here:
            value = probe.value(factor)
            if value is not None and not value[0] and probe.near(value[1][0] * ratio, 1):
                new = Div(inner.numerator, multiplied(inner.denominator, factor))
                yield Edit("lost factor", Neg(new) if isinstance(right, Neg) else new, Div(ONE, factor))


def _stated_terms(material: Material) -> list[Expr]:
    """The terms of the definition of the left side, then those of other sums of the document."""
    own = [body for ref, body in material.bodies if ref == material.left]
    found = [term for body in (*own, *material.stated) if isinstance(body, Add) for term in body.terms]
    return [term for term in dict.fromkeys(found) if material.closed(term)][:_MOST_DEEP]


def whole(material: Material) -> Iterator[Edit]:
    """Something else altogether that the document speaks of."""
    same = {ref for ref, body in material.bodies if body == material.left}
    for found in material.here:
        for new in (found, negated(found)) if found not in same else ():
            yield Edit("factor", new, material.right, new)


def exchanged(material: Material) -> Iterator[Edit]:
    """One factor for another: again the ratio tells which."""
    ratio = material.probe.ratio(material.right)
    for site in _products(material.right):
        assert isinstance(site.node, Product | Hadamard)
        for factor in site.node.factors:
            rest = [other for other in site.node.factors if other is not factor]
            called = any(isinstance(inner.node, Call) for inner in sites(factor))
            for new in material.here if called else sorted(material.here, key=lambda item: isinstance(item, Call)):
                if new == factor or new in rest or isinstance(factor, Number):
                    continue
                if _fits(material, ratio, factor, new):
                    kind = _kind(factor, new, material)
                    yield Edit(kind, site.rebuild(_with(site.node, factor, new)), factor, new)


def _fits(material: Material, ratio: Real | None, factor: Expr, new: Expr) -> bool:
    """Whether *new* may stand for a factor: it has the same shape, and, among numbers, the ratio of both sides to it."""
    old, value = material.probe.value(factor), material.probe.value(new)
    if old is None or value is None or old[0] != value[0]:
        return False
    return ratio is None or bool(old[0]) or material.probe.near(value[1][0], old[1][0] * ratio)


def _products(expr: Expr) -> Iterator[Site]:
    return (
        site
        for site in sites(expr)
        if isinstance(site.node, Product | Hadamard) and (site.parent is None or isinstance(site.parent, Neg | Hadamard))
    )


def _with(expr: Product | Hadamard, factor: Expr, new: Expr) -> Expr:
    factors = tuple(new if item is factor else item for item in expr.factors)
    if isinstance(expr, Hadamard):
        return Hadamard(factors)
    flat: list[Expr] = []
    signs: list[str] = []
    for place, item in enumerate(factors):
        joint = [expr.signs[place - 1]] if place else []
        if item is new and isinstance(item, Product):
            signs += [*joint, *item.signs]
            flat += item.factors
        else:
            signs += joint
            flat.append(item)
    return product(flat, signs)


def _kind(factor: Expr, new: Expr, material: Material) -> str:
    if new in material.slopes and not isinstance(factor, Derivative):
        return "derivative of an activation"
    if isinstance(factor, Derivative) and isinstance(new, Derivative):
        return "chain rule"
    return "name" if isinstance(factor, Ref) and isinstance(new, Ref) else "factor"


def _lost_kind(factor: Expr, material: Material) -> str:
    if isinstance(factor, Div) and isinstance(factor.denominator, Ref) and factor.denominator.name in material.theory.sizes:
        return "batch"
    return "chain rule" if isinstance(factor, Derivative) else "lost factor"


def with_factor(expr: Expr, factor: Expr) -> Expr:
    """*expr* with a factor more, where people would write it."""
    if isinstance(factor, Div):
        if isinstance(expr, Neg):
            return Neg(with_factor(expr.operand, factor))
        factors, signs = _factors(expr)
        return Product((factor, *factors), ("", *signs))
    if isinstance(factor, Product):
        for part in factor.factors:
            expr = multiplied(expr, part)
        return expr
    if expr == ONE:
        return factor
    if isinstance(expr, Neg):
        return Neg(with_factor(expr.operand, factor))
    if isinstance(expr, Div) and expr.numerator == ONE:
        return Div(factor, expr.denominator)
    if isinstance(expr, Product) and isinstance(expr.factors[-1], Ref) and isinstance(factor, Call) and factor.primes:
        return Product((*expr.factors[:-1], factor, expr.factors[-1]), (*expr.signs, expr.signs[-1]))
    return multiplied(expr, factor)


def _factors(expr: Expr) -> tuple[tuple[Expr, ...], tuple[str, ...]]:
    return (expr.factors, expr.signs) if isinstance(expr, Product) else ((expr,), ())


def _entrywise(expr: Expr) -> tuple[Expr, ...]:
    return expr.factors if isinstance(expr, Hadamard) else (expr,)


def _shape(material: Material, expr: Expr) -> tuple[int, ...] | None:
    found = material.probe.value(expr)
    return None if found is None else found[0]
