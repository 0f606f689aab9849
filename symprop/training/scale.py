"""Axes of plots: where a value lies, and which values get a label."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass

_SPREAD = 30.0
"""Positive values whose largest is so many times the smallest are shown on a logarithmic axis."""

_MOST = sys.float_info.max


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from *low* to *high* (low < high), linear or logarithmic."""

    low: float
    high: float
    logarithmic: bool = False

    def share(self, value: float) -> float:
        """How far *value* lies from the low end, as a share of the axis."""
        if self.logarithmic:
            low, high = math.log(self.low), math.log(self.high)  # not of the ratios, which overflow
            return min(max((math.log(value) - low) / (high - low), 0.0), 1.0) if value > 0 else 0.0
        return (value / 2 - self.low / 2) / (
            self.high / 2 - self.low / 2
        )  # halves: the difference of two large numbers overflows

    def ticks(self, most: int) -> tuple[float, ...]:
        """Round values inside of the axis, at most so many (and at least one, if there is a round one)."""
        return _log_ticks(self.low, self.high, most) if self.logarithmic else _even_ticks(self.low, self.high, most)


def scale_of(values: Sequence[float]) -> Scale:
    """The scale that shows *values* well: logarithmic where they are positive and of different orders of magnitude."""
    low, high = min(values), max(values)
    if low > 0 and high / low >= _SPREAD:
        return Scale(low, high, logarithmic=True)
    if low == high:
        room = abs(low) / 10 or 1.0
        return Scale(max(low - room, -_MOST), min(high + room, _MOST))
    if 0 < low < high / 3:
        low = 0.0  # nearly there: the distance to nothing is what one wants to see
    return Scale(low, high)


def label(value: float) -> str:
    """A short text for a tick: ``0.25``, ``2e-5``."""
    mantissa, e, exponent = f"{value:.4g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def _even_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    largest = max(abs(low), abs(high))
    unit = largest if largest > 1e300 else 1.0  # beyond it, steps and differences overflow
    low, high = low / unit, high / unit
    raw = (high - low) / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(raw)) if raw > 1e-300 else 0.0
    if not power:
        return ()
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10, 20) if factor * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    found = [float(f"{number * step:.12g}") for number in range(first, first + most)]
    return tuple(value * unit for value in found if value <= high + step * 1e-9)


def _log_ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    bottom, top = math.floor(math.log10(low)), min(math.ceil(math.log10(high)), sys.float_info.max_10_exp)
    high = min(high * (1 + 1e-9), sys.float_info.max)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        made = [f * 10.0**power for power in range(bottom, top + 1) for f in factors]
        inside = [value for value in made if low * (1 - 1e-9) <= value <= high]
        if len(inside) <= most:
            return tuple(inside)
    step = math.ceil(len(inside) / most)
    return tuple(inside[::-1][::step][::-1])
