"""Index positions of documents: places and labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from symprop.check.theory import Atom
from symprop.check.trees import nodes
from symprop.check.written_names import label_of
from symprop.evaluation.trouble import Unsupported
from symprop.model.expr import Add, Div, Expr, Mul, Neg, Number, Pow, Ref
from symprop.model.written import Group, Product

Bindings = Mapping[str, Any]
"""Index letters in force, as atoms, and parameters of functions, as values (which are no index)."""

Named = Callable[[str], int | None]
"""The number that a name stands for in an index (a last layer, a size), None if it stands for none."""


def atom(expr: Expr, bound: Bindings, named: Named) -> Atom:
    """The value of one index: a place where it can be worked out, else a label.

    Raises:
        Unsupported: it mixes labels with arithmetic on numbers (``o1 + 1``).
    """
    if isinstance(expr, Ref) and not expr.indices:
        inside = bound.get(expr.name)
        if isinstance(inside, int | str):
            return inside
        number = named(expr.name)
        return expr.name if number is None else number
    if isinstance(expr, Number) and expr.value.denominator == 1:
        return int(expr.value)
    names = {node.name for node in nodes(expr) if isinstance(node, Ref)}
    if all(name not in bound and named(name) is None for name in names) and names:
        return label_of(expr)
    return whole(expr, bound, named)


def whole(expr: Expr, bound: Bindings, named: Named) -> int:
    """The value of an index expression that is a number.

    Raises:
        Unsupported: it is none.
    """
    rule = _RULES.get(type(expr))
    if rule is None:
        raise Unsupported("an index that is not made of numbers and index letters")
    return rule(expr, bound, named)


def match(pattern: Sequence[Expr], atoms: Sequence[Atom], letters: Sequence[str], named: Named) -> dict[str, Atom] | None:
    """The values of *letters* with which the pattern becomes these atoms; None if there are none."""
    found: dict[str, Atom] = {}
    for expr, value in zip(pattern, atoms, strict=True):
        inside = [node.name for node in nodes(expr) if isinstance(node, Ref) and node.name in letters]
        if not inside:
            if atom(expr, found, named) != value:
                return None
            continue
        if len(set(inside)) > 1:  # `j + m - 1` can be any place
            if not isinstance(value, int):
                return None
            continue
        letter = inside[0]
        solved = value if isinstance(expr, Ref) else _solved(expr, letter, value, named)
        if solved is None or found.setdefault(letter, solved) != solved:
            return None
    return found


def _solved(expr: Expr, letter: str, value: Atom, named: Named) -> int | None:
    """``l + 1 = 3`` gives 2."""
    if not isinstance(value, int):
        return None
    zero, one = (whole(expr, {letter: at}, named) for at in (0, 1))
    step = one - zero
    if step == 0 or (value - zero) % step:
        return None
    return (value - zero) // step


def _ref(expr: Ref, bound: Bindings, named: Named) -> int:
    value = bound.get(expr.name) if not expr.indices else None
    if value is None:
        value = named(expr.name)
    if not isinstance(value, int):
        raise Unsupported(f"an index {expr.name} that is no number")
    return value


def _number(expr: Number, _bound: Bindings, _named: Named) -> int:
    if expr.value.denominator != 1:
        raise Unsupported(f"an index {expr.value}")
    return int(expr.value)


def _product(expr: Product | Mul, bound: Bindings, named: Named) -> int:
    value = 1
    for factor in expr.factors:
        value *= whole(factor, bound, named)
    return value


def _quotient(expr: Div, bound: Bindings, named: Named) -> int:
    above, below = whole(expr.numerator, bound, named), whole(expr.denominator, bound, named)
    if below == 0 or above % below:
        raise Unsupported("an index that is no whole number")
    return above // below


def _group(expr: Group, bound: Bindings, named: Named) -> int:
    if len(expr.items) != 1:
        raise Unsupported("a list in an index")
    return whole(expr.items[0], bound, named)


def _power(expr: Pow, bound: Bindings, named: Named) -> int:
    base, exponent = whole(expr.base, bound, named), whole(expr.exponent, bound, named)
    if not 0 <= exponent <= 6 or abs(base) > 100:
        raise Unsupported("a power in an index")
    return int(base**exponent)


_RULES: dict[type[Expr], Callable[..., int]] = {
    Ref: _ref,
    Number: _number,
    Add: lambda e, b, n: sum(whole(t, b, n) for t in e.terms),
    Neg: lambda e, b, n: -whole(e.operand, b, n),
    Product: _product,
    Mul: _product,
    Div: _quotient,
    Group: _group,
    Pow: _power,
}
