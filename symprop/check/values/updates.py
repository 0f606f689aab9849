"""Changes and new versions of weights, by the document's own rule of updating."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symprop.check.theory import Atom
from symprop.check.values import slopes
from symprop.check.values.array import Value, entrywise
from symprop.check.written_names import CHANGE, NEW, OLD, base, changed, shown, version
from symprop.evaluation.trouble import UnknownName

if TYPE_CHECKING:
    from symprop.check.values.world import World


def value(world: World, name: str, atoms: tuple[Atom, ...]) -> Value | None:
    """The value of ``Δw``, ``w_new`` or ``w_old``; None for what is no version of another quantity.

    Raises:
        Trouble: the document states no rule of updating, or a value is missing.
    """
    kind = version(name)
    if not kind or (kind not in OLD | NEW and kind != CHANGE):
        return None
    if kind in OLD:
        return world.entry(base(name), atoms)
    if kind in NEW:
        before, change = world.entry(base(name), atoms), world.entry(changed(base(name)), atoms)
        return entrywise(world.tape.add, [before, change], "a sum")
    rule = world.theory.update
    if rule is None:
        raise UnknownName(f"nothing says how {shown(base(name))} changes")
    slope = slopes.by(world, rule.cost, world.entry(base(name), atoms))
    factors = [world.constant(rule.sign), world.value(rule.rate), slope]
    return entrywise(world.tape.multiply, factors, "a product")
