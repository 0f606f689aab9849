"""An unknown function at a point: a random smooth one, without symmetry, whose derivatives of all orders are exact."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction

from symprop.evaluation.context import Arithmetic, Real


@dataclass(frozen=True, slots=True)
class SmoothFunction:
    """``a sin(b x + c) + d sin(e x + f) + g x + h``: bounded slopes, so that compositions of many stay moderate."""

    a: Fraction
    b: Fraction
    c: Fraction
    d: Fraction
    e: Fraction
    f: Fraction
    g: Fraction
    h: Fraction

    @classmethod
    def sampled(cls, seed: str) -> SmoothFunction:
        """A function that depends on *seed* only."""
        rng = random.Random(seed)  # noqa: S311 - numbers that guard nothing

        def between(low: int, high: int) -> Fraction:
            return Fraction(rng.randint(low, high), 100)

        return cls(
            a=between(40, 90),
            b=between(60, 140),
            c=between(20, 130),
            d=between(-40, -15),
            e=between(150, 210),
            f=between(20, 130),
            g=between(15, 45),
            h=between(-60, -10),
        )

    def derivative(self, order: int, x: Real, arith: Arithmetic) -> Real:
        """The derivative of that order at *x*; order 0 is the value."""
        number, mp = arith.number, arith.mp
        x = arith.moderate(x)
        quarter = order * mp.pi / 2  # each derivative of a sine is a quarter turn ahead
        value = sum(number(h * s**order) * mp.sin(number(s) * x + number(p) + quarter) for h, s, p in self._waves)
        line = {0: number(self.g) * x + number(self.h), 1: number(self.g)}
        return value + line.get(order, arith.zero)

    def text(self, parameter: str = "x") -> str:
        """The formula, so that a counterexample can be recomputed."""
        waves = [f"{float(h)} sin({float(s)} {parameter} + {float(p)})" for h, s, p in self._waves]
        return " + ".join([*waves, f"{float(self.g)} {parameter}", str(float(self.h))]).replace("+ -", "- ")

    @property
    def _waves(self) -> tuple[tuple[Fraction, Fraction, Fraction], ...]:
        """Height, speed and phase of each sine."""
        return (self.a, self.b, self.c), (self.d, self.e, self.f)
