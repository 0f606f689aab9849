"""The oracle: values of formulas in plain floating-point numbers; nothing here knows the package.

Derivatives are complex steps: ``f'(x) = Im f(x + iε)/ε``, exact to the last digits because nothing is subtracted. An array is a
list of rows; a vector is a column.
"""

from __future__ import annotations

import cmath
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce, singledispatch
from typing import TypeAlias

from tools.campaign.nodes import Add, Big, Div, Fn, Had, Ix, MatMul, Mul, Neg, Node, NormSq, Num, Par, Pow, Q, Tr

STEP = 1e-40
Number: TypeAlias = complex
Rows: TypeAlias = list[list[Number]]
Value: TypeAlias = Number | Rows
Key: TypeAlias = tuple[str, tuple[int, ...], tuple[int, int] | None]


class ShapeError(Exception):
    """Arrays that do not go together; a claim with such a side is wrong."""


def _sigmoid(x: Number) -> Number:
    return 1 / (1 + cmath.exp(-x))


def _unknown(x: Number) -> Number:
    """Stands for a function of which nothing is said."""
    return cmath.sin(x + 0.3) + x * x / 4


FUNCTIONS: Mapping[str, tuple[Callable[[Number], Number], Callable[[Number], Number]]] = {
    "sigmoid": (_sigmoid, lambda x: _sigmoid(x) * (1 - _sigmoid(x))),
    "tanh": (cmath.tanh, lambda x: 1 - cmath.tanh(x) ** 2),
    "softplus": (lambda x: cmath.log(1 + cmath.exp(x)), _sigmoid),
    "exp": (cmath.exp, cmath.exp),
    "log": (cmath.log, lambda x: 1 / x),
    "unknown": (_unknown, lambda x: cmath.cos(x + 0.3) + x / 2),
}


@dataclass(frozen=True)
class Rule:
    """The definition of a quantity: index letters, right side, and from which index on it holds (leaves below)."""

    letters: tuple[str, ...]
    right: Node
    first: int | None = None  # of the first index
    last: int | None = None


@dataclass
class World:
    """A network at random numbers.

    Args:
        rules: definitions by name.
        sizes: names of sizes and their values (``n``, ``L``).
        shapes: rows and columns of the arrays, by name and indices.
        seed: makes the numbers.
        given: leaves whose value is not random.
        shares: how many entries a leaf has whose entries are positive and add up to 1.
    """

    rules: Mapping[str, Rule]
    sizes: Mapping[str, int]
    shapes: Mapping[tuple[str, tuple[int, ...]], tuple[int, int]]
    seed: int
    given: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, int] = field(default_factory=dict)
    _cache: dict[tuple[Key | None, str, tuple[int, ...]], Value] = field(default_factory=dict)

    def leaf(self, name: str, indices: tuple[int, ...]) -> Value:
        """A random number or array that depends on name, indices and seed only."""
        if name in self.given:
            return self.given[name]
        if name in self.shares and 1 <= indices[0] <= self.shares[name]:
            parts = [random.Random(f"{self.seed}/{name}/{k}").uniform(0.2, 1) for k in range(self.shares[name])]  # noqa: S311
            return parts[indices[0] - 1] / sum(parts)
        dice = random.Random(f"{self.seed}/{name}/{indices}")  # noqa: S311 -- numbers that guard nothing

        def number() -> Number:
            return dice.choice((-1, 1)) * dice.uniform(0.2, 1.3)

        shape = self.shapes.get((name, indices))
        return number() if shape is None else [[number() for _ in range(shape[1])] for _ in range(shape[0])]

    def quantity(self, name: str, indices: tuple[int, ...], cut: Key | None) -> Value:
        """The value of a quantity; where *cut* is an entry of it, that entry carries the step."""
        memo = (cut, name, indices)
        if memo not in self._cache:
            self._cache[memo] = self._fresh(name, indices, cut)
        return self._cache[memo]

    def _fresh(self, name: str, indices: tuple[int, ...], cut: Key | None) -> Value:
        if cut is not None and cut[:2] == (name, indices):
            base = self.quantity(name, indices, None)
            if cut[2] is None:
                return number_of(base) + STEP * 1j
            rows = [list(row) for row in _rows(base)]
            rows[cut[2][0]][cut[2][1]] += STEP * 1j
            return rows
        rule = self.rules.get(name)
        outside = rule is None or (
            bool(indices)
            and ((rule.first is not None and indices[0] < rule.first) or (rule.last is not None and indices[0] > rule.last))
        )
        if rule is None or outside:
            return self.leaf(name, indices)
        return self.value(rule.right, dict(zip(rule.letters, indices, strict=True)), cut)

    def index(self, node: Node, bound: Mapping[str, int]) -> int:
        """The value of an index expression."""
        value = self.value(node, bound, None)
        return round(number_of(value).real)

    def value(self, node: Node, bound: Mapping[str, int], cut: Key | None = None) -> Value:
        """The value of a formula, with the letters bound so.

        Raises:
            ShapeError: arrays that do not go together.
        """
        return _value(node, self, bound, cut)

    def derivative(self, of: Q, wrt: Q, bound: Mapping[str, int]) -> Value:
        """``∂of/∂wrt``; by an array, an array of its shape."""
        key = (wrt.name, tuple(self.index(index, bound) for index in wrt.indices))
        base = self.quantity(*key, None)
        if isinstance(base, list):
            return [[self._slope(of, (*key, (r, c)), bound) for c in range(len(base[0]))] for r in range(len(base))]
        return self._slope(of, (*key, None), bound)

    def _slope(self, of: Q, cut: Key, bound: Mapping[str, int]) -> Number:
        return number_of(self.value(of, bound, cut)).imag / STEP


