"""Reverse-mode differentiation of arrays, in a hundred lines of NumPy: a second opinion on gradients.

Every derivative comes with its scale, the sum of the absolute values of the terms that make it: where terms cancel, that is what
an error of float64 is relative to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = Any
Pull = Callable[[Array], Array]


@dataclass(eq=False)
class Var:
    """An array, and how a derivative by it becomes one by what it was made of.

    ``scale`` is the array of the sums of absolute terms; each of ``parents`` has a map for derivatives and one for their scales.
    """

    value: Array
    scale: Array
    parents: Sequence[tuple[Var, Pull, Pull]] = ()
    name: str = ""
    slope: Array = field(default=0.0, repr=False)
    slope_scale: Array = field(default=0.0, repr=False)

    @property
    def T(self) -> Var:  # noqa: N802 - as NumPy calls it
        """The transpose."""
        return Var(self.value.T, self.scale.T, [(self, np.transpose, np.transpose)])

    def __matmul__(self, other: Var) -> Var:
        a, b = self, other
        return Var(
            a.value @ b.value,
            a.scale @ b.scale,
            [
                (a, lambda g: g @ b.value.T, lambda g: g @ b.scale.T),
                (b, lambda g: a.value.T @ g, lambda g: a.scale.T @ g),
            ],
        )

    def __add__(self, other: Var) -> Var:
        back = [(part, *[lambda g, p=part: _fold(g, p.value.shape)] * 2) for part in (self, other)]
        return Var(self.value + other.value, self.scale + other.scale, back)

    def __neg__(self) -> Var:
        return Var(-self.value, self.scale, [(self, np.negative, np.copy)])

    def __sub__(self, other: Var) -> Var:
        return self + (-other)

    def __mul__(self, other: Var) -> Var:
        """Entry by entry; numbers and ones are repeated."""
        a, b = self, other
        return Var(
            a.value * b.value,
            a.scale * b.scale,
            [
                (a, lambda g: _fold(g * b.value, a.value.shape), lambda g: _fold(g * b.scale, a.value.shape)),
                (b, lambda g: _fold(g * a.value, b.value.shape), lambda g: _fold(g * a.scale, b.value.shape)),
            ],
        )

    def each(self, function: Callable[[Array], Array], slope: Callable[[Array], Array]) -> Var:
        """A function of every entry; an error in the argument counts by the slope."""
        value, steep = function(self.value), slope(self.value)
        spread = np.abs(value) + np.abs(steep) * self.scale
        return Var(value, spread, [(self, lambda g: g * steep, lambda g: g * (np.abs(steep) + self.scale))])

    def softmax(self) -> Var:
        """Of all entries of a vector."""
        powers = np.exp(self.value - self.value.max())
        y = powers / powers.sum()
        size = 1 + self.scale.max()
        return Var(y, y * size, [(self, lambda g: y * (g - (g * y).sum()), lambda g: size * y * (g + (g * y).sum()))])

    def total(self) -> Var:
        """The sum of all entries."""
        shape = self.value.shape
        spread = [lambda g: np.broadcast_to(g, shape)] * 2
        return Var(np.array(self.value.sum()), np.array(self.scale.sum()), [(self, *spread)])


def leaf(value: Array, name: str = "") -> Var:
    """Something that is given."""
    array = np.asarray(value, dtype=float)
    return Var(array, np.abs(array), name=name)


def backward(cost: Var) -> None:
    """Fill ``slope`` and ``slope_scale`` of everything that *cost* depends on."""
    order: list[Var] = []
    seen: set[int] = set()

    def visit(node: Var) -> None:
        if id(node) in seen:
            return
        seen.add(id(node))
        for parent, _, _ in node.parents:
            visit(parent)
        order.append(node)

    visit(cost)
    for node in order:
        node.slope, node.slope_scale = np.zeros_like(node.value), np.zeros_like(node.value)
    cost.slope, cost.slope_scale = np.ones_like(cost.value), np.ones_like(cost.value)
    for node in reversed(order):
        for parent, pull, spread in node.parents:
            parent.slope = parent.slope + pull(node.slope)
            parent.slope_scale = parent.slope_scale + spread(node.slope_scale)


def _fold(g: Array, shape: tuple[int, ...]) -> Array:
    """The sum over what was repeated."""
    extra = g.ndim - len(shape)
    g = g.sum(axis=tuple(range(extra))) if extra else g
    kept = tuple(axis for axis, size in enumerate(shape) if size == 1 and g.shape[axis] != 1)
    return g.sum(axis=kept, keepdims=True) if kept else g
