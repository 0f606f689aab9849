"""Formulas that differ in the numbers of their names only, as one formula with index letters.

``δ_1 = σ'(z_1)·v_1·δ_3`` and ``δ_2 = σ'(z_2)·v_2·δ_3`` become ``δ_i = σ'(z_i)·v_i·δ_3`` for ``i = 1..2``; a number that
runs ahead by one becomes ``i+1``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from symprop.model.expr import Apply, Expr, Number, Ref, Softmax, Sum
from symprop.model.network import Range
from symprop.model.walk import children, rebuild

FARTHEST = 1
"""How far a number may run ahead of the index, or behind it, before nobody would write it so."""

Case = Mapping[str, int]
"""The value of each index letter in one of the formulas."""


def numbers_in(name: str, *, single: bool = False) -> tuple[str, tuple[int, ...]]:
    """The name with a hole for each number in it, and the numbers; *single* digits count one by one."""
    pattern = r"[0-9]" if single else r"[0-9]+"
    return re.sub(pattern, "#", name), tuple(int(found) for found in re.findall(pattern, name))


def varying(names: Sequence[str], *, single: bool = False) -> tuple[int, ...] | None:
    """What tells *names* apart, where that is one number in each: those numbers, in order; None where it is not."""
    read = [numbers_in(name, single=single) for name in names]
    if len({(stem, len(numbers)) for stem, numbers in read}) != 1:
        return None
    columns = [column for column in zip(*(numbers for _, numbers in read), strict=True) if len(set(column)) > 1]
    return columns[0] if len(columns) == 1 else None


def generalise(formulas: Sequence[Expr], cases: Sequence[Case], *, single: bool = False) -> Expr | None:
    """The one formula with index letters whose instance at each of *cases* is the formula there; None if there is none."""
    first = formulas[0]
    if all(formula == first for formula in formulas):
        return first
    if any(type(formula) is not type(first) for formula in formulas):
        return None
    parts = list(zip(*(children(formula) for formula in formulas), strict=False))
    if len({len(children(formula)) for formula in formulas}) != 1 or isinstance(first, Number):
        return None
    made = [generalise(part, cases, single=single) for part in parts]
    found = tuple(part for part in made if part is not None)
    if len(found) != len(made):
        return None
    if isinstance(first, Ref):
        name = _name([formula.name for formula in formulas if isinstance(formula, Ref)], cases, single=single)
        return None if name is None else Ref(name, found)
    if len({_label(formula) for formula in formulas}) != 1:
        return None
    if isinstance(first, Apply):
        function = _name([formula.function for formula in formulas if isinstance(formula, Apply)], cases, single=single)
        return None if function is None else replace(first, function=function, arguments=found, spelling="")
    return rebuild(first, found)


def generalise_ranges(groups: Sequence[Sequence[Range]], cases: Sequence[Case]) -> tuple[Range, ...] | None:
    """The same for the ranges of formulas that have equal letters."""
    made: list[Range] = []
    for ranges in zip(*groups, strict=True):
        lower = generalise([r.lower for r in ranges], cases)
        upper = generalise([r.upper for r in ranges], cases)
        if lower is None or upper is None or len({r.index for r in ranges}) != 1:
            return None
        made.append(replace(ranges[0], lower=lower, upper=upper))
    return tuple(made)


def block(cases: Sequence[Case]) -> tuple[Range, ...] | None:
    """The ranges of the letters where *cases* are all combinations of them, each once, without a gap; else None."""
    letters = tuple(cases[0])
    seen = {tuple(case[letter] for letter in letters) for case in cases}
    ranges: list[Range] = []
    expected = 1
    for place, letter in enumerate(letters):
        values = {values[place] for values in seen}
        if values != set(range(min(values), max(values) + 1)):
            return None
        expected *= len(values)
        ranges.append(Range(letter, Number(Fraction(min(values))), Number(Fraction(max(values)))))
    return tuple(ranges) if len(seen) == len(cases) == expected else None


def _name(names: Sequence[str], cases: Sequence[Case], *, single: bool) -> str | None:
    read = [numbers_in(name, single=single) for name in names]
    if len({(stem, len(numbers)) for stem, numbers in read}) != 1:
        return None
    spelled = [_number(column, cases) for column in zip(*(numbers for _, numbers in read), strict=True)]
    if any(text is None for text in spelled):
        return None
    stem, *rest = read[0][0].split("#")
    for text, after in zip(spelled, rest, strict=True):
        assert text is not None
        joint = "_" if not text.isdigit() and "_" not in stem else ""  # z1, z2 is z_i, as zi would be another name
        stem += joint + text + after
    return stem


def _number(values: Sequence[int], cases: Sequence[Case]) -> str | None:
    """``1``, ``i`` or ``{i+1}``."""
    if len(set(values)) == 1:
        return str(values[0])
    for letter in cases[0]:
        ahead = {value - case[letter] for value, case in zip(values, cases, strict=True)}
        if len(ahead) == 1 and abs(shift := ahead.pop()) <= FARTHEST:
            return letter if shift == 0 else f"{{{letter}{shift:+d}}}"
    return None


def _label(expr: Expr) -> object:
    """What a node is besides its children."""
    if isinstance(expr, Apply):
        return numbers_in(expr.function)[0], expr.primes  # f_1, f_2 is f_l
    if isinstance(expr, Sum | Softmax):
        return expr.index
    return getattr(expr, "operators", None)
