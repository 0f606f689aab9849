"""Products of arrays: by matrices, entry by entry, inner and outer."""

from __future__ import annotations

from itertools import pairwise
from itertools import product as pairs
from typing import TYPE_CHECKING

from symprop.check.values.array import (
    Array,
    ShapeMismatch,
    Tensor,
    Value,
    collapsed,
    contracted,
    entrywise,
    inner_product,
    matrix_product,
)
from symprop.check.values.atoms import Bindings
from symprop.evaluation.tape import Node
from symprop.evaluation.trouble import OutOfRange, Unsupported
from symprop.model.expr import Expr, Hadamard, Mul
from symprop.model.written import Outer, Product

if TYPE_CHECKING:
    from symprop.check.values.world import World


def product(world: World, expr: Product, bound: Bindings) -> Value:
    """Factors from left to right; an indicator that is 0 hides factors that need not exist."""
    if world.theory.stars and "*" in expr.signs:
        return _starred(world, expr, bound)
    found: list[Value] = []
    missing: OutOfRange | None = None
    for factor in expr.factors:
        try:
            found.append(collapsed(world.value(factor, bound)))
        except OutOfRange as trouble:
            missing = trouble
            continue
        if found[-1] is world.masked:
            return world.masked
    if missing is not None:
        raise missing
    total = found[0]
    if all(isinstance(item, Node) for item in found):
        return world.tape.multiply([item for item in found if isinstance(item, Node)])
    for sign, right in zip(expr.signs, found[1:], strict=True):
        total = _times(world, total, right, sign)
    return total


def _starred(world: World, expr: Product, bound: Bindings) -> Value:
    """``*`` in a document that uses it for ⊙: it binds less than what stands side by side, unless only the reverse fits."""
    cuts = [place for place, sign in enumerate(expr.signs) if sign == "*"]
    groups = [_joined(expr, first + 1, last + 1) for first, last in pairwise([-1, *cuts, len(expr.signs)])]
    return hadamard(world, Hadamard(tuple(groups)), bound)


def _joined(expr: Product, start: int, stop: int) -> Expr:
    factors = expr.factors[start:stop]
    return factors[0] if len(factors) == 1 else Product(factors, expr.signs[start : stop - 1])


def _times(world: World, left: Value, right: Value, sign: str) -> Value:
    if isinstance(left, Node) or isinstance(right, Node):
        return entrywise(world.tape.multiply, [left, right], "a product")
    if isinstance(left, Tensor):
        raise Unsupported("a product with an array with three axes on the left")
    if isinstance(right, Tensor):
        return contracted(world.tape, left, right)
    if left.columns == right.rows and not (left.shape == right.shape and left.shape != (1, 1) and sign in ("*", "×")):
        return matrix_product(world.tape, left, right)
    if left.shape == right.shape and sign == "·":
        world.choices.add("inner")
    if left.shape == right.shape and sign == "·" and world.conventions.inner:
        return inner_product(world.tape, left, right)
    if left.shape == right.shape and (sign or (world.theory.side_by_side and left.is_line)):
        return entrywise(world.tape.multiply, [left, right], "a product")
    return matrix_product(world.tape, left, right)


def plain(world: World, expr: Mul, bound: Bindings) -> Value:
    """A product without signs."""
    return product(world, Product(expr.factors, ("",) * (len(expr.factors) - 1)), bound)


def hadamard(world: World, expr: Hadamard, bound: Bindings) -> Value:
    """Factors entry by entry."""
    try:
        return entrywise(world.tape.multiply, [world.value(factor, bound) for factor in expr.factors], "a product entry by entry")
    except ShapeMismatch:
        *before, last = expr.factors
        if not isinstance(last, Product) or isinstance(collapsed(world.value(last.factors[0], bound)), Node):
            raise
        # `δ ⊙ σ'(z) xᵀ`: where only that fits, the product goes from left to right
        first = Hadamard((*before, last.factors[0]))
        return world.value(Product((first, *last.factors[1:]), last.signs), bound)


def outer(world: World, expr: Outer, bound: Bindings) -> Value:
    """Every entry of one line times every entry of the other."""
    left, right = collapsed(world.value(expr.left, bound)), collapsed(world.value(expr.right, bound))
    if isinstance(left, Node) or isinstance(right, Node):
        return entrywise(world.tape.multiply, [left, right], "a product")
    if isinstance(left, Tensor) or isinstance(right, Tensor) or not (left.is_line and right.is_line):
        raise Unsupported("⊗ between matrices")
    entries = [world.tape.multiply([a, b]) for a, b in pairs(left.entries, right.entries)]
    return Array(len(left.entries), len(right.entries), tuple(entries))
