"""Over what an index runs, where words beside a formula say so: ``j = 1, …, n - r + 1``, ``i = 1, 2``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from symprop.check.document import Sign, Statement
from symprop.check.theory import Theory
from symprop.check.trees import nodes
from symprop.check.understanding.lines import Line
from symprop.model.expr import ONE, Expr, Indicator, Number, Ref
from symprop.model.written import Dots, Group

_Axis = tuple[str, tuple[object, ...]]
Extents = dict[_Axis, tuple[Expr, Expr]]
"""By the name and the indices before an axis (``*`` for any), where it begins and ends."""


@dataclass(frozen=True, slots=True)
class Run:
    """*letter* goes from *lower* to *upper* in steps of one."""

    letter: str
    lower: Expr
    upper: Expr

    def names(self) -> frozenset[str]:
        """The quantities of which its ends are made."""
        return frozenset(node.name for end in (self.lower, self.upper) for node in nodes(end) if isinstance(node, Ref))

    @property
    def is_plain(self) -> bool:
        """Whether its ends are made of numbers and of names without indices."""
        return not any(isinstance(node, Ref) and node.indices for end in (self.lower, self.upper) for node in nodes(end))

    @property
    def is_whole(self) -> bool:
        """Whether it goes from 1 to the number of something that has a name."""
        return self.lower == ONE and isinstance(self.upper, Ref)

    def condition(self) -> Indicator:
        """The condition on the letter."""
        return Indicator((self.lower, Ref(self.letter), self.upper), ("≤", "≤"))


def run_of(statement: Statement) -> Run | None:
    """The run that a statement like ``j = 1, …, m`` states; None for all others."""
    sides = [side.expr for side in statement.sides]
    if len(sides) != 2 or statement.signs[:1] != (Sign.EQUALS,):
        return None
    letter, listed = sides
    if not isinstance(letter, Ref) or letter.indices or not isinstance(listed, Group) or listed.opening:
        return None
    items = listed.items
    if len(items) > 2 and sum(isinstance(item, Dots) for item in items) == 1 and isinstance(items[-2], Dots):
        return Run(letter.name, items[0], items[-1])
    values = [item.value for item in items if isinstance(item, Number)]
    if len(values) == len(items) > 1 and all(b - a == 1 for a, b in pairwise(values)):
        return Run(letter.name, items[0], items[-1])
    return None


def running_letters(lines: Sequence[Line]) -> frozenset[str]:
    """Letters of which words beside formulas say over what they run."""
    runs = filter(None, (run_of(note) for line in lines for note in line.statement.notes))
    return frozenset(run.letter for run in runs if len(run.letter) == 1)


def extents(lines: Sequence[Line], defines: set[tuple[int, int]], theory: Theory) -> tuple[Extents, frozenset[str]]:
    """Over what indices run by the words beside formulas, and the sizes that these speak of.

    For what is defined, the words beside its definition count; for what is given, those about a letter of which all lines say
    the same.
    """
    found: dict[_Axis, Run] = {}
    said: dict[str, set[Run]] = {}
    for line in lines:
        left = line.exprs[0] if (line.number, 0) in defines else None
        for run in filter(None, map(run_of, line.statement.notes)):
            said.setdefault(run.letter, set()).add(run)
            if isinstance(left, Ref) and _is_usable(run, theory):
                found.update({key: run for key in _axes(left, run.letter, theory) if key not in found})
    for name in theory.leaves:
        for ref in theory.patterns.get(name, ()):
            for index in ref.indices:
                runs = said.get(index.name, set()) if isinstance(index, Ref) else set()
                if len(runs) == 1 and _is_usable(run := next(iter(runs)), theory):
                    found.update({key: run for key in _axes(ref, run.letter, theory) if key not in found})
    sizes = frozenset(name for run in found.values() for name in run.names())
    return {key: (run.lower, run.upper) for key, run in found.items()}, sizes


def _is_usable(run: Run, theory: Theory) -> bool:
    names = run.names()
    return run.is_plain and not any(theory.known(name) for name in names) and not names & (theory.letters | theory.lasts)


def _axes(left: Ref, letter: str, theory: Theory) -> Iterator[_Axis]:
    for slot, index in enumerate(left.indices):
        if index == Ref(letter) and (left.name, slot) not in theory.families:
            prefix = [
                int(before.value) if isinstance(before, Number) else before.name
                for before in left.indices[:slot]
                if isinstance(before, Number | Ref)
            ]
            if len(prefix) == slot:
                yield left.name, theory.axis(left.name, prefix)[2]
