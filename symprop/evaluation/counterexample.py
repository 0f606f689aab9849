"""Writing down a point so that a reader can recompute what was found there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from symprop.evaluation.context import arithmetic
from symprop.evaluation.indices import span
from symprop.evaluation.point import Key, Point
from symprop.evaluation.smooth import SmoothFunction
from symprop.model.expr import Apply, Expr, Increment, Ref
from symprop.model.network import Abbreviation, Leaf, Network, Role
from symprop.model.walk import walk

_DIGITS = 30


def describe(
    network: Network,
    abbreviations: Mapping[str, Abbreviation],
    point: Point,
    letters: Mapping[str, int],
    sides: Iterable[Expr],
) -> dict[str, str]:
    """Sizes, indices, leaves and sampled functions on which *sides* depend, each as text under its name."""
    names = _behind(network, abbreviations, sides)
    found = {name: str(size) for name, size in point.sizes.items()}
    found |= {letter: str(at) for letter, at in letters.items()}
    for name in [*network.leaves, network.rate]:
        leaf = network.leaves.get(name) or Leaf(name, Role.RATE)
        if name in names and leaf.role is not Role.SIZE:
            found.setdefault(name, _array(leaf, point, ()))
    for name, function in point.functions.items():
        if name in names and isinstance(function, SmoothFunction):
            parameter = network.functions[name].parameter
            found[f"{name}({parameter})"] = function.text(parameter)
    return found


def _behind(network: Network, abbreviations: Mapping[str, Abbreviation], sides: Iterable[Expr]) -> set[str]:
    """Every name on which the expressions depend."""
    found: set[str] = set()
    waiting = list(sides)
    while waiting:
        for name in _names(waiting.pop(), network):
            if name in found:
                continue
            found.add(name)
            waiting += [definition.expr for definition in network.by_name.get(name, ())]
            if name in abbreviations:
                waiting.append(abbreviations[name].meaning)
    return found


def _names(expr: Expr, network: Network) -> Iterable[str]:
    for node in walk(expr):
        if isinstance(node, Ref):
            yield node.name
        elif isinstance(node, Apply):
            yield node.function
        elif isinstance(node, Increment):
            yield network.rate_of(node.weight.name)
            yield network.cost or ""


def _array(leaf: Leaf, point: Point, at: tuple[int, ...]) -> str:
    if len(at) == len(leaf.axes):
        return _text(point, (leaf.name, at))
    places = span(leaf.axes[len(at)], point.sizes)
    return "[" + ", ".join(_array(leaf, point, (*at, place)) for place in places) + "]"


def _text(point: Point, key: Key) -> str:
    value = point.leaf(key)
    if isinstance(value, Fraction):
        return str(float(value))  # thousandths: exact
    return arithmetic(2 * _DIGITS).text(value, _DIGITS)
