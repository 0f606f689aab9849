"""A point: sizes, a value for every entry of every leaf, a function for every unknown function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from fractions import Fraction
from hashlib import blake2b
from typing import Protocol

from symprop.evaluation.context import Arithmetic, Real
from symprop.evaluation.smooth import SmoothFunction

Key = tuple[str, tuple[int, ...]]
"""One entry of a named quantity: its name and its indices."""


_DISTINCT = 600
"""Leaves up to which all values differ; the stretches hold some 1,600 thousandths, so more would draw in vain."""


class KnownFunction(Protocol):
    """What stands for an unknown function."""

    def derivative(self, order: int, x: Real, arith: Arithmetic) -> Real:
        """The derivative of that order at *x*; order 0 is the value."""
        ...


class Spread(Enum):
    """Where random leaves lie: stretches of thousandths, and whether the sign is random too.

    Nothing lies near 0 or ±1, where products hide factors.
    """

    WIDE = (((150, 900), (1100, 2000)), True)
    UNIT = (((100, 900),), False)  # log(x) and log(1 - x) both exist
    SMALL = (((100, 450),), True)
    POSITIVE = (((150, 900), (1100, 2000)), False)

    def draw(self, seed: str) -> Fraction:
        """A number that depends on *seed* only (hashed: a generator for each of 10,000 weights is slow)."""
        stretches, signed = self.value
        bits = int.from_bytes(blake2b(seed.encode(), digest_size=8).digest(), "big")
        bits, negative = bits >> 1, bits & 1
        place = bits % sum(high - low for low, high in stretches)
        for low, high in stretches:
            if place < high - low:
                break
            place -= high - low
        value = Fraction(low + place, 1000)
        return -value if signed and negative else value


class Point:
    """Values of leaves, drawn when they are first asked for and kept; the same in every arithmetic.

    Args:
        sizes: by name.
        draw: gives the value of a leaf's entry that has none yet.
        functions: gives what stands for an unknown function.
    """

    def __init__(
        self, sizes: Mapping[str, int], draw: Callable[[Key], object], functions: Callable[[str], KnownFunction]
    ) -> None:
        self.sizes = dict(sizes)
        self.values: dict[Key, object] = {}
        self.functions: dict[str, KnownFunction] = {}
        self._draw = draw
        self._functions = functions

    def leaf(self, key: Key) -> object:
        """The value of one entry of a leaf: exact, or a real of many digits where an assumption determines it."""
        if key not in self.values:
            self.values[key] = self._draw(key)
        return self.values[key]

    def function(self, name: str) -> KnownFunction:
        """What stands for the unknown function *name*."""
        if name not in self.functions:
            self.functions[name] = self._functions(name)
        return self.functions[name]


def random_point(sizes: Mapping[str, int], spread: Spread, seed: str) -> Point:
    """A point that depends on its arguments only."""
    taken: set[Fraction] = set()

    def draw(key: Key) -> Fraction:
        value = spread.draw(f"{seed}|{key}")
        for attempt in range(8 if len(taken) < _DISTINCT else 0):  # equal values hide swapped names
            if value not in taken:
                break
            value = spread.draw(f"{seed}|{key}|{attempt}")
        taken.add(value)
        return value

    return Point(sizes, draw, lambda name: SmoothFunction.sampled(f"{seed}|{name}"))
