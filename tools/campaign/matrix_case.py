"""Networks of arrays as cases: worlds with layers of different widths, and of one width, and what differs in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from tools.campaign.arrays import Arrays, Grid
from tools.campaign.families import Case
from tools.campaign.nodes import Node, Par, Q, children
from tools.campaign.oracle import Rule, ShapeError

TOLERANCE = 1e-9
Ranges: TypeAlias = Mapping[str, tuple[Node, Node]]
LAYOUTS = ("gradient", "denominator", "numerator")
COST = Q("cost")


@dataclass(frozen=True)
class Plan:
    """What a network is like; with *depth* 0 it has any number of layers, told for layer l.

    Args:
        depth: the number of layers.
        rows: examples are rows.
        batch, mean: there are several, and the loss is their mean.
        function: of all layers but the last, which *output* is about.
        bias, ones: there are biases, and a column of ones repeats them.
        penalty: for large weights.
        residual: each layer adds to what it is given.
        square: all layers have one width.
        stated: the document says what shape weights have.
        deltas: derivatives by pre-activations have names.
    """

    depth: int
    rows: bool
    batch: bool
    mean: bool
    function: str
    output: str = "activated"
    bias: bool = True
    ones: bool = False
    penalty: bool = False
    residual: bool = False
    square: bool = False
    stated: bool = False
    deltas: bool = False


@dataclass(frozen=True)
class MatrixCase(Case):
    """A case whose values are arrays: compared at layers of different widths and at layers of one width."""

    plan: Plan | None = None
    rules: Mapping[str, Rule] | None = None

    def differ(self, left: Node, right: Node, ranges: Ranges) -> bool:
        """Do both sides differ somewhere, by every layout of Jacobians?"""
        layouts = LAYOUTS if _has_jacobian(left, self) or _has_jacobian(right, self) else LAYOUTS[:1]
        return all(self._differ(left, right, ranges, layout) for layout in layouts)

    def _differ(self, left: Node, right: Node, ranges: Ranges, layout: str) -> bool:
        for equal, seed in ((False, 0), (False, 1), (True, 2)):
            world = self.arrays(seed, equal=equal, layout=layout)
            for bound in _places(world, list(ranges.items()), {}):
                try:
                    if not _close(world.value(left, bound), world.value(right, bound), lying=layout == "numerator"):
                        return True
                except ShapeError:
                    return True
        return False

    def sensible(self, node: Node, ranges: Ranges) -> bool:
        """All letters of *node* are bound, and every quantity that it uses exists."""
        world = self.arrays(0, equal=True)
        try:
            for bound in _places(world, list(ranges.items()), {}):
                world.value(node, bound)
        except (KeyError, ValueError, ZeroDivisionError, TypeError):
            return False
        except ShapeError:
            return True
        return True

    def arrays(self, seed: int, *, equal: bool, layout: str = LAYOUTS[0]) -> Arrays:
        """A world of the oracle: layers of different widths, or all of one."""
        assert self.plan is not None
        assert self.rules is not None
        return _arrays(self.plan, tuple(self.rules.items()), seed, equal, layout)


def _has_jacobian(node: Node, case: MatrixCase) -> bool:
    if isinstance(node, Par) and node.of != COST:
        return True
    return any(_has_jacobian(part, case) for _, _, part in children(node))


def _places(world: Arrays, ranges: Sequence[tuple[str, tuple[Node, Node]]], bound: Mapping[str, int]) -> Iterator[dict[str, int]]:
    if not ranges:
        yield dict(bound)
        return
    (letter, (low, high)), *rest = ranges
    for place in range(world.index(low, bound), world.index(high, bound) + 1):
        yield from _places(world, rest, {**bound, letter: place})


def _close(a: Grid, b: Grid, *, lying: bool) -> bool:
    a, b = (x.reshape(()) if x.size == 1 else x for x in (a, b))
    if lying and a.ndim and a.shape == b.shape[::-1] and 1 in a.shape:
        b = b.T
    if a.shape != b.shape:
        return False
    return bool(np.all(np.abs(a - b) <= TOLERANCE * (1 + np.abs(a) + np.abs(b))))


@lru_cache(maxsize=64)
def _arrays(plan: Plan, rules: tuple[tuple[str, Rule], ...], seed: int, equal: bool, layout: str) -> Arrays:
    depth = plan.depth or 3
    widths = [3] * (depth + 1) if equal else [4] * (depth + 1) if plan.square else [3, 4, 2, 5, 6][: depth + 1]
    batch = 3 if equal else 7

    def shape(name: str, indices: tuple[int, ...]) -> tuple[int, int] | None:
        if name.endswith("_"):  # of one example of several
            place = depth if name == "t_" else 0
            return (1, widths[place]) if plan.rows else (widths[place], 1)
        letter, layer = name[0], indices[0] if indices else int(name[1:] or 0)
        if layer > depth:
            raise KeyError(name)
        if letter == "W":
            ends = widths[layer], widths[layer - 1]
            return ends[::-1] if plan.rows else ends
        if letter == "λ":
            return None
        long = batch if plan.batch and letter != "b" else 1
        place = {"t": depth, "x": 0}.get(letter, layer)
        return (long, widths[place]) if plan.rows else (widths[place], long)

    sizes = {"N": batch, "L": depth}
    axis = 1 if plan.rows else 0
    shares = {"t": axis} if plan.output == "softmax" else {}
    return Arrays(dict(rules), shape, sizes, lambda layer: widths[layer], seed, shares, axis, layout)
