"""The values of a program at 50 digits, each with the sum of the absolute terms that make it.

The sum is carried along the tape: a sum adds those of its terms, anything else takes those of its parts times its slopes, and
none is below the value itself.  It is what a target's rounding errors are measured by: ``a − b`` of two large numbers is right
when it is right to the last digits of ``a`` and ``b``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from symprop.codegen.program import Program
from symprop.codegen.verify import as_network
from symprop.evaluation.indices import span
from symprop.evaluation.point import Point
from symprop.evaluation.tape import Node
from symprop.evaluation.valuation import Valuation
from symprop.model.build import number
from symprop.model.expr import Ref


@dataclass(frozen=True)
class Exact:
    """A value, and the sum of its absolute terms."""

    value: Fraction
    scale: float

    def distance(self, found: float) -> float:
        """How far *found* is from it, relative to its sum of absolute terms; infinite for what is no finite number."""
        if not math.isfinite(found):
            return math.inf
        apart = float(abs(Fraction(found) - self.value))
        return apart / self.scale if self.scale else (math.inf if apart else 0.0)

    def __repr__(self) -> str:
        return repr(float(self.value))


def entries(program: Program, point: Point) -> dict[str, list[Exact]]:
    """Every line of *program*: its entries in order.

    Raises:
        Trouble: one has no value at *point*.
    """
    valuation = Valuation(as_network(program), point)
    scales: dict[int, float] = {}
    found: dict[str, list[Exact]] = {}
    for name in dict.fromkeys(line.name for line in program.lines):
        spans = [span(axis, point.sizes) for axis in program.axes(name)]
        nodes = (valuation.node(Ref(name, tuple(map(number, place)))) for place in product(*spans))
        found[name] = [Exact(as_fraction(node.value), _scale(node, scales)) for node in nodes]
    return found


def _scale(node: Node, known: dict[int, float]) -> float:
    """The sum of absolute terms of *node*; *known* has those that were asked for before, by the order of nodes."""
    stack = [node]
    while stack:
        here = stack[-1]
        missing = [parent for parent, _ in here.parents if parent.order not in known]
        if missing:
            stack += missing
            continue
        stack.pop()
        carried = sum(abs(float(local)) * known[parent.order] for parent, local in here.parents)
        known[here.order] = max(abs(float(here.value)), carried)
    return known[node.order]


def as_fraction(value: Any) -> Fraction:
    """A number of many digits, exactly."""
    sign, mantissa, exponent, _ = value._mpf_
    magnitude: Fraction = Fraction(int(mantissa)) * Fraction(2) ** exponent
    return -magnitude if sign else magnitude
