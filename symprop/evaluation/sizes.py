"""Sizes for a point: small, all different (so that swapped indices show), and no range empty."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Mapping

from symprop.evaluation.indices import span
from symprop.evaluation.trouble import Trouble, Unsupported
from symprop.model.network import Network, Range

_ATTEMPTS = 60
_CANDIDATES = 8
_SMALLEST = 2


def random_sizes(network: Network, room: int, seed: str, *, spacious: bool = False) -> dict[str, int]:
    """A size for each of the network's size names; *room* more numbers to choose from make larger ones likelier.

    Where they are to be *spacious*, several are drawn and those are taken whose shortest range is longest: a range
    like ``1..n-m`` that is empty or has one entry at every point shows no mistake in what is summed over it.

    Raises:
        Unsupported: no sizes were found for which every range has an entry.
    """
    names = network.sizes
    if not names:
        return {}
    rng = random.Random(seed)  # noqa: S311 - numbers that guard nothing
    found: list[tuple[int, dict[str, int]]] = []
    for attempt in range(_ATTEMPTS):
        largest = _SMALLEST + max(len(names), 2) + room + attempt // 10
        sizes = dict(zip(names, rng.sample(range(_SMALLEST, largest + 1), len(names)), strict=True))
        shortest = _shortest_range(network, sizes)
        if shortest > 0:
            found.append((shortest, sizes))
        if found and (len(found) == _CANDIDATES or not spacious):
            break
    if not found:
        raise Unsupported("sizes for which no range is empty were not found")
    return max(found, key=lambda one: one[0])[1]


def _shortest_range(network: Network, sizes: Mapping[str, int]) -> int:
    try:
        return min((_length(ranges, sizes) for ranges in _all_ranges(network)), default=1)
    except Trouble:
        return 0


def _all_ranges(network: Network) -> Iterable[tuple[Range, ...]]:
    yield from (leaf.axes for leaf in network.leaves.values())
    yield from (definition.ranges for definition in network.definitions)
    yield from (assumption.ranges for assumption in network.assumptions)


def _length(ranges: tuple[Range, ...], sizes: Mapping[str, int]) -> int:
    """The length of the shortest of *ranges*; no ranges are no restriction."""
    env = dict(sizes)
    lengths = []
    for one in ranges:
        values = span(one, env)
        if not values:
            return 0
        env[one.index] = values[-1]
        lengths.append(len(values))
    return min(lengths, default=sys.maxsize)
