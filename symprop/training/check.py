"""Gradients against central differences of the cost, before a single update is made."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from symprop.codegen import Compiled
from symprop.training.blocks import Block
from symprop.training.data import Data, as_value
from symprop.training.initial import Weights

TOLERANCE = 1e-5
"""A larger relative difference is no rounding."""

MOST = 1000
"""So many entries of all weights are compared, drawn at random where there are more."""

EXAMPLES = 100
"""So many examples are taken, the first ones."""

_REACH = 2e-4


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
    gradients = compiled.gradients(_params(compiled, weights), inputs, targets)
    flat = {name: Block.taken(gradients[name], block.shape) for name, block in weights.items()}
    entries = [(name, place) for name, block in weights.items() for place in range(len(block.values))]
    if len(entries) > MOST:
        entries = sorted(random.Random(seed).sample(entries, MOST))  # noqa: S311 - no secrets here
    largest = max((abs(value) for block in flat.values() for value in block.values), default=0.0)
    cost = compiled.cost(_params(compiled, weights), inputs, targets)
    floor = max(largest / 1000, abs(cost) * 1e-6)  # below it, differences of costs are rounding
    worst = Comparison(0.0, "", 0.0, 0.0, len(entries))
    for name, place in entries:
        block = weights[name]
        step = _REACH * max(1.0, abs(block.values[place]))
        costs = []
        for times in (-2, -1, 1, 2):
            moved = block.values[:]
            moved[place] += times * step
            params = _params(compiled, {**weights, name: Block(moved, block.shape)})
            costs.append(compiled.cost(params, inputs, targets))
        slope = (costs[0] - 8 * costs[1] + 8 * costs[2] - costs[3]) / (12 * step)
        gradient = flat[name].values[place]
        scale = max(abs(gradient), abs(slope), floor)
        difference = abs(gradient - slope) / scale if scale else 0.0
        if not difference <= worst.difference:  # nan is the worst of all
            worst = Comparison(difference, _entry(name, block, place), gradient, slope, len(entries))
    return worst


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
