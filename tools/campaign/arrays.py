"""The oracle for matrices: values of formulas in NumPy, at layers of given widths; nothing here knows the package.

Derivatives are complex steps, one for each entry of what one differentiates by.  Columns, rows and matrices have two axes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce, singledispatch
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tools.campaign.nodes import (
    Add,
    Big,
    Diag,
    Div,
    Entry,
    Fn,
    Had,
    Ix,
    MatMul,
    Mul,
    Neg,
    Node,
    Norm,
    NormSq,
    Num,
    Ones,
    Par,
    Pow,
    Q,
    Tr,
)
from tools.campaign.oracle import Rule, ShapeError

Grid: TypeAlias = NDArray[np.complex128]
"""A number (no axes) or an array with two axes."""
Bound: TypeAlias = Mapping[str, int]
Place: TypeAlias = tuple[str, tuple[int, ...], tuple[int, int]]
"""The entry of a quantity that carries the step."""

STEP = 1e-40
_NUMBER = (0, 0)


def _sigmoid(x: Grid) -> Grid:
    return np.asarray(1 / (1 + np.exp(-x)))


def _shares(x: Grid, axis: int) -> Grid:
    powers = np.exp(x)
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


FUNCTIONS: Mapping[str, tuple[Callable[[Grid], Any], Callable[[Grid], Any]]] = {
    "sigmoid": (_sigmoid, lambda x: _sigmoid(x) * (1 - _sigmoid(x))),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "relu": (lambda x: np.where(x.real > 0, x, 0), lambda x: np.where(x.real > 0, 1 + 0j, 0)),
    "log": (np.log, lambda x: 1 / x),
    "exp": (np.exp, np.exp),
    "unknown": (lambda x: np.sin(x + 0.3) + x * x / 4, lambda x: np.cos(x + 0.3) + x / 2),
}


@dataclass
class Arrays:
    """A network at random arrays.

    Args:
        rules: definitions by name.
        shape: rows and columns of what nothing defines, by name and indices; None for a number.
        sizes: names of sizes, and of the last layer.
        width: how many entries a layer has.
        seed: makes the numbers.
        shares: leaves whose entries are positive and add up to 1 along an axis.
        axis: along which a softmax adds up.
        layout: how derivatives of and by lines lie.
    """

    rules: Mapping[str, Rule]
    shape: Callable[[str, tuple[int, ...]], tuple[int, int] | None]
    sizes: Mapping[str, int]
    width: Callable[[int], int]
    seed: int
    shares: Mapping[str, int] = field(default_factory=dict)
    axis: int = 0
    layout: str = "gradient"
    _cache: dict[tuple[Place | None, str, tuple[int, ...]], Grid] = field(default_factory=dict)

    def leaf(self, name: str, indices: tuple[int, ...]) -> Grid:
        """Random numbers that depend on name, indices, shape and seed only.

        Raises:
            KeyError: there is no such quantity.
        """
        if name == "n":
            return np.asarray(complex(self.width(*indices)))
        dice = np.random.default_rng(zlib.crc32(f"{self.seed}/{name}/{indices}".encode()))
        shape = self.shape(name, indices)
        drawn = dice.uniform(0.2, 1.3, shape or ()) * dice.choice((-1, 1), shape or ())
        if name in self.shares:
            drawn = np.abs(drawn) / np.abs(drawn).sum(axis=self.shares[name], keepdims=True)
        return np.asarray(drawn, dtype=np.complex128)

    def quantity(self, name: str, indices: tuple[int, ...], cut: Place | None) -> Grid:
        """The value of a quantity; where *cut* is an entry of it, that entry carries the step."""
        memo = (cut, name, indices)
        if memo not in self._cache:
            self._cache[memo] = self._fresh(name, indices, cut)
        return self._cache[memo]

    def _fresh(self, name: str, indices: tuple[int, ...], cut: Place | None) -> Grid:
        if cut is not None and cut[:2] == (name, indices):
            base = self.quantity(name, indices, None).copy()
            base[cut[2] if base.ndim else ()] += STEP * 1j
            return base
        rule = self.rules.get(name)
        if rule is None or (rule.first is not None and indices and indices[0] < rule.first):
            return self.leaf(name, indices)
        if rule.first is not None and indices and indices[0] > self.sizes["L"]:
            raise KeyError(name)
        return self.value(rule.right, dict(zip(rule.letters, indices, strict=True)), cut)

    def index(self, node: Node, bound: Bound) -> int:
        """The value of an index expression."""
        return round(self.value(node, bound).real.item())

    def indices(self, node: Q, bound: Bound) -> tuple[int, ...]:
        """The layers and places of a quantity."""
        return tuple(self.index(index, bound) for index in node.indices)

    def value(self, node: Node, bound: Bound, cut: Place | None = None) -> Grid:
        """The value of a formula.

        Raises:
            ShapeError: arrays that do not go together.
        """
        return np.asarray(_value(node, self, bound, cut))

    def derivative(self, of: Q, wrt: Q | Entry, bound: Bound) -> Grid:
        """Of a number: shaped like what it is by.  Of a line by a line: a row for each entry of the first."""
        whole = wrt.of if isinstance(wrt, Entry) else wrt
        name, indices = whole.name, self.indices(whole, bound)
        base = self.quantity(name, indices, None)
        if isinstance(wrt, Entry):
            return self._slope(of, (name, indices, _place(self, wrt, base, bound)), bound)
        if not base.ndim:
            return self._slope(of, (name, indices, _NUMBER), bound)
        slopes = [self._slope(of, (name, indices, (r, c)), bound) for r in range(base.shape[0]) for c in range(base.shape[1])]
        if not slopes[0].ndim:
            found = np.array([slope.item() for slope in slopes]).reshape(base.shape)
            return found.T if self.layout == "numerator" else found
        if 1 not in base.shape or 1 not in slopes[0].shape:
            raise ValueError("a derivative with more than two axes")
        return np.stack([slope.ravel() for slope in slopes], axis=0 if self.layout == "denominator" else 1)

    def _slope(self, of: Q, cut: Place, bound: Bound) -> Grid:
        return np.asarray(self.value(of, bound, cut).imag / STEP, dtype=np.complex128)


def _place(world: Arrays, entry: Entry, base: Grid, bound: Bound) -> tuple[int, int]:
    at = [world.index(index, bound) - 1 for index in entry.at]
    if len(at) == 1:
        at = [at[0], 0] if base.shape[1] == 1 else [0, at[0]]
    if not (0 <= at[0] < base.shape[0] and 0 <= at[1] < base.shape[1]):
        raise ShapeError
    return at[0], at[1]


def _number(value: Grid) -> Grid:
    return value.reshape(()) if value.size == 1 else value


def _entrywise(a: Grid, b: Grid, work: Callable[[Grid, Grid], Any]) -> Grid:
    """Entry by entry; a line is repeated along a matrix, as biases are."""
    a, b = _number(a), _number(b)
    if a.ndim and b.ndim and a.shape != b.shape:
        lines = [array for array in (a, b) if 1 in array.shape]
        try:
            shape = np.broadcast_shapes(a.shape, b.shape)
        except ValueError:
            raise ShapeError from None
        if len(lines) == 2 or shape not in (a.shape, b.shape):
            raise ShapeError
    return np.asarray(work(a, b))


def _matrix_product(a: Grid, b: Grid) -> Grid:
    a, b = _number(a), _number(b)
    if not a.ndim or not b.ndim:
        return np.asarray(a * b)
    if a.shape[1] != b.shape[0]:
        raise ShapeError
    return _number(a @ b)


@singledispatch
def _value(node: Node, world: Arrays, _bound: Bound, _cut: Place | None) -> Any:
    raise TypeError(f"{type(node)} in {world}")


@_value.register
def _(node: Num, _world: Arrays, _bound: Bound, _cut: Place | None) -> Any:
    return complex(node.value)


@_value.register
def _(node: Ix, world: Arrays, bound: Bound, _cut: Place | None) -> Any:
    return complex(bound[node.letter] if node.letter in bound else world.sizes[node.letter])


@_value.register
def _(node: Q, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return world.quantity(node.name, world.indices(node, bound), cut)


@_value.register
def _(node: Entry, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    whole = world.value(node.of, bound, cut)
    return whole[_place(world, node, whole, bound)]


@_value.register
def _(_node: Ones, world: Arrays, _bound: Bound, _cut: Place | None) -> Any:
    return np.ones((world.sizes["N"], 1), dtype=np.complex128)


@_value.register
def _(node: Add, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return reduce(lambda a, b: _entrywise(a, b, np.add), [world.value(term, bound, cut) for term in node.terms])


@_value.register
def _(node: Neg, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return -world.value(node.operand, bound, cut)


@_value.register
def _(node: Mul, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return reduce(_matrix_product, [world.value(factor, bound, cut) for factor in node.factors])


@_value.register
def _(node: MatMul, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return reduce(_matrix_product, [world.value(factor, bound, cut) for factor in node.factors])


@_value.register
def _(node: Had, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return reduce(lambda a, b: _entrywise(a, b, np.multiply), [world.value(factor, bound, cut) for factor in node.factors])


@_value.register
def _(node: Div, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return _entrywise(world.value(node.above, bound, cut), world.value(node.below, bound, cut), np.divide)


@_value.register
def _(node: Pow, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return world.value(node.base, bound, cut) ** node.exponent


@_value.register
def _(node: Fn, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    inner = world.value(node.argument, bound, cut)
    return _shares(inner, world.axis) if node.name == "softmax" else FUNCTIONS[node.name][node.primes](inner)


@_value.register
def _(node: Par, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    if cut is not None:
        raise ValueError("a derivative of a derivative")
    return world.derivative(node.of, node.wrt, bound)


@_value.register
def _(node: Big, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    first, last = world.index(node.low, bound), world.index(node.high, bound)
    terms = [world.value(node.body, {**bound, node.index: index}, cut) for index in range(first, last + 1)]
    return reduce(lambda a, b: _entrywise(a, b, np.add), terms)


@_value.register
def _(node: Tr, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return world.value(node.operand, bound, cut).T


@_value.register
def _(node: Diag, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    inner = world.value(node.operand, bound, cut)
    if not inner.ndim or 1 not in inner.shape:
        raise ShapeError
    return np.diag(inner.ravel())


@_value.register
def _(node: NormSq, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return (world.value(node.operand, bound, cut) ** 2).sum()


@_value.register
def _(node: Norm, world: Arrays, bound: Bound, cut: Place | None) -> Any:
    return np.sqrt((world.value(node.operand, bound, cut) ** 2).sum())
