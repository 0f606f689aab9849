"""Where weights start: at given values, else drawn at random so that neurons differ and sums stay near one.

A weight of a sum of n terms is uniform between −√(3/n) and √(3/n), which gives the sum the variance of one term.
A weight that stands alone in a sum (a bias) starts at 0.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from symprop.codegen.program import Program
from symprop.codegen.sizes import given_sizes
from symprop.errors import InputError
from symprop.model.affine import affine
from symprop.model.expr import Add, Expr, Neg, Ref, Sum
from symprop.model.network import Leaf, Network, Range, Role
from symprop.model.walk import children
from symprop.training.blocks import Block
from symprop.training.data import Data, block_of

Weights = dict[str, Block]


@dataclass(frozen=True)
class Start:
    """The weights before the first update, those of them that were drawn at random, and every size of the network."""

    weights: Weights
    drawn: tuple[str, ...]
    sizes: Mapping[str, int]


def start(program: Program, data: Data, given: Mapping[str, Block], seed: int) -> Start:
    """Weights for *program*: from *given*, else from the network's values, else at random.

    Raises:
        InputError: a size or a constant is unknown, or a given weight has not the shape that the data ask for.
    """
    network = program.network
    for name in program.constants:
        if name not in network.values:
            raise InputError(f"the constant {name} has no value", network.leaves[name].span, f"give it one: --set {name}=1")
    weights = [leaf for leaf in network.leaves.values() if leaf.role is Role.WEIGHT]
    known = {leaf.name: block_of(network.values[leaf.name]) for leaf in weights if leaf.name in network.values} | dict(given)
    values = {name: block_of(value) for name, value in network.values.items() if name in program.constants}
    shapes = data.shapes() | {name: block.shape for name, block in {**known, **values}.items()}
    sizes = _sizes(program, {name: shape for name, shape in shapes.items() if shape})
    generator, counts = random.Random(seed), _terms(network, sizes)  # noqa: S311 - no secrets here
    made: Weights = {}
    for leaf in weights:
        shape = _shape(leaf, sizes)
        if leaf.name in known:
            if known[leaf.name].shape != shape:
                raise InputError(f"{leaf.name} has the shape {known[leaf.name].shape}, and the network needs {shape}")
            made[leaf.name] = known[leaf.name]
        else:
            made[leaf.name] = _drawn(counts.get(leaf.name, 1), shape, generator)
    return Start(made, tuple(leaf.name for leaf in weights if leaf.name not in known), sizes)


def own_sizes(network: Network) -> dict[str, int]:
    """The sizes that the network gives numbers.

    Raises:
        InputError: a size is no whole number above 0.
    """
    made = {}
    for name in network.sizes:
        if name in network.values:
            value = block_of(network.values[name]).values[0]
            if value < 1 or value != int(value):
                raise InputError(f"the size {name} is a whole number above 0, and not {value:g}")
            made[name] = int(value)
    return made


def _sizes(program: Program, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    try:
        return given_sizes(program, own_sizes(program.network), shapes)
    except InputError as error:
        missing = next((size for size in program.network.sizes if error.message == f"the size {size} is not known"), None)
        if missing is None:
            raise
        raise InputError(error.message, None, f"give it a number: --set {missing}=3") from None


def _shape(leaf: Leaf, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(_length(axis, sizes) for axis in leaf.axes)


def _length(axis: Range, sizes: Mapping[str, int]) -> int:
    """How many indices a range has; 1 where its bounds depend on other indices."""
    lower, upper = affine(axis.lower), affine(axis.upper)
    if lower is None or upper is None:
        return 1
    form = upper.plus(lower.scaled(-lower.constant.__class__(1)))
    return max(1, int(form.constant + 1 + sum(value * sizes.get(name, 1) for name, value in form.coefficients.items())))


def _drawn(terms: int, shape: tuple[int, ...], generator: random.Random) -> Block:
    reach = math.sqrt(3 / terms) if terms else 0.0
    return Block.of((generator.uniform(-reach, reach) for _ in range(math.prod(shape))), shape)


# ------------------------------------------------------------------------------------------------------------- counting
def _terms(network: Network, sizes: Mapping[str, int]) -> dict[str, int]:
    """The number of terms of the sum in which each weight stands; 0 for one that stands alone in all its sums."""
    weights = {leaf.name for leaf in network.leaves.values() if leaf.role is Role.WEIGHT}
    signals = {leaf.name for leaf in network.leaves.values() if leaf.role is Role.INPUT} | set(network.by_name)
    found: dict[str, int] = {}
    for definition in network.definitions:
        if signals & set(_names(definition.expr)):
            for name, count in _uses(definition.expr, 1, weights, signals, sizes):
                found[name] = max(found.get(name, 0), count)
    return found


def _uses(expr: Expr, count: int, weights: set[str], signals: set[str], sizes: Mapping[str, int]) -> Iterable[tuple[str, int]]:
    if isinstance(expr, Add | Sum):
        terms = list(_addends(expr, 1, sizes))
        fed = sum(times for term, times in terms if not isinstance(term, Ref) and weights & set(_names(term)))
        for term, _ in terms:
            if isinstance(term, Ref) and term.name in weights:
                yield term.name, 0
            elif signals & set(_names(term)):  # what has no signals is a penalty of weights
                yield from _uses(term, max(fed, 1), weights, signals, sizes)
    elif isinstance(expr, Ref) and expr.name in weights:
        yield expr.name, count
    else:
        for child in children(expr):
            yield from _uses(child, count, weights, signals, sizes)


def _addends(expr: Expr, times: int, sizes: Mapping[str, int]) -> Iterable[tuple[Expr, int]]:
    if isinstance(expr, Add):
        for term in expr.terms:
            yield from _addends(term, times, sizes)
    elif isinstance(expr, Neg):
        yield from _addends(expr.operand, times, sizes)
    elif isinstance(expr, Sum):
        yield from _addends(expr.body, times * _length(Range(expr.index, expr.lower, expr.upper), sizes), sizes)
    else:
        yield expr, times


def _names(expr: Expr) -> Iterable[str]:
    if isinstance(expr, Ref):
        yield expr.name
    for child in children(expr):
        yield from _names(child)
