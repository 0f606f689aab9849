"""Sizes for a point: small, different where they meet (so that swapped indices show), and no range empty.

A few sizes are all different.  Of many, as a deep network of layers of any width has, only those are kept apart that come
together within a few steps of the network: were all of them different, the last layer would be as wide as the network is deep.
Those that are far from each other may be equal at one point, and hardly are at the next.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterable, Mapping

from symprop.evaluation.indices import span
from symprop.evaluation.trouble import Trouble, Unsupported
from symprop.model.expr import Add, Ref
from symprop.model.network import Network, Range
from symprop.model.walk import free_names, walk

_ATTEMPTS = 60
_CANDIDATES = 8
_SMALLEST = 2
_FEW = 8
"""Sizes up to which all are different."""

_STEPS = 2
"""A size meets those of what its quantities are made of, and of what that is made of: as the chain rule goes."""


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
    meetings = _meetings(network) if len(names) > _FEW else {}
    found: list[tuple[int, dict[str, int]]] = []
    for attempt in range(_ATTEMPTS):
        more = room + attempt // 10
        if meetings:
            sizes = _apart(names, meetings, more, rng)
        else:
            largest = _SMALLEST + max(len(names), 2) + more
            sizes = dict(zip(names, rng.sample(range(_SMALLEST, largest + 1), len(names)), strict=True))
        shortest = _shortest_range(network, sizes)
        if shortest > 0:
            found.append((shortest, sizes))
        if found and (len(found) == _CANDIDATES or not spacious):
            break
    if not found:
        raise Unsupported("sizes for which no range is empty were not found")
    return max(found, key=lambda one: one[0])[1]


def _apart(names: Iterable[str], meetings: Mapping[str, set[str]], room: int, rng: random.Random) -> dict[str, int]:
    """A size for each name that is none of those that it meets; who meets most chooses first."""
    sizes: dict[str, int] = {}
    for name in sorted(names, key=lambda one: -len(meetings.get(one, ()))):
        taken = {sizes[other] for other in meetings.get(name, ()) if other in sizes}
        free = range(_SMALLEST, _SMALLEST + len(taken) + 3 + room)
        sizes[name] = rng.choice([size for size in free if size not in taken])
    return sizes


def _meetings(network: Network) -> dict[str, set[str]]:
    """Which other sizes each size meets; those of two terms of a sum do not, or a penalty on all weights would join all."""
    parts: dict[str, list[tuple[set[str], set[str]]]] = {}  # of each definition: the sizes of a term, and what it is made of
    for definition in network.definitions:
        terms = definition.expr.terms if isinstance(definition.expr, Add) and not definition.ranges else (definition.expr,)
        for term in terms:
            used = {node.name for node in walk(term) if isinstance(node, Ref)}
            known = [definition.name, *(name for name in used if name in network.leaves or name in network.by_name)]
            axes = [*definition.ranges, *(axis for name in known for axis in network.axes(name))]
            found = used.union(*(free_names(end) for axis in axes for end in (axis.lower, axis.upper)))
            part = found & set(network.sizes), used & network.by_name.keys()
            parts.setdefault(definition.name, []).append(part)
    met: dict[str, set[str]] = {size: set() for size in network.sizes}
    for own, used in (part for group in parts.values() for part in group):
        together, near = set(own), set(used)
        for _ in range(_STEPS):
            reached = [part for name in near for part in parts[name]]
            together = together.union(*(sizes for sizes, _ in reached))
            near = near.union(*(names for _, names in reached))
        for size in together:
            met[size] |= together - {size}
    return met


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
