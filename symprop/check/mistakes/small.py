"""Signs, twos and exponents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from symprop.check.mistakes.edit import Edit
from symprop.check.mistakes.material import Material
from symprop.check.mistakes.sites import Site, negated, product, references, sites, without_factor
from symprop.check.written_names import CHANGE, NEW, version
from symprop.model.expr import ONE, TWO, Add, Div, Expr, Neg, Number, Pow, Ref
from symprop.model.written import Call, Derivative, Gradient, Norm, Product

HALF = Div(ONE, TWO)


def signs(material: Material) -> Iterator[Edit]:
    """A minus too many or too few: of the whole, of a term, of a difference that definitions have the other way round."""
    if _is_ratio(material, -1):
        if _is_update(material.left):
            yield Edit("update", negated(material.right), material.right)
        else:
            yield from _turned(material)
            yield Edit("sign", negated(material.right), material.right)
    for site in sites(material.right):
        if isinstance(site.node, Add):
            yield from _flipped(site, update=_is_update(material.left) and site.node is material.right)


def _is_ratio(material: Material, wanted: float) -> bool:
    """Whether the left side is *wanted* times the right side."""
    ratio = material.probe.ratio(material.right)
    return ratio is not None and material.probe.near(ratio, wanted)


def _is_update(left: Expr) -> bool:
    return isinstance(left, Ref) and (version(left.name) == CHANGE or version(left.name) in NEW)


def _turned(material: Material) -> Iterator[Edit]:
    stated = (
        {site.node for expr in material.stated for site in sites(expr) if isinstance(site.node, Add)}
        if material.bodies
        else set()
    )
    for site in sites(material.right):
        other = _reversed(site.node)
        if (
            other is not None
            and other in stated
            and site.node not in {node for _, body in material.bodies for node in _adds(body)}
        ):
            yield Edit("orientation", site.rebuild(other), site.node)


def _adds(body: Expr) -> Iterator[Expr]:
    return (site.node for site in sites(body) if isinstance(site.node, Add))


def _reversed(expr: Expr) -> Expr | None:
    """``b - a`` for ``a - b``."""
    if isinstance(expr, Add) and len(expr.terms) == 2 and isinstance(expr.terms[1], Neg):
        return Add((expr.terms[1].operand, negated(expr.terms[0])))
    return None


def _flipped(site: Site, *, update: bool) -> Iterator[Edit]:
    assert isinstance(site.node, Add)
    terms = site.node.terms
    for place, term in reversed(list(enumerate(terms))):
        flipped = (*terms[:place], negated(term), *terms[place + 1 :])
        slope = update and any(isinstance(inner.node, Derivative | Gradient) for inner in sites(term))
        yield Edit("update" if slope else "sign", site.rebuild(Add(flipped)), term.operand if isinstance(term, Neg) else term)


def twos(material: Material) -> Iterator[Edit]:
    """A 2 or ½ too many or too few, and other powers of 2."""
    for needed, other, wanted in ((TWO, HALF, 2), (HALF, TWO, 0.5)):
        if _is_ratio(material, wanted):
            yield from _without(material.right, other, needed)
            yield Edit("factor two", _in_front(material.right, needed), needed)
    for site in sites(material.right):
        if isinstance(site.parent, Add | Call):
            yield from _without(site.node, TWO, HALF, site)
            yield from _without(site.node, HALF, TWO, site)
            yield Edit("factor two", site.rebuild(_in_front(site.node, TWO)), TWO)
            yield Edit("factor two", site.rebuild(_in_front(site.node, HALF)), HALF)


def blind(material: Material) -> Iterator[Edit]:
    """A sign or a 2 of the whole, whatever the values say: another edit will follow."""
    for removed, needed in ((TWO, HALF), (HALF, TWO)):
        yield from _without(material.right, removed, needed)
    yield Edit("sign", negated(material.right), material.right)
    for needed in (TWO, HALF):
        yield Edit("factor two", _in_front(material.right, needed), needed)


def _without(expr: Expr, factor: Expr, needed: Expr, site: Site | None = None) -> Iterator[Edit]:
    rebuild = site.rebuild if site is not None else (lambda new: new)
    if isinstance(expr, Neg):
        for edit in _without(expr.operand, factor, needed):
            yield Edit(edit.kind, rebuild(Neg(edit.right)), needed)
    elif isinstance(expr, Product):
        for place, item in enumerate(expr.factors):
            if item == factor:
                yield Edit("factor two", rebuild(without_factor(expr, place)), needed)
        for place, item in enumerate(expr.factors if factor == HALF else ()):
            if isinstance(item, Div) and item.denominator == TWO and item != HALF:
                factors = (*expr.factors[:place], item.numerator, *expr.factors[place + 1 :])
                yield Edit("factor two", rebuild(Product(factors, expr.signs)), needed)
    elif isinstance(expr, Div) and factor == HALF and expr.denominator == TWO:
        yield Edit("factor two", rebuild(expr.numerator), needed)


def _in_front(expr: Expr, factor: Expr) -> Expr:
    if isinstance(expr, Neg):
        return Neg(_in_front(expr.operand, factor))
    if isinstance(expr, Product):
        if isinstance(expr.factors[0], Number):
            return Product((factor, *expr.factors), ("·", *expr.signs))
        return Product((factor, *expr.factors), ("", *expr.signs))
    return product((factor, expr), ("",))


def exponents(material: Material) -> Iterator[Edit]:
    """A power too high or too low by one, or forgotten."""
    for site in sites(material.right):
        node = site.node
        if isinstance(node, Pow) and isinstance(node.exponent, Number) and node.exponent.value.denominator == 1:
            higher = replace(node, exponent=Number(node.exponent.value + 1))
            lower = node.base if node.exponent.value == 2 else replace(node, exponent=Number(node.exponent.value - 1))
            for new in (lower, higher):
                yield Edit("exponent", site.rebuild(new), node.base, new)
    for site in sites(material.right):
        if isinstance(site.node, Ref | Add | Call | Norm) and site.parent is not None and not isinstance(site.parent, Pow | Norm):
            squared = Pow(site.node, Number(Fraction(2)))
            yield Edit("exponent", site.rebuild(squared), site.node, squared)


def rates(material: Material) -> Iterator[Edit]:
    """An update without its rate."""
    rule = material.theory.update
    if rule is None or not _is_update(material.left) or set(references(rule.rate)) & set(references(material.right)):
        return
    yield Edit("rate", _in_front(material.right, rule.rate), rule.rate)
    for site in sites(material.right):
        if isinstance(site.parent, Add):
            yield Edit("rate", site.rebuild(_in_front(site.node, rule.rate)), rule.rate)
