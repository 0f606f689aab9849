"""Functions of documents at nodes: the table's by their definitions, the document's own by their bodies, open ones by samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from symprop.check.theory import FunctionRule
from symprop.check.values.array import Array, Value, collapsed, column, each, entrywise, flat
from symprop.evaluation import jets
from symprop.evaluation.context import Arithmetic, Real
from symprop.evaluation.formula import Scope, function_jet
from symprop.evaluation.jets import Jet
from symprop.evaluation.kinks import largest
from symprop.evaluation.smooth import SmoothFunction
from symprop.evaluation.tape import UNIT, Node
from symprop.evaluation.trouble import UnknownName, Unsupported
from symprop.model.expr import Ref
from symprop.model.functions import lookup

if TYPE_CHECKING:
    from symprop.check.values.world import World

DIAGONAL = "diag"
"""The function that makes a matrix of a line."""

_EXTREMES = {"max": 1, "min": -1}


@cache
def builtin(name: str) -> str | None:
    """The key in the table of the function that *name* spells; None if there is none."""
    found = lookup(name)
    return ("softmax" if name == "softmax" else None) if found is None else found.name


def apply(world: World, name: str, family: str, arguments: Sequence[Value], primes: int) -> Value:
    """``name(arguments)``, entry by entry on arrays; *family* is the name without its indices (``f`` of ``f_2``).

    Raises:
        Trouble: it has no value here.
    """
    declared = world.theory.functions.get(name) or world.theory.functions.get(family)
    key = None if declared is not None else builtin(name) or builtin(family)
    if declared is None and name == DIAGONAL and len(arguments) == 1 and not primes:
        return _diagonal(world, arguments[0])
    if declared is None and key is None:
        raise UnknownName(f"nothing defines the function {name}")
    if key == "softmax":
        return _softmax(world, arguments, primes)
    if key in _EXTREMES and not primes:
        return _extreme(world, key or "", arguments)
    if declared is not None and declared.body is None and len(arguments) > 1:
        return _open_of_several(world, name, arguments, primes)
    if declared is not None and declared.body is not None and not primes:
        return world.body(declared, arguments)
    if len(arguments) != 1:
        raise Unsupported(f"{name} of {len(arguments)} arguments")
    meant = _Meant(name, declared, key)
    return each(arguments[0], lambda node: _smooth(world, meant, node, primes))


def _diagonal(world: World, argument: Value) -> Value:
    """The matrix with a line on its diagonal."""
    line = collapsed(argument)
    if isinstance(line, Node):
        return line
    if not isinstance(line, Array) or not line.is_line:
        raise Unsupported("the diagonal of a matrix")
    size, zero = len(line.entries), world.constant(0)
    entries = [line.entries[row] if row == column else zero for row in range(size) for column in range(size)]
    return Array(size, size, tuple(entries))


@dataclass(frozen=True, slots=True)
class _Meant:
    """A function of one argument: its full name, and the document's rule or the table's key for it."""

    name: str
    declared: FunctionRule | None
    key: str | None


def _smooth(world: World, function: _Meant, argument: Node, primes: int) -> Node:
    slopes = _slopes(world, function, argument.value, primes + 1)
    return world.tape.node(slopes[primes], ((argument, slopes[primes + 1]),))


def _slopes(world: World, function: _Meant, at: Real, order: int) -> list[Real]:
    """Value and derivatives up to *order* of a function of one argument."""
    start = jets.variable(at, order, world.arith)
    if function.declared is not None:
        result = _declared_jet(world, function.name, function.declared, start)
    else:
        scope = Scope(world.arith, {"x": start}, world.observe, _no_outer, lambda n, inner: jet_of(world, n, inner))
        result = function_jet(function.key or function.name, start, scope)
    return [jets.derivative(result, k) for k in range(order + 1)]


def jet_of(world: World, name: str, inner: Jet) -> Jet | None:
    """The jet of a function that the document declares; None for one that it does not."""
    declared = world.theory.functions.get(name)
    return None if declared is None else _declared_jet(world, name, declared, inner)


def _declared_jet(world: World, name: str, declared: FunctionRule, inner: Jet) -> Jet:
    if declared.body is not None:
        return world.body_jet(declared, inner)
    sample = sampled(world, name)
    return jets.substitute(jets.taylor([_derivative(sample, k, inner[0], world.arith) for k in range(len(inner))]), inner)


@lru_cache(maxsize=4096)
def _derivative(function: SmoothFunction, order: int, at: Real, arith: Arithmetic) -> Real:
    """The derivative of a sample at a point; edits of a claim ask for the same ones over and over."""
    return function.derivative(order, at, arith)


def _no_outer(ref: Ref) -> Real:
    raise Unsupported(f"{ref.name} in the definition of a function")


def sampled(world: World, name: str) -> SmoothFunction:
    """What stands for an open function in this world."""
    if name not in world.functions:
        world.functions[name] = SmoothFunction.sampled(f"{world.seed}|{name}")
    return world.functions[name]


def _open_of_several(world: World, name: str, arguments: Sequence[Value], primes: int) -> Node:
    entries = [node for value in arguments for node in flat(value)]
    return mixed(world, name, entries, primes)


def mixed(world: World, name: str, entries: Sequence[Node], primes: int = 0) -> Node:
    """A random smooth function of several numbers: of each alone, and of an uneven mixture of them."""
    tape = world.tape
    weights = [world.constant(1 + place) for place in range(len(entries))]
    mixture = tape.add([tape.multiply([weight, node]) for weight, node in zip(weights, entries, strict=True)])
    if primes:
        raise Unsupported(f"{name}' of several arguments")
    parts = []
    for place, node in [*enumerate(entries, start=1), (0, mixture)]:
        function = sampled(world, f"{name} part {place}" if place else f"{name} mixture")
        value, slope = (function.derivative(order, node.value, world.arith) for order in (0, 1))
        parts.append(tape.node(value, ((node, slope),)))
    return tape.add(parts)


def _softmax(world: World, arguments: Sequence[Value], primes: int) -> Value:
    if primes or not arguments:
        raise Unsupported("a derivative of softmax written with a prime")
    if len(arguments) == 1 and isinstance(arguments[0], Array):
        array = arguments[0]
        columns = [_normalised(world, [array.at(i, j) for i in range(array.rows)]) for j in range(array.columns)]
        if array.rows == 1:
            return Array(1, array.columns, tuple(_normalised(world, list(array.entries))))
        return Array(array.rows, array.columns, tuple(columns[j][i] for i in range(array.rows) for j in range(array.columns)))
    if len(arguments) == 1:
        raise Unsupported("softmax of one number")
    return column(_normalised(world, [node for node in arguments if isinstance(node, Node)]))


def _normalised(world: World, entries: Sequence[Node]) -> list[Node]:
    tape, arith = world.tape, world.arith
    exponentials = []
    for node in entries:
        value = arith.mp.exp(arith.moderate(node.value))
        exponentials.append(tape.node(value, ((node, value),)))
    total = tape.add(exponentials)
    return [tape.divide(node, total) for node in exponentials]


def _extreme(world: World, name: str, arguments: Sequence[Value]) -> Value:
    sign = _EXTREMES[name]
    if len(arguments) == 1 and isinstance(arguments[0], Array):
        entries: list[Node] = list(arguments[0].entries)
    elif any(isinstance(value, Array) for value in arguments):
        return entrywise(lambda nodes: _largest(world, nodes, sign), arguments, name)
    else:
        entries = [node for node in arguments if isinstance(node, Node)]
    return collapsed(_largest(world, entries, sign))


def _largest(world: World, entries: Sequence[Node], sign: int) -> Node:
    if len(entries) < 2:
        raise Unsupported("a maximum of one number")
    best, tie = largest([sign * node.value for node in entries], world.arith)
    world.observe(best == len(entries) - 1, tie)
    chosen = entries[best]
    return world.tape.node(chosen.value, ((chosen, UNIT),))
