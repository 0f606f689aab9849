"""Derivatives between quantities: what one differentiates by is cut, everything else follows the document's definitions."""

from __future__ import annotations

from fractions import Fraction
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from symprop.check.values.array import Array, Tensor, Value, collapsed, flat, transposed
from symprop.check.values.atoms import Bindings
from symprop.evaluation.context import Real
from symprop.evaluation.tape import Node
from symprop.evaluation.tape import derivative as swept
from symprop.evaluation.trouble import AtKink, Unsupported
from symprop.model.expr import Expr, Number, Ref
from symprop.model.written import SUPERSCRIPTED, Derivative, Gradient, ungrouped

if TYPE_CHECKING:
    from symprop.check.values.world import World

_TWICE = Unsupported("a derivative of a derivative")


def derivative(world: World, expr: Derivative, bound: Bindings) -> Value:
    """``∂of/∂wrt``.

    Raises:
        Trouble: one of them has no value, or it is of an order or a shape that is not covered.
    """
    if expr.order != 1:
        raise _TWICE
    wrt = collapsed(world.value(expr.wrt, bound))  # first: what was made before it cannot depend on it
    of = collapsed(world.value(expr.of, bound))
    found = _slopes(world, of, wrt)
    _note(world, expr, of, wrt, found)
    if not isinstance(ungrouped(expr.wrt), Ref) and not any(node.value for node in flat(found)):
        raise Unsupported("a derivative by what nothing depends on")
    return found


def gradient(world: World, expr: Gradient, bound: Bindings) -> Value:
    """``∇_wrt of``, shaped like *wrt*.

    Raises:
        Trouble: as for :func:`derivative`; the document does not say by what.
    """
    if expr.wrt is None:
        raise Unsupported("a gradient that does not say by what")
    wrt = collapsed(world.value(_last_layer(world, expr.wrt), bound))
    of = collapsed(world.value(expr.of, bound))
    if not isinstance(of, Node):
        raise Unsupported("a gradient of an array")
    slope = _by(world, of, wrt)
    _note(world, expr, of, wrt, slope)
    return slope


def _note(world: World, expr: Expr, of: Value, wrt: Value, slope: Value) -> None:
    """Remember whether there was a way from what is differentiated to what it is differentiated by."""
    if world.slopes.get(expr):
        return
    ends = {node.order for node in flat(wrt)}
    world.slopes[expr] = any(node.value for node in flat(slope)) or any(_reaches(world, node, ends) for node in flat(of))


def _reaches(world: World, of: Node, ends: set[int]) -> bool:
    first, seen, waiting = min(ends), {of.order}, [of]
    while waiting:
        node = waiting.pop()
        world.steps.spend()
        if node.order in ends:
            return True
        for parent, _ in node.parents:
            if parent.order >= first and parent.order not in seen:
                seen.add(parent.order)
                waiting.append(parent)
    return False


def _last_layer(world: World, wrt: Expr) -> Expr:
    """``∇_a C`` where only ``a^l`` is known: by the last layer."""
    family = wrt.name + SUPERSCRIPTED if isinstance(wrt, Ref) else ""
    if not isinstance(wrt, Ref) or wrt.indices or world.theory.known(wrt.name) or not world.theory.known(family):
        return wrt
    return Ref(family, (Number(Fraction(world.depth)),))


def by(world: World, of: Expr, wrt: Value) -> Value:
    """The derivative of a number by a value, shaped like it."""
    found = collapsed(world.value(of, {}))
    if not isinstance(found, Node):
        raise Unsupported("a gradient of an array")
    return _by(world, found, wrt)


def _slopes(world: World, of: Value, wrt: Value) -> Value:
    layout = world.conventions.layout
    if isinstance(wrt, Array) and isinstance(of, Array):
        world.choices.add("layout")
    if isinstance(of, Node):
        found = _by(world, of, wrt)
        return transposed(found) if layout == "numerator" else found
    if isinstance(of, Tensor):
        raise Unsupported("a derivative with more than three axes")
    if isinstance(wrt, Node):
        return Array(of.rows, of.columns, tuple(_slope(world, node, wrt) for node in of.entries))
    if isinstance(wrt, Tensor) or not of.is_line:
        raise Unsupported("a derivative with more than three axes")
    if not wrt.is_line:
        return Tensor(tuple(_matrix_by(world, node, wrt) for node in of.entries))
    entries = tuple(_slope(world, a, b) for a in of.entries for b in wrt.entries)
    jacobian = Array(len(of.entries), len(wrt.entries), entries)
    return transposed(jacobian) if layout == "denominator" else jacobian


def _by(world: World, of: Node, wrt: Value) -> Value:
    if isinstance(wrt, Node):
        return _slope(world, of, wrt)
    if isinstance(wrt, Tensor):
        raise Unsupported("a derivative by an array with three axes")
    return _matrix_by(world, of, wrt)


def _matrix_by(world: World, of: Node, wrt: Array) -> Array:
    return Array(wrt.rows, wrt.columns, tuple(_slope(world, of, node) for node in wrt.entries))


def _slope(world: World, of: Node, wrt: Node) -> Node:
    if not wrt.active:
        raise Unsupported("a derivative by a number")
    world.steps.spend(8)
    world.must_tell(of, wrt)
    value = swept(of, wrt, world.arith)
    if (
        value == 0
        and world.random
        and wrt.parents  # what is given is only itself
        and of.order > wrt.order
        and not of.obstacle
        and not _reaches(world, of, {wrt.order})  # where there is a way, 0 is the derivative: a unit that is cut off
    ):
        value = _through_equals(world, of, wrt)
    return world.tape.blocked(value, _TWICE)


def _through_equals(world: World, of: Node, wrt: Node) -> Real:
    """The derivative by what is *wrt* under no name of its own.

    A document that writes ``E`` out in full and then differentiates by ``h = w x`` means the ``w x`` inside of ``E``.  At a
    random point two nodes have one value only if they are the same function.
    """
    small = world.arith.tolerance * abs(wrt.value)
    total = world.arith.zero
    adjoints: dict[int, Real] = {of.order: world.arith.one}
    waiting = [(-of.order, of)]
    while waiting:
        _, node = heappop(waiting)
        world.steps.spend()
        here = adjoints[node.order]
        if node is not of and node.active and abs(node.value - wrt.value) <= small:
            if not wrt.value:  # all that is cut off is 0: these may be two quantities
                raise AtKink("a derivative by what is 0 here")
            total = total + here
            continue
        if node.obstacle is not None:
            raise node.obstacle
        for parent, local in node.parents:
            if parent.order in adjoints:
                adjoints[parent.order] += here * local
            else:
                adjoints[parent.order] = here * local
                heappush(waiting, (-parent.order, parent))
    return total
