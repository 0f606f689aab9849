"""Formulas in which some names stand as their values: ``net = 0.4 h_1 + 0.45 h_2`` of ``net = w_5 h_1 + w_6 h_2``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from symprop.check.numbers.facts import Memory, repeats
from symprop.check.numbers.literals import decimals
from symprop.check.numbers.reckoning import evaluate, listed
from symprop.check.numbers.verdict import NumericVerdict
from symprop.check.numbers.worlds import Quantity, ValueWorld
from symprop.check.theory import Theory
from symprop.check.trees import nodes, transformed
from symprop.check.values.world import Key, Steps
from symprop.check.written_names import entry_text
from symprop.evaluation.context import Real, arithmetic
from symprop.evaluation.trouble import Trouble
from symprop.model.expr import Expr, Number, Ref

_SEEDS = ("first", "second", "third")
_DEPTH = 3
_SAME = 1e-25
_WORK = 20_000


def substituted(left: Expr, right: Expr, theory: Theory, memory: Memory) -> NumericVerdict | None:
    """Whether the sides are equal once the names that only one of them needs have their given values.

    All other names stay random.  None if no number stands in the place of a name.

    Args:
        left: one side.
        right: the other.
        theory: with all values that are given.
        memory: what was printed before.
    """
    extra = _numbers(left) ^ _numbers(right)
    if not extra:
        return None
    try:
        needed = [_needed(side, theory) for side in (left, right)]
    except Trouble:
        return None
    only = needed[0] ^ needed[1]
    missing = sorted(entry_text(*key) for key in only if key not in theory.values)
    if not only or missing:
        short = any(number in decimals(side) for number in extra for side in (left, right))
        return NumericVerdict(None, message=listed(missing), missing=tuple(missing)) if missing and short else None
    fixed = replace(theory, values={key: theory.values[key] for key in only})
    sides = _with_full_values((left, right), memory)
    for first, second in ((left, right), sides[0]):
        if _equal(first, second, fixed, sides[1]):
            return NumericVerdict(True, message="With the given values.")
    return None


def _numbers(expr: Expr) -> set[Number]:
    return {node for node in nodes(expr) if isinstance(node, Number)}


def _needed(expr: Expr, theory: Theory) -> set[Key]:
    """The leaves that a side depends on.

    Raises:
        Trouble: it has no value.
    """
    world = ValueWorld(theory, _SEEDS[0], _DEPTH, steps=Steps(_WORK))
    evaluate(world, expr, {})
    return set(world.drawn)


def _with_full_values(sides: tuple[Expr, Expr], memory: Memory) -> tuple[tuple[Expr, Expr], dict[str, Quantity]]:
    """The sides with numbers that repeat printed roundings replaced by names, and the full values of those."""
    candidates = list(memory.quantities())
    full = {
        number: found for side in sides for number, own in decimals(side).items() if (found := repeats(number, own, candidates))
    }
    names = {number: f"#{place}" for place, number in enumerate(full)}

    def one(node: Expr) -> Expr:
        return Ref(names[node]) if isinstance(node, Number) and node in names else node

    return (transformed(sides[0], one), transformed(sides[1], one)), {names[number]: found for number, found in full.items()}


def _equal(left: Expr, right: Expr, theory: Theory, known: Mapping[str, Quantity]) -> bool:
    arith = arithmetic()
    for seed in _SEEDS:
        world = ValueWorld(theory, seed, _DEPTH, steps=Steps(_WORK))
        values: Sequence[Real]
        try:
            values = [evaluate(world, side, known)[0].value for side in (left, right)]
        except Trouble:
            return False
        a, b = values
        if abs(a - b) > arith.number(1) * _SAME * max(1, abs(a), abs(b)):
            return False
    return True
