"""Matrix expressions evaluated as NumPy does, with every array two-dimensional: a second opinion on what a line in matrices says.

A vector is a column or a row as the convention says, a product needs fitting shapes, a Hadamard product or a sum equal ones (but
for numbers).  Nothing of the package's own reading of matrices is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from symprop.model.expr import (
    Add,
    Apply,
    Diag,
    Div,
    Expr,
    Hadamard,
    Identity,
    Indicator,
    MatMul,
    Mul,
    Neg,
    Norm,
    Number,
    Ones,
    Pow,
    Ref,
    Transpose,
)

Array = Any


def _softmax(z: Array) -> Array:
    e = np.exp(z - z.max())
    return e / e.sum()


FUNCTIONS: Mapping[tuple[str, int], Callable[[Array], Array]] = {
    ("tanh", 0): np.tanh,
    ("tanh", 1): lambda z: 1 - np.tanh(z) ** 2,
    ("sigmoid", 0): lambda z: 1 / (1 + np.exp(-z)),
    ("sigmoid", 1): lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    ("log", 0): np.log,
    ("log", 1): lambda z: 1 / z,
    ("exp", 0): np.exp,
    ("relu", 0): lambda z: np.maximum(z, 0),
    ("relu", 1): lambda z: (z > 0).astype(float),
    ("softplus", 0): lambda z: np.log1p(np.exp(z)),
    ("softplus", 1): lambda z: 1 / (1 + np.exp(-z)),
    ("cos", 0): np.cos,
    ("sum", 0): np.sum,
    ("sin", 0): np.sin,
    ("sin", 1): np.cos,
    ("f", 0): lambda z: np.sin(z) + z**2,  # stands for an unknown function
    ("f", 1): lambda z: np.cos(z) + 2 * z,
    ("softmax", 0): _softmax,
}


class Strict:
    """Values of matrix expressions.

    Args:
        arrays: of every name: numbers, vectors (one axis), matrices.
        derivatives: arrays that stand for derivatives, laid out as they are written, by the text of the derivative.
        sizes: by name.
        rows: whether vectors are rows.
    """

    def __init__(
        self,
        arrays: Mapping[str, Array],
        sizes: Mapping[str, int],
        *,
        rows: bool = False,
        derivatives: Mapping[Expr, Array] | None = None,
    ) -> None:
        self.arrays = arrays
        self.sizes = sizes
        self.rows = rows
        self.derivatives = derivatives or {}

    def value(self, expr: Expr) -> Array:
        """*expr* as a two-dimensional array, or a number."""
        if expr in self.derivatives:
            return self.vector(np.asarray(self.derivatives[expr]))
        return getattr(self, f"_{type(expr).__name__.lower()}")(expr)

    def vector(self, array: Array) -> Array:
        """A vector as the convention has it."""
        if array.ndim != 1:
            return array
        return array[None, :] if self.rows else array[:, None]

    def _number(self, expr: Number) -> Array:
        return float(expr.value)

    def _ref(self, expr: Ref) -> Array:
        assert not expr.indices
        return float(self.sizes[expr.name]) if expr.name in self.sizes else self.vector(np.asarray(self.arrays[expr.name]))

    def _matmul(self, expr: MatMul) -> Array:
        made = self.value(expr.factors[0])
        for factor in expr.factors[1:]:
            other = self.value(factor)
            assert made.shape[1] == other.shape[0], f"{made.shape} @ {other.shape}"
            made = made @ other
        return made.item() if made.shape == (1, 1) else made

    def _transpose(self, expr: Transpose) -> Array:
        return self.value(expr.operand).T

    def _norm(self, expr: Norm) -> Array:
        return float(np.sqrt((self.value(expr.operand) ** 2).sum()))

    def _ones(self, expr: Ones) -> Array:
        return self.vector(np.ones(int(self.value(expr.size))))

    def _identity(self, expr: Identity) -> Array:
        return np.eye(int(self.value(expr.size)))

    def _diag(self, expr: Diag) -> Array:
        return np.diag(self.value(expr.operand).ravel())

    def _hadamard(self, expr: Hadamard) -> Array:
        parts = [self.value(factor) for factor in expr.factors]
        assert len({np.shape(part) for part in parts}) == 1, [np.shape(p) for p in parts]
        return np.prod(parts, axis=0)

    def _mul(self, expr: Mul) -> Array:
        parts = [self.value(factor) for factor in expr.factors]
        assert sum(bool(np.shape(part)) for part in parts) <= 1, "a product of arrays"
        made = parts[0]
        for part in parts[1:]:
            made = made * part
        return made

    def _add(self, expr: Add) -> Array:
        parts = [self.value(term) for term in expr.terms]
        shapes = {np.shape(part) for part in parts if np.shape(part)}
        if len(shapes) == 2:  # a vector that is added to each example of a batch
            whole = np.broadcast_shapes(*shapes)
            assert whole in shapes, shapes
            shapes = {whole}
        assert len(shapes) <= 1, shapes
        made = parts[0]
        for part in parts[1:]:
            made = made + part
        return made

    def _neg(self, expr: Neg) -> Array:
        return -self.value(expr.operand)

    def _div(self, expr: Div) -> Array:
        above, below = self.value(expr.numerator), self.value(expr.denominator)
        assert not np.shape(below) or np.shape(above) in ((), np.shape(below))
        return above / below

    def _pow(self, expr: Pow) -> Array:
        base = self.value(expr.base)
        assert not np.shape(base), "a power of an array"
        return base ** self.value(expr.exponent)

    def _indicator(self, expr: Indicator) -> Array:
        assert expr.operators == (">",)
        left, right = (self.value(operand) for operand in expr.operands)
        assert np.shape(left) == np.shape(right) or not np.shape(right)
        return (left > right) * 1.0

    def _apply(self, expr: Apply) -> Array:
        return FUNCTIONS[expr.function, expr.primes](self.value(expr.arguments[0]))