def number_of(value: Value) -> Number:
    """The only entry of *value*.

    Raises:
        ShapeError: there are several.
    """
    if isinstance(value, list):
        if len(value) == len(value[0]) == 1:
            return value[0][0]
        raise ShapeError
    return value


def _rows(value: Value) -> Rows:
    return value if isinstance(value, list) else [[value]]


def _entrywise(a: Value, b: Value, work: Callable[[Number, Number], Number]) -> Value:
    if not isinstance(a, list) and not isinstance(b, list):
        return work(a, b)
    left, right = _rows(a), _rows(b)
    if (len(left), len(left[0])) != (len(right), len(right[0])):
        raise ShapeError
    return [[work(x, y) for x, y in zip(p, q, strict=True)] for p, q in zip(left, right, strict=True)]


def _each(value: Value, work: Callable[[Number], Number]) -> Value:
    return [[work(x) for x in row] for row in value] if isinstance(value, list) else work(value)


def _times(a: Value, b: Value) -> Value:
    if isinstance(a, list) and isinstance(b, list):
        if len(a) == len(a[0]) == 1:
            return _times(a[0][0], b)
        return _matrix_product(a, b)
    if isinstance(a, list):
        return _times(b, a)
    return _each(b, lambda x: a * x)


def _matrix_product(a: Value, b: Value) -> Value:
    left, right = _rows(a), _rows(b)
    if len(left[0]) != len(right):
        raise ShapeError
    columns = list(zip(*right, strict=True))
    return [[sum((x * y for x, y in zip(row, column, strict=True)), 0j) for column in columns] for row in left]


Bound: TypeAlias = Mapping[str, int]


@singledispatch
def _value(node: Node, world: World, _bound: Bound, _cut: Key | None) -> Value:
    raise TypeError(f"{type(node)} in {world}")


def _folded(parts: Sequence[Node], world: World, bound: Bound, cut: Key | None, work: Callable[[Value, Value], Value]) -> Value:
    return reduce(work, [world.value(part, bound, cut) for part in parts])


@_value.register
def _(node: Num, _world: World, _bound: Bound, _cut: Key | None) -> Value:
    return complex(node.value)


@_value.register
def _(node: Ix, world: World, bound: Bound, _cut: Key | None) -> Value:
    return complex(bound[node.letter] if node.letter in bound else world.sizes[node.letter])


@_value.register
def _(node: Q, world: World, bound: Bound, cut: Key | None) -> Value:
    return world.quantity(node.name, tuple(world.index(index, bound) for index in node.indices), cut)


@_value.register
def _(node: Add, world: World, bound: Bound, cut: Key | None) -> Value:
    return _folded(node.terms, world, bound, cut, lambda a, b: _entrywise(a, b, lambda x, y: x + y))


@_value.register
def _(node: Neg, world: World, bound: Bound, cut: Key | None) -> Value:
    return _each(world.value(node.operand, bound, cut), lambda x: -x)


@_value.register
def _(node: Mul, world: World, bound: Bound, cut: Key | None) -> Value:
    return _folded(node.factors, world, bound, cut, _times)


@_value.register
def _(node: MatMul, world: World, bound: Bound, cut: Key | None) -> Value:
    return _folded(node.factors, world, bound, cut, _matrix_product)


@_value.register
def _(node: Had, world: World, bound: Bound, cut: Key | None) -> Value:
    return _folded(node.factors, world, bound, cut, lambda a, b: _entrywise(a, b, lambda x, y: x * y))


@_value.register
def _(node: Div, world: World, bound: Bound, cut: Key | None) -> Value:
    return _folded((node.above, node.below), world, bound, cut, lambda a, b: _entrywise(a, b, lambda x, y: x / y))


@_value.register
def _(node: Pow, world: World, bound: Bound, cut: Key | None) -> Value:
    return _each(world.value(node.base, bound, cut), lambda x: x**node.exponent)


@_value.register
def _(node: Fn, world: World, bound: Bound, cut: Key | None) -> Value:
    return _each(world.value(node.argument, bound, cut), FUNCTIONS[node.name][node.primes])


@_value.register
def _(node: Par, world: World, bound: Bound, cut: Key | None) -> Value:
    if cut is not None:
        raise ValueError("a derivative of a derivative")
    assert isinstance(node.wrt, Q)
    return world.derivative(node.of, node.wrt, bound)


@_value.register
def _(node: Big, world: World, bound: Bound, cut: Key | None) -> Value:
    first, last = world.index(node.low, bound), world.index(node.high, bound)
    terms = [world.value(node.body, {**bound, node.index: index}, cut) for index in range(first, last + 1)]
    return reduce(lambda a, b: _entrywise(a, b, lambda x, y: x + y), terms) if terms else 0j


@_value.register
def _(node: Tr, world: World, bound: Bound, cut: Key | None) -> Value:
    return [list(row) for row in zip(*_rows(world.value(node.operand, bound, cut)), strict=True)]


@_value.register
def _(node: NormSq, world: World, bound: Bound, cut: Key | None) -> Value:
    return sum((x * x for row in _rows(world.value(node.operand, bound, cut)) for x in row), 0j)
