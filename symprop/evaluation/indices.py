"""Index expressions as whole numbers, and the instances of ranges."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from symprop.evaluation.trouble import OutOfRange, UnknownName, Unsupported
from symprop.model.expr import Add, Div, Expr, Hadamard, Mul, Neg, Number, Ref
from symprop.model.network import Range

Environment = Mapping[str, Any]
"""Letters in force and sizes, to ints; what is not an int (a function's parameter) is no index."""


def rational(expr: Expr, env: Environment) -> Fraction | int:
    """The exact value of an index expression.

    Raises:
        UnknownName: a letter is not bound and no size.
        Unsupported: it is not made of numbers, letters, ``+``, ``-``, ``*`` and ``/``.
    """
    rule = _RULES.get(type(expr))
    if rule is None:
        raise Unsupported("an index is not made of numbers and index letters")
    return rule(expr, env)


def position(expr: Expr, env: Environment) -> int:
    """The value of an index expression.

    Raises:
        OutOfRange: it is not a whole number.
        Unsupported: as for :func:`rational`.
    """
    value = rational(expr, env)
    if isinstance(value, Fraction):
        if value.denominator != 1:
            raise OutOfRange(f"the index {value} is not a whole number")
        return value.numerator
    return value


def span(of: Range, env: Environment) -> range:
    """The positions of a range, both ends included."""
    return range(position(of.lower, env), position(of.upper, env) + 1)


def instances(ranges: Sequence[Range], env: Environment) -> Iterator[dict[str, int]]:
    """All bindings of the letters of *ranges*, in order; the bounds may use letters further left."""
    if not ranges:
        yield {}
        return
    first, *rest = ranges
    for value in span(first, env):
        for more in instances(rest, {**env, first.index: value}):
            yield {first.index: value, **more}


def chosen_instances(ranges: Sequence[Range], env: Environment, cap: int, seed: str) -> list[dict[str, int]]:
    """All instances, or, where there are more than *cap*, the corners and their neighbours and a random choice."""
    spans = [span(r, env) for r in ranges] if _independent(ranges) else None
    if spans is None or prod(map(len, spans)) <= cap:
        return list(itertools.islice(instances(ranges, env), cap))
    letters = [r.index for r in ranges]
    ends = [sorted({s[0], s[min(1, len(s) - 1)], s[-1]}) for s in spans]
    found = dict.fromkeys(itertools.islice(itertools.product(*ends), cap // 2))
    rng = random.Random(seed)  # noqa: S311 - a choice that guards nothing
    while len(found) < cap:
        found[tuple(rng.choice(s) for s in spans)] = None
    return [dict(zip(letters, values, strict=True)) for values in found]


def _independent(ranges: Sequence[Range]) -> bool:
    letters = {r.index for r in ranges}
    return not any(_mentions(bound, letters) for r in ranges for bound in (r.lower, r.upper))


def _mentions(expr: Expr, letters: set[str]) -> bool:
    from symprop.model.walk import walk

    return any(isinstance(node, Ref) and node.name in letters for node in walk(expr))


def _number(expr: Number, _env: Environment) -> Fraction | int:
    value = expr.value
    return value.numerator if value.denominator == 1 else value


def _letter(expr: Ref, env: Environment) -> int:
    value = env.get(expr.name)
    if expr.indices or not isinstance(value, int):
        raise UnknownName(f"{expr.name} is not an index or a size here")
    return value


def _sum(expr: Add, env: Environment) -> Fraction | int:
    total: Fraction | int = 0
    for term in expr.terms:
        total += rational(term, env)
    return total


def _product(expr: Mul | Hadamard, env: Environment) -> Fraction | int:
    total: Fraction | int = 1
    for factor in expr.factors:
        total *= rational(factor, env)
    return total


def _quotient(expr: Div, env: Environment) -> Fraction | int:
    below = rational(expr.denominator, env)
    if below == 0:
        raise OutOfRange("an index divides by zero")
    return Fraction(rational(expr.numerator, env)) / below


_RULES: dict[type[Expr], Callable[..., Fraction | int]] = {
    Number: _number,
    Ref: _letter,
    Add: _sum,
    Neg: lambda e, env: -rational(e.operand, env),
    Mul: _product,
    Hadamard: _product,
    Div: _quotient,
}
