"""Sizes for a point: small, all different (so that swapped indices show), and no range empty."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

from symprop.evaluation.indices import span
from symprop.evaluation.trouble import Trouble, Unsupported
from symprop.model.network import Network, Range

_ATTEMPTS = 60
_SMALLEST = 2


def random_sizes(network: Network, room: int, seed: str) -> dict[str, int]:
    """A size for each of the network's size names; *room* more numbers to choose from make larger ones likelier.

    Raises:
        Unsupported: no sizes were found for which every range has an entry.
    """
    names = network.sizes
    if not names:
        return {}
    rng = random.Random(seed)  # noqa: S311 - numbers that guard nothing
    for attempt in range(_ATTEMPTS):
        largest = _SMALLEST + max(len(names), 2) + room + attempt // 10
        sizes = dict(zip(names, rng.sample(range(_SMALLEST, largest + 1), len(names)), strict=True))
        if _no_range_is_empty(network, sizes):
            return sizes
    raise Unsupported("sizes for which no range is empty were not found")


def _no_range_is_empty(network: Network, sizes: Mapping[str, int]) -> bool:
    try:
        return all(_has_entries(ranges, sizes) for ranges in _all_ranges(network))
    except Trouble:
        return False


def _all_ranges(network: Network) -> Iterable[tuple[Range, ...]]:
    yield from (leaf.axes for leaf in network.leaves.values())
    yield from (definition.ranges for definition in network.definitions)
    yield from (assumption.ranges for assumption in network.assumptions)


def _has_entries(ranges: tuple[Range, ...], sizes: Mapping[str, int]) -> bool:
    env = dict(sizes)
    for one in ranges:
        values = span(one, env)
        if not values:
            return False
        env[one.index] = values[-1]
    return True
