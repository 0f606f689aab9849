"""What every target must agree with: the program as the derivation has it, at 50 digits.

A value may be off by 1e-12 of the sum of the absolute terms that make it, which :func:`scale` bounds from above by
evaluating the same program with absolute values.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

from symprop.codegen.build import program_of
from symprop.codegen.program import UPDATED, Program
from symprop.codegen.verify import values
from symprop.codegen.views import gradients_alone
from symprop.evaluation.indices import span
from symprop.evaluation.point import Point
from symprop.model.network import Network

RATE = 0.25
TOLERANCE = 1e-12


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

    def _values(self, program: Program, given: Mapping[str, Any]) -> dict[str, Any]:
        def draw(key: tuple[str, tuple[int, ...]]) -> object:
            name, place = key
            if name == program.network.rate:
                return Fraction(RATE)
            value = given[name]
            for position, axis in zip(place, self._spans(name), strict=True):
                value = value[position - axis.start]
            return Fraction(value)

        point = Point(self.sizes, draw, _no_function)
        names = dict.fromkeys(line.name for line in program.lines)
        entries = values(program, point, names)
        return {name: self._nested(name, {r.indices: v for r, v in entries.items() if r.name == name}, program) for name in names}

    def _nested(self, name: str, entries: Mapping[Any, Any], program: Program) -> Any:
        ranges = [span(axis, self.sizes) for axis in program.axes(name)]
        flat = iter(entries.values())

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
    """The mean of numbers or of nested lists."""
    if isinstance(each[0], list):
        return [mean(list(entries)) for entries in zip(*each, strict=True)]
    return sum(each) / len(each)


def far(found: Any, expected: Any, scale: float = 1.0) -> float:
    """The largest difference between nested lists of numbers, relative to ``scale + |expected|``."""
    if isinstance(expected, list):
        assert len(found) == len(expected), (found, expected)
        return max((far(f, e, scale) for f, e in zip(found, expected, strict=True)), default=0.0)
    return float(abs(Fraction(float(found)) - as_fraction(expected)) / (Fraction(scale) + abs(as_fraction(expected))))


def as_fraction(value: Any) -> Fraction:
    """A number of many digits, exactly."""
    sign, mantissa, exponent, _ = value._mpf_
    magnitude: Fraction = Fraction(int(mantissa)) * Fraction(2) ** exponent
    return -magnitude if sign else magnitude


def disagreements(case: Case, module: Any) -> list[str]:
    """Everything that a module or a compiled network computes otherwise than the derivation."""
    expected = case.expected()
    forward = module.forward(case.params, case.inputs)
    found: dict[str, Any] = {name: forward[name] for name in case.program.forward}
    found["cost"] = module.cost(case.params, case.inputs, case.targets)
    for name, value in module.gradients(case.params, case.inputs, case.targets).items():
        found[f"gradient {name}"] = value
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
    size = 1.0 + max((abs(float(v)) for v in _flat(list(expected.values()))), default=0.0)
    return [f"{n}: {found[n]} is not {expected[n]}" for n in expected if not far(found[n], expected[n], size) <= TOLERANCE]


def _flat(value: Any) -> list[Any]:
    return [x for v in value for x in _flat(v)] if isinstance(value, list) else [value]


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
