"""Places in a tree where a value stands, each with the tree in which something else stands there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from symprop.model.expr import ONE, Add, Apply, Div, Expr, Hadamard, Mul, Neg, Pow, Ref
from symprop.model.written import At, Big, Call, Component, Derivative, Gradient, Group, Norm, Outer, Product, Transpose

_VALUES: Mapping[type[Expr], tuple[str, ...]] = {
    Add: ("terms",), Neg: ("operand",), Product: ("factors",), Mul: ("factors",), Hadamard: ("factors",),
    Div: ("numerator", "denominator"), Pow: ("base",), Call: ("arguments",), Apply: ("arguments",), Big: ("body",),
    Transpose: ("operand",), Norm: ("operand",), Outer: ("left", "right"), Component: ("operand",), Group: ("items",),
    At: ("of",), Derivative: ("of",), Gradient: ("of",),
}  # fmt: skip
"""The fields that hold values, not indices, bounds or names."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place: what stands there, the tree with something else there, the letters bound around it, and the node around it."""

    node: Expr
    rebuild: Callable[[Expr], Expr]
    bound: frozenset[str] = frozenset()
    parent: Expr | None = None


def sites(expr: Expr) -> Iterator[Site]:
    """All places in *expr*, outermost first; what is differentiated is one only where it is a formula."""
    waiting = [Site(expr, lambda new: new)]
    while waiting:
        site = waiting.pop(0)
        yield site
        waiting += _inside(site)


def _inside(site: Site) -> Iterator[Site]:
    node = site.node
    bound = site.bound | frozenset(node.indices) if isinstance(node, Big) else site.bound
    if isinstance(node, Derivative | Gradient) and isinstance(node.of, Ref):
        return
    for name in _VALUES.get(type(node), ()):
        value = getattr(node, name)
        if isinstance(value, Expr):
            yield Site(value, _in_field(site, name), bound, node)
        else:
            for place, item in enumerate(value):
                yield Site(item, _in_tuple(site, name, place), bound, node)


def _in_field(site: Site, name: str) -> Callable[[Expr], Expr]:
    return lambda new: site.rebuild(replace(site.node, **{name: new}))  # type: ignore[arg-type]


def _in_tuple(site: Site, name: str, place: int) -> Callable[[Expr], Expr]:
    def rebuild(new: Expr) -> Expr:
        items = getattr(site.node, name)
        if isinstance(site.node, Product) and isinstance(new, Product) and not isinstance(items[place], Product):
            before, after = site.node.signs[:place], site.node.signs[place:]
            factors = (*items[:place], *new.factors, *items[place + 1 :])
            return site.rebuild(Product(factors, (*before, *new.signs, *after)))
        return site.rebuild(replace(site.node, **{name: (*items[:place], new, *items[place + 1 :])}))  # type: ignore[arg-type]

    return rebuild


def with_references(expr: Expr, change: Callable[[Ref], Expr]) -> Expr:
    """*expr* with every name of a quantity changed, also where it is differentiated or differentiated by."""
    if isinstance(expr, Ref):
        return change(expr)
    names = [*_VALUES.get(type(expr), ()), *(["wrt"] if isinstance(expr, Derivative | Gradient) else [])]
    new: dict[str, object] = {}
    for field in fields(expr):
        value = getattr(expr, field.name)
        if field.name in names and isinstance(value, Expr):
            new[field.name] = with_references(value, change)
        elif field.name in names and isinstance(value, tuple):
            new[field.name] = tuple(with_references(item, change) for item in value)
    return replace(expr, **new) if new else expr  # type: ignore[arg-type]


def with_values(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """*expr* with parts changed that stand where no index is bound around them; None leaves a part and looks into it."""
    changed = change(expr)
    if changed is not None:
        return changed
    if isinstance(expr, Big):
        return expr
    new: dict[str, object] = {}
    for name in _VALUES.get(type(expr), ()):
        value = getattr(expr, name)
        if isinstance(value, Expr):
            found: object = with_values(value, change)
        else:
            found = tuple(with_values(item, change) for item in value)
        if found != value:
            new[name] = found
    return replace(expr, **new) if new else expr  # type: ignore[arg-type]


def references(expr: Expr) -> list[Ref]:
    """The names of quantities in *expr*, each once, in reading order."""
    found: dict[Ref, None] = {}

    def note(ref: Ref) -> Expr:
        found.setdefault(ref)
        return ref

    with_references(expr, note)
    return list(found)


# ---- building ------------------------------------------------------------------------------------------------------------------


def negated(expr: Expr) -> Expr:
    """``-expr``, or without the minus that it has."""
    if isinstance(expr, Neg):
        return expr.operand
    if isinstance(expr, Product) and isinstance(expr.factors[0], Neg):
        return replace(expr, factors=(expr.factors[0].operand, *expr.factors[1:]))
    return Neg(expr)


def multiplied(expr: Expr, factor: Expr, sign: str = "") -> Expr:
    """*expr* with one factor more: behind the others, but before a sum, which would take it in."""
    if isinstance(expr, Neg):
        return Neg(multiplied(expr.operand, factor, sign))
    if isinstance(expr, Product):
        signs = expr.signs
        usual = sign or (signs[-1] if signs else "")
        if isinstance(expr.factors[-1], Big):
            return Product((*expr.factors[:-1], factor, expr.factors[-1]), (*signs, usual))
        return Product((*expr.factors, factor), (*signs, usual))
    if isinstance(expr, Big | Add | Derivative):
        return Product((factor, expr), (sign,))
    return Product((expr, factor), (sign,))


def product(factors: Sequence[Expr], signs: Sequence[str]) -> Expr:
    """The product of *factors*; 1 of none, the factor itself of one."""
    if not factors:
        return ONE
    return factors[0] if len(factors) == 1 else Product(tuple(factors), tuple(signs))


def without_factor(expr: Product, place: int) -> Expr:
    """*expr* without one of its factors."""
    signs = expr.signs[:place] + expr.signs[place + 1 :] if place < len(expr.signs) else expr.signs[:-1]
    if place == 0:
        signs = expr.signs[1:]
    return product((*expr.factors[:place], *expr.factors[place + 1 :]), signs)
