"""Numbers with a shape: what data and weights are between files and backends, with NumPy or without."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symprop.errors import InternalError


@dataclass(frozen=True)
class Block:
    """Numbers in row-major order, and the lengths of their axes; () is the shape of one number.

    Raises:
        InternalError: there are more or fewer numbers than the shape has room for.
    """

    values: array[float]
    shape: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.values) != math.prod(self.shape):
            raise InternalError(f"{len(self.values)} numbers do not have the shape {self.shape}")

    @classmethod
    def of(cls, values: Iterable[float], shape: Sequence[int] = ()) -> Block:
        """The block of *values*."""
        return cls(array("d", values), tuple(shape))

    @classmethod
    def taken(cls, value: Any, shape: Sequence[int]) -> Block:
        """A copy of what a backend holds: a number, nested lists, or anything with a buffer of doubles."""
        made = array("d")
        if hasattr(value, "tobytes"):
            made.frombytes(value.tobytes())
        else:
            made.extend(_flat(value))
        return cls(made, tuple(shape))

    @property
    def is_finite(self) -> bool:
        """Is no number infinite or nan?"""
        return math.isfinite(sum(self.values)) or all(map(math.isfinite, self.values))

    @cached_property
    def size(self) -> int:
        """Numbers along all axes but the first, which counts examples."""
        return math.prod(self.shape[1:])

    def nested(self) -> Any:
        """A number, or lists in lists."""
        made: list[Any] = self.values.tolist()
        for length in reversed(self.shape[1:]):
            made = [made[start : start + length] for start in range(0, len(made), length)]
        return made if self.shape else made[0]

    def as_array(self) -> Any:
        """A NumPy array that may be written to; asked for only where there is NumPy."""
        import numpy as np

        return np.frombuffer(self.values, dtype=float).reshape(self.shape).copy()


def _flat(value: Any) -> list[float]:
    return [number for entry in value for number in _flat(entry)] if isinstance(value, list | tuple) else [float(value)]
