"""Gradients against central differences of the cost, before a single update is made."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from symprop.codegen import Compiled
from symprop.training.blocks import Block
from symprop.training.data import Data, as_value
from symprop.training.initial import Weights

TOLERANCE = 1e-5
"""A larger relative difference is no rounding."""

MOST = 100
"""So many entries of each weight are compared, drawn at random where there are more."""

EXAMPLES = 50
"""So many examples are taken, the first ones."""

_STEPS = (2e-4, 1e-5, 1e-6)
"""Relative to a weight above 1.  A smaller one is tried where a larger one does not agree: it may have met a kink."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The entry with the largest relative difference.

    ``difference`` is relative to the larger of the two; where both are tiny, to a thousandth of the largest gradient or a
    millionth of the cost.
    """

    difference: float
    entry: str
    gradient: float
    slope: float
    compared: int

    @property
    def agrees(self) -> bool:
        """Is the difference no more than rounding?"""
        return self.difference <= TOLERANCE


def compare_gradients(compiled: Compiled, weights: Weights, data: Data, seed: int) -> Comparison:
    """The worst of the differences at *weights*; slopes are differences of the fourth order."""
    inputs, targets = data.arrays(compiled)
    if data.examples is not None and data.examples > EXAMPLES:
        inputs, targets = ({name: value[:EXAMPLES] for name, value in group.items()} for group in (inputs, targets))

    def cost_at(moved: Weights) -> float:
        return compiled.cost(_params(compiled, moved), inputs, targets)

    gradients = compiled.gradients(_params(compiled, weights), inputs, targets)
    flat = {name: Block.taken(gradients[name], block.shape) for name, block in weights.items()}
    largest = max((abs(value) for block in flat.values() for value in block.values), default=0.0)
    floor = max(largest / 1000, abs(cost_at(weights)) * 1e-6)  # below it, differences of costs are rounding
    entries = _chosen(weights, seed)
    worst = Comparison(0.0, "", 0.0, 0.0, len(entries))
    for name, place in entries:
        found = _compared(cost_at, weights, name, place, flat[name].values[place], floor, len(entries))
        if not found.difference <= worst.difference:  # nan is the worst of all
            worst = found
    return worst


def _compared(
    cost_at: Callable[[Weights], float], weights: Weights, name: str, place: int, gradient: float, floor: float, compared: int
) -> Comparison:
    """The comparison of one entry, with the step that agrees best."""
    best = Comparison(math.inf, _entry(name, weights[name], place), gradient, math.nan, compared)
    for size in _STEPS:
        slope = _slope(cost_at, weights, name, place, size * max(1.0, abs(weights[name].values[place])))
        scale = max(abs(gradient), abs(slope), floor)
        difference = abs(gradient - slope) / scale if scale else 0.0
        if difference < best.difference:
            best = replace(best, difference=difference, slope=slope)
        if best.agrees:
            break
    return best


def _slope(cost_at: Callable[[Weights], float], weights: Weights, name: str, place: int, step: float) -> float:
    costs = []
    for times in (-2, -1, 1, 2):
        moved = weights[name].values[:]
        moved[place] += times * step
        costs.append(cost_at({**weights, name: Block(moved, weights[name].shape)}))
    return (costs[0] - 8 * costs[1] + 8 * costs[2] - costs[3]) / (12 * step)


def _chosen(weights: Weights, seed: int) -> list[tuple[str, int]]:
    generator = random.Random(seed)  # noqa: S311 - no secrets here
    found: list[tuple[str, int]] = []
    for name, block in weights.items():
        count = len(block.values)
        places = range(count) if count <= MOST else sorted(generator.sample(range(count), MOST))
        found += [(name, place) for place in places]
    return found


def _params(compiled: Compiled, weights: Weights) -> dict[str, Any]:
    return {name: as_value(block, compiled) for name, block in weights.items()}


def _entry(name: str, block: Block, place: int) -> str:
    """The name of an entry, counted from 1: ``W[2,1]``."""
    return f"{name}[{','.join(str(i + 1) for i in _indices(place, block.shape))}]" if block.shape else name


def _indices(place: int, shape: tuple[int, ...]) -> Iterator[int]:
    step = 1
    for length in shape:
        step *= length
    for length in shape:
        step //= length
        yield place // step % length
