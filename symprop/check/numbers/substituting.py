"""Formulas in which some names stand as their values: ``net = 0.4 h_1 + 0.45 h_2`` of ``net = w_5 h_1 + w_6 h_2``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice, product

from symprop.check.numbers.facts import Memory, repeats
from symprop.check.numbers.literals import decimals
from symprop.check.numbers.reckoning import evaluate, listed
from symprop.check.numbers.verdict import NumericVerdict
from symprop.check.numbers.worlds import Quantity, ValueWorld
from symprop.check.theory import Theory
from symprop.check.trees import nodes, parts, transformed
from symprop.check.values.world import Key, Steps
from symprop.check.written_names import entry_text
from symprop.evaluation.trouble import Trouble
from symprop.model.expr import Expr, Number, Ref

_SEEDS = ("first", "second", "third")
_DEPTH = 3
_SAME = 1e-25
_WORK = 20_000
_MOST_NAMES = 4
_MOST_TRIED = 60


def substituted(left: Expr, right: Expr, theory: Theory, memory: Memory) -> NumericVerdict | None:
    """Whether the sides are equal once the names that only one of them needs have their given values.

    All other names stay random.  A number may also stand for any name that was given or printed with that value, if what
    results is true for all values.  None if no number stands in the place of a name.

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
    if only and not missing and _stand_for(only, needed, (left, right), theory):
        fixed = replace(theory, values={key: theory.values[key] for key in only})
        sides, known = _with_full_values((left, right), memory)
        if _equal(left, right, _worlds(fixed), {}) or _equal(*sides, _worlds(fixed), known):
            return NumericVerdict(True, message="With the given values.")
    free = _worlds(replace(theory, values={}))
    for sides in islice(_with_names((left, right), extra, theory, memory), _MOST_TRIED):
        if _equal(*sides, free, {}):
            return NumericVerdict(True, message="With the values that were given or printed before.")
    short = any(number in decimals(side) for number in extra for side in (left, right))
    return NumericVerdict(None, message=listed(missing), missing=tuple(missing)) if missing and short else None


def _stand_for(only: set[Key], needed: Sequence[set[Key]], sides: Sequence[Expr], theory: Theory) -> bool:
    """Whether the values of all names that one side lacks stand in that side: else it merely lacks them."""
    lacking = [place for place in (0, 1) if only <= needed[1 - place]]
    return any(
        {abs(theory.values[key]) for key in only} <= {number.value for number in _numbers(sides[place])} for place in lacking
    )


def _with_names(sides: tuple[Expr, Expr], extra: Iterable[Number], theory: Theory, memory: Memory) -> Iterator[tuple[Expr, Expr]]:
    """The sides with numbers replaced by names that have these values, in all ways."""
    options = {number: [*_having(number, theory, memory)][:_MOST_NAMES] for number in sorted(extra, key=lambda n: n.value)}
    options = {number: names for number, names in options.items() if names}
    for choice in product(*([None, *names] for names in options.values())):
        chosen: dict[Expr, Expr] = {number: name for number, name in zip(options, choice, strict=True) if name is not None}
        if chosen:
            yield _put(sides[0], chosen), _put(sides[1], chosen)


def _having(number: Number, theory: Theory, memory: Memory) -> Iterator[Expr]:
    """Names with that value."""
    for about, fact in memory.facts.items():
        if fact.printed is not None and fact.printed.value == number.value and isinstance(about, Ref):
            yield about
    for (name, atoms), value in theory.values.items():
        if value == number.value:
            yield Ref(name, tuple(Number(Fraction(at)) if isinstance(at, int) else Ref(at) for at in atoms))


def _put(side: Expr, chosen: Mapping[Expr, Expr]) -> Expr:
    """*side* with the numbers in the place of names; numbers in indices stay."""
    refs = [node for node in nodes(side) if isinstance(node, Ref) and node.indices]
    hidden: dict[Expr, Expr] = {ref: Ref(f"@{place}") for place, ref in enumerate(dict.fromkeys(refs))}
    shown = {name: ref for ref, name in hidden.items()}
    return _replaced(_replaced(_replaced(side, hidden), chosen), shown)


def _replaced(expr: Expr, by: Mapping[Expr, Expr]) -> Expr:
    return transformed(expr, lambda node: by.get(node, node))


def _numbers(expr: Expr) -> set[Number]:
    """The numbers in *expr*, but for those in indices."""
    if isinstance(expr, Number):
        return {expr}
    return set() if isinstance(expr, Ref) else {number for part in parts(expr) for number in _numbers(part)}


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


def _worlds(theory: Theory) -> list[ValueWorld]:
    return [ValueWorld(theory, seed, _DEPTH, steps=Steps(_WORK)) for seed in _SEEDS]


def _equal(left: Expr, right: Expr, worlds: Sequence[ValueWorld], known: Mapping[str, Quantity]) -> bool:
    for world in worlds:
        world.steps.left = _WORK
        try:
            a, b = (evaluate(world, side, known)[0].value for side in (left, right))
        except Trouble:
            return False
        if abs(a - b) > _SAME * max(1, abs(a), abs(b)):
            return False
    return True
