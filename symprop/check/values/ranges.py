"""Over what an index runs: written bounds, a set, or the axis of the quantities that carry it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from symprop.check.theory import Atom
from symprop.check.trees import nodes
from symprop.check.values.array import Array
from symprop.check.values.atoms import Bindings, atom, whole
from symprop.check.written_names import label_of
from symprop.evaluation.trouble import OutOfDomain, Trouble, Unsupported
from symprop.model.expr import Expr, Ref
from symprop.model.written import Big, Component, Group

if TYPE_CHECKING:
    from symprop.check.values.world import World

_MOST = 2_000


class NoRange(Unsupported):
    """Nothing says over what an index runs."""


def bindings(
    world: World, letters: Sequence[str], exprs: Sequence[Expr], bound: Bindings, big: Big | None = None
) -> Iterator[dict[str, object]]:
    """All values of *letters* within *exprs*, added to *bound*.

    Raises:
        NoRange: nothing says over what a letter runs.
    """
    if big is not None and not letters:
        raise NoRange("a sum that does not say over what")
    if not letters:
        yield dict(bound)
        return
    first, *rest = letters
    for place in places(world, first, exprs, bound, big):
        inside = {**bound, first: place}
        if big is not None and big.excluded is not None and atom(big.excluded, inside, world.named) == place:
            continue
        yield from bindings(world, rest, exprs, inside, big) if rest else (inside,)


def places(world: World, letter: str, exprs: Sequence[Expr], bound: Bindings, big: Big | None = None) -> tuple[Atom, ...]:
    """The values of one letter."""
    written = None if big is None else _written(world, big, bound)
    if written is not None:
        return written
    found = [places for expr in exprs for places in _axes(world, letter, expr, bound)]
    if not found:  # `x_{j+m}` alone: over what `m` runs is said by the definitions that have it
        rules = (rule.ref for group in world.theory.rules.values() for rule in group)
        patterns = (ref for refs in world.theory.patterns.values() for ref in refs)
        found = [places for ref in (*rules, *patterns) for places in _axes_of(world, letter, ref, bound)]
    if not found:
        raise NoRange(f"over what the index {letter} runs")
    labelled = [places for places in found if any(isinstance(place, str) for place in places)]
    return min(labelled or found, key=len)


def _written(world: World, big: Big, bound: Bindings) -> tuple[Atom, ...] | None:
    if big.over is not None:
        if isinstance(big.over, Group):
            return tuple(atom(item, bound, world.named) for item in big.over.items)
        return None
    if big.upper is None:
        return None
    try:
        lower = 1 if big.lower is None else whole(big.lower, bound, world.named)
        upper = whole(big.upper, bound, world.named)
    except Unsupported:
        return None  # `n_l`, `N(k+1)`: the size of an axis under a name of its own
    if upper < lower:
        raise OutOfDomain("a sum over nothing")
    if upper - lower > _MOST:
        raise Unsupported("a sum of so many terms")
    return tuple(range(lower, upper + 1))


def _axes(world: World, letter: str, expr: Expr, bound: Bindings) -> Iterator[tuple[Atom, ...]]:
    for node in nodes(expr):
        if isinstance(node, Ref):
            yield from _axes_of(world, letter, node, bound)
        elif isinstance(node, Component) and Ref(letter) in node.indices:
            yield from _axis_of_component(world, letter, node, bound)


def _axes_of(world: World, letter: str, ref: Ref, bound: Bindings) -> Iterator[tuple[Atom, ...]]:
    for slot, index in enumerate(ref.indices):
        if index != Ref(letter):
            continue
        if (ref.name, slot) in world.theory.families:
            yield tuple(range(1, world.depth + 1))
            continue
        try:
            prefix = tuple(_prefix_atom(world, ref.name, place, before, bound) for place, before in enumerate(ref.indices[:slot]))
        except Trouble:
            continue
        yield world.places(ref.name, prefix, slot)


def _prefix_atom(world: World, name: str, place: int, index: Expr, bound: Bindings) -> Atom:
    """Only layers and steps change the size of an axis; other letters need not be bound yet."""
    if world.theory.separates(name, place):
        return atom(index, bound, world.named)
    return label_of(index)


def _axis_of_component(world: World, letter: str, node: Component, bound: Bindings) -> Iterator[tuple[Atom, ...]]:
    try:
        whole_value = world.value(node.operand, bound)
    except Trouble:
        return
    if isinstance(whole_value, Array):
        slot = node.indices.index(Ref(letter))
        size = whole_value.shape[slot] if len(node.indices) == 2 or whole_value.columns == 1 else whole_value.columns
        yield tuple(range(1, size + 1))
