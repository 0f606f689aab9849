"""Two programs are the same: every output has the same value at random points, to 30 of 50 digits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product as cartesian

from symprop.codegen.primitives import own_functions
from symprop.codegen.program import Kind, Program
from symprop.errors import InternalError
from symprop.evaluation.context import TOLERANCE, Real, arithmetic
from symprop.evaluation.indices import span
from symprop.evaluation.point import Point, Spread, random_point
from symprop.evaluation.sizes import random_sizes
from symprop.evaluation.trouble import Trouble
from symprop.evaluation.valuation import Valuation
from symprop.model.build import number
from symprop.model.expr import Expr, Ref
from symprop.model.network import Definition, Network, Role

POINTS = 2
_SPREADS = (Spread.WIDE, Spread.UNIT, Spread.SMALL, Spread.POSITIVE)
_ATTEMPTS = 3


def as_network(program: Program) -> Network:
    """*program* as a network without a cost: each line is a definition."""
    definitions = tuple(Definition(n.name, n.expr, Role.QUANTITY, n.indices, n.ranges) for n in program.lines)
    network = program.network
    functions = {**network.functions, **own_functions()}
    return Network(network.leaves, definitions, functions, rate=network.rate)


def outputs(program: Program) -> tuple[str, ...]:
    """What a program is for: the definitions, the gradients and the updated weights."""
    kinds = (Kind.FORWARD, Kind.GRADIENT, Kind.UPDATE)
    return tuple(dict.fromkeys(line.name for line in program.lines if line.kind in kinds))


def values(program: Program, point: Point, names: Iterable[str]) -> dict[Ref, Real]:
    """The value of every entry of *names* at *point*.

    Raises:
        Trouble: one has none there.
    """
    valuation = Valuation(as_network(program), point)
    return {ref: valuation.value(ref) for name in names for ref in _entries(program, name, point.sizes)}


def refuse_difference(before: Program, after: Program, by: str) -> None:
    """See that *after* computes what *before* does.

    Raises:
        InternalError: an output differs, or is gone; *by* says what made it differ.
    """
    names = outputs(before)
    if missing := set(names) - set(outputs(after)):
        raise InternalError(f"{by} lost {min(missing)}")
    for number_ in range(POINTS):
        for point in _points(before, number_):
            try:
                expected = values(before, point, names)
                found = values(after, point, names)
            except Trouble:
                continue
            _compare(expected, found, by)
            break


def _points(program: Program, number_: int) -> Iterator[Point]:
    for attempt in range(_ATTEMPTS):
        for spread in _SPREADS:
            seed = f"program|{number_}|{attempt}"
            try:
                sizes = random_sizes(program.network, number_, seed)
            except Trouble:
                return
            yield random_point(sizes, spread, seed)


def _compare(expected: Mapping[Ref, Real], found: Mapping[Ref, Real], by: str) -> None:
    tolerance = arithmetic().number(TOLERANCE)
    for ref, value in expected.items():
        if abs(found[ref] - value) > tolerance * (1 + abs(value)):
            raise InternalError(f"{by} changed {ref.name} from {value} to {found[ref]}")


def _entries(program: Program, name: str, sizes: Mapping[str, int]) -> Iterator[Ref]:
    axes = program.axes(name)
    for places in cartesian(*(span(axis, sizes) for axis in axes)):
        indices: tuple[Expr, ...] = tuple(number(place) for place in places)
        yield Ref(name, indices)
