"""What every target must agree with: the program as the derivation has it, at 50 digits.

A value may be off by 1e-12 of the sum of the absolute terms that make it (:mod:`tests.codegen.exact`).  Gradients are compared
with central differences, too: of the cost of the network as it was read, so neither the calculus nor the program has a part
in it.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

from symprop.codegen.build import program_of
from symprop.codegen.program import UPDATED, Program
from symprop.codegen.views import gradients_alone
from symprop.evaluation.context import arithmetic
from symprop.evaluation.indices import span
from symprop.evaluation.point import Point
from symprop.evaluation.valuation import Valuation
from symprop.model.expr import Ref
from symprop.model.network import Network
from tests.codegen.exact import Exact, as_fraction, entries

RATE = 0.25
TOLERANCE = 1e-12
DIGITS = 150
STEP = Fraction(1, 2**160)
"""Of central differences, with so many digits: what they leave out and what they round is about 1e-96 beside the cost."""
PLACES = 2
"""Entries of a weight that are moved for central differences."""


@dataclass
class Case:
    """One network at one point, and what it should compute."""

    network: Network
    seed: int
    sizes: Mapping[str, int] = field(default_factory=dict)
    update: str = "simultaneous"
    positive: bool = False
    examples: int = 0  # 0: one example that is no batch

    def __post_init__(self) -> None:
        self.program: Program = program_of(self.network, update=self.update)
        self.sizes = {name: self.sizes.get(name, 2 + place % 4) for place, name in enumerate(self.program.network.sizes)}
        self.params = {name: self._leaf(name) for name in self.program.parameters}
        self.constants = {name: self._leaf(name) for name in self.program.constants}
        self.batch = [
            {name: self._leaf(name, k) for name in (*self.program.inputs, *self.program.targets)}
            for k in range(max(1, self.examples))
        ]

    @property
    def inputs(self) -> dict[str, Any]:
        """The inputs, and the constants among them."""
        return {**self._given(self.program.inputs), **self.constants}

    @property
    def targets(self) -> dict[str, Any]:
        """The targets."""
        return self._given(self.program.targets)

    @cached_property
    def expected(self) -> dict[str, Any]:
        """Every output at 50 digits, in the shape in which targets return it: means over a batch."""
        found = [self._one(example) for example in self.batch]
        made: dict[str, Any] = {}
        for name in found[0]:
            each = [one[name] for one in found]
            is_mean = name == "cost" or name.startswith(("gradient ", "updated "))
            made[name] = mean(each) if is_mean else (each if self.examples else each[0])
        return made

    def _one(self, example: Mapping[str, Any]) -> dict[str, Any]:
        given = {**self.params, **self.constants, **example}
        made = self._values(self.program, given)
        plain = self._values(gradients_alone(self.program), given)
        program = self.program
        found = {name: made[name] for name in program.forward}
        found["cost"] = made[program.cost]
        found |= {f"gradient {name}": plain[line] for name, line in program.gradients.items()}
        found |= {f"updated {name}": made[name + UPDATED] for name in program.parameters}
        return found

    @cached_property
    def slopes(self) -> list[tuple[str, tuple[int, ...], Fraction]]:
        """Central differences of the cost: weight, place in its nested list, value; at most so many places a weight."""
        rng = random.Random(f"slopes {self.seed}")
        made = []
        for name in self.program.parameters:
            spans = self._spans(name)
            places = list(product(*spans))
            for place in rng.sample(places, min(PLACES, len(places))):
                above, below = (self._mean_cost((name, place), sign * STEP) for sign in (1, -1))
                where = tuple(position - axis.start for position, axis in zip(place, spans, strict=True))
                made.append((name, where, (above - below) / (2 * STEP)))
        return made

    def _mean_cost(self, moved: tuple[str, tuple[int, ...]], by: Fraction) -> Fraction:
        assert self.network.cost is not None
        costs = []
        for example in self.batch:
            point = self._point({**self.params, **self.constants, **example}, moved, by)
            costs.append(as_fraction(Valuation(self.network, point, arith=arithmetic(DIGITS)).value(Ref(self.network.cost))))
        return sum(costs, Fraction(0)) / len(costs)

    def _values(self, program: Program, given: Mapping[str, Any]) -> dict[str, Any]:
        found = entries(program, self._point(given))
        return {name: self._nested(name, each, program) for name, each in found.items()}

    def _point(
        self, given: Mapping[str, Any], moved: tuple[str, tuple[int, ...]] | None = None, by: Fraction = Fraction(0)
    ) -> Point:
        def draw(key: tuple[str, tuple[int, ...]]) -> object:
            name, place = key
            if name == self.program.network.rate:
                return Fraction(RATE)
            value = given[name]
            for position, axis in zip(place, self._spans(name), strict=True):
                value = value[position - axis.start]
            return Fraction(value) + (by if key == moved else 0)

        return Point(self.sizes, draw, _no_function)

    def _nested(self, name: str, each: list[Exact], program: Program) -> Any:
        ranges = [span(axis, self.sizes) for axis in program.axes(name)]
        flat = iter(each)

        def build(rest: list[range]) -> Any:
            return [build(rest[1:]) for _ in rest[0]] if rest else next(flat)

        return build(ranges)

    def _spans(self, name: str) -> list[range]:
        return [span(axis, self.sizes) for axis in self.program.axes(name)]

    def _leaf(self, name: str, example: int = 0) -> Any:
        ranges = self._spans(name)
        rng = random.Random(f"{self.seed} {name} {example}")

        def number() -> float:
            return (1 if self.positive else rng.choice((-1, 1))) * rng.randint(101, 1500) / 1024

        flat = {place: number() for place in product(*ranges)}

        def build(rest: list[range], place: tuple[int, ...]) -> Any:
            return [build(rest[1:], (*place, k)) for k in rest[0]] if rest else flat[place]

        return build(ranges, ())

    def _given(self, names: tuple[str, ...]) -> dict[str, Any]:
        if not self.examples:
            return {name: self.batch[0][name] for name in names}
        return {name: [one[name] for one in self.batch] for name in names}


def mean(each: list[Any]) -> Any:
    """The mean of exact numbers or of nested lists of them."""
    if isinstance(each[0], list):
        return [mean(list(one)) for one in zip(*each, strict=True)]
    return Exact(sum((one.value for one in each), Fraction(0)) / len(each), sum(one.scale for one in each) / len(each))


def far(found: Any, expected: Any) -> float:
    """The largest difference between nested lists, relative to the sum of absolute terms of each number."""
    if isinstance(expected, list):
        assert len(found) == len(expected), (found, expected)
        return max((far(f, e) for f, e in zip(found, expected, strict=True)), default=0.0)
    assert isinstance(expected, Exact)
    return expected.distance(float(found))


@dataclass(frozen=True)
class Compared:
    """One result of a target: its name, and how far it is from the derivation, relative to its sum of absolute terms."""

    name: str
    distance: float
    shown: str

    @property
    def agrees(self) -> bool:
        """Not so for NaN."""
        return self.distance <= TOLERANCE

    def __str__(self) -> str:
        return f"{self.name}: {self.shown}"


def compare(case: Case, module: Any) -> list[Compared]:
    """Everything that a module or a compiled network computes, beside what the derivation says."""
    expected = dict(case.expected)
    forward = module.forward(case.params, case.inputs)
    found: dict[str, Any] = {name: forward[name] for name in case.program.forward}
    found["cost"] = module.cost(case.params, case.inputs, case.targets)
    slopes = module.gradients(case.params, case.inputs, case.targets)
    found |= {f"gradient {name}": value for name, value in slopes.items()}
    for name, value in module.update(case.params, case.inputs, case.targets, RATE).items():
        found[f"updated {name}"] = value
    if hasattr(module, "bind"):
        params = deepcopy(case.params)
        bound = module.bind(params, case.inputs, case.targets)
        bound.step(RATE)
        found |= {f"bound {name}": value for name, value in params.items()}
        expected |= {f"bound {name}": expected[f"updated {name}"] for name in params}
    if hasattr(module, "train"):
        trained = module.train(case.params, case.inputs, case.targets, RATE, 1)
        found |= {f"trained {name}": value for name, value in trained.items()}
        expected |= {f"trained {name}": expected[f"updated {name}"] for name in trained}
    assert found.keys() == expected.keys()
    return [Compared(n, far(found[n], expected[n]), f"{found[n]} is not {expected[n]}") for n in expected]


def compare_slopes(case: Case, module: Any) -> list[Compared]:
    """Gradients beside central differences."""
    expected = case.expected
    slopes = module.gradients(case.params, case.inputs, case.targets)
    made = []
    for name, place, slope in case.slopes:
        found, exact = slopes[name], expected[f"gradient {name}"]
        for position in place:
            found, exact = found[position], exact[position]
        told = f"{name}{list(place) if place else ''}"
        distance = Exact(slope, exact.scale).distance(float(found))
        made.append(Compared(f"slope {told}", distance, f"{found} is not the central difference {float(slope)}"))
    return made


def disagreements(case: Case, module: Any) -> list[str]:
    """Everything that a module or a compiled network computes otherwise than the derivation."""
    return [str(one) for one in compare(case, module) if not one.agrees]


def _no_function(name: str) -> Any:
    raise AssertionError(name)


def load(path: Path) -> ModuleType:
    """The module in a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module
