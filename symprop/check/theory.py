"""What a document says is the case: its definitions, functions and conventions; what a relation is judged against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from symprop.check.written_names import base
from symprop.model.expr import Expr, Ref
from symprop.model.network import Objective

Atom = int | str
"""An index that has a value: a place, or a label."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``ref = expr`` for all values of *letters*, which stand among the indices of *ref*.

    ``line`` is where the document says so (0: it comes from elsewhere).
    """

    ref: Ref
    expr: Expr
    letters: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class FunctionRule:
    """``name(parameters) = body``; the body is None where the document leaves the function open."""

    name: str
    parameters: tuple[str, ...] = ("x",)
    body: Expr | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class UpdateRule:
    """``w ← w + sign·rate·∂cost/∂w``: how the document changes its weights."""

    sign: int
    rate: Expr
    cost: Expr
    line: int = 0


@dataclass(frozen=True)
class Theory:
    """Everything known about a document's names; names and atoms are normalised.

    Args:
        rules: definitions by name.
        functions: functions by name (indices of their own joined with ``_``: ``f_3``).
        letters: what counts as an index letter wherever nothing binds it.
        lasts: names of last positions (``L`` in ``δ^L``, ``T``): they are numbers in index places.
        ranks: how many axes an entry of a leaf has beyond its written indices: 0 number, 1 column, 2 matrix.
        side_by_side: columns side by side are multiplied entry by entry (``y (1 - y)``): the document has no sign for that, and
            no transposes, by which it would say more of its products.
        shapes: rows and columns of names, where the document states them.
        stars: ``*`` between arrays is ⊙: the document multiplies matrices by writing them side by side.
        rows: lines of numbers are rows here (``x W + b``), not columns.
        rows_of_ones: so are vectors of ones.
        arity: the most indices that entries of a name are written with.
        labels: labels that a letter ranges over (``o`` over ``o1``, ``o2``), and places seen (``i`` in ``H_{2i}`` over 1, 2), by
            (name, slot).
        families: (name, slot) of indices that count layers or time steps: they are shifted by whole numbers.
        sizes: names that are numbers of things: upper bounds of sums.
        cost: what is minimised or maximised, None if the document does not say.
        objective: minimize or maximize.
        update: the document's rule of change, None if it states none.
        leaves: names that stand in definitions and may have any value.
        patterns: the index patterns in which definitions use a leaf; entries in no pattern are not known (``w_{ho}`` where only
            ``w_5`` is used).  A leaf without an entry here is known with any indices.
        values: numbers given for names.
        apart: (name, slot) of labels that have sizes of their own behind them (``z_{1,j}`` and ``z_{2,j}`` of two layers).
        extents: where the indices of a network's quantities begin and end, by the name and the indices before (``*`` for any).
        weights: what updates change, as patterns of names and indices; empty if nothing but the document says so.
        loose: entries that nothing defines may have any value (what holds then, holds whatever they are).
        simplex: names whose entries are positive and add up to 1 (labels, one-hot or not).
        across: those of them that add up along the other axis, where they have two: a column for each example.
        smooth: names that are only said to be some function: by name the quantities that they are a function of.
    """

    rules: Mapping[str, tuple[Rule, ...]] = field(default_factory=dict)
    functions: Mapping[str, FunctionRule] = field(default_factory=dict)
    letters: frozenset[str] = frozenset()
    lasts: frozenset[str] = frozenset()
    ranks: Mapping[str, int] = field(default_factory=dict)
    side_by_side: bool = False
    shapes: Mapping[Ref, tuple[Expr, Expr]] = field(default_factory=dict)
    stars: bool = False
    rows: bool = False
    rows_of_ones: bool = False
    arity: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[tuple[str, int], tuple[Atom, ...]] = field(default_factory=dict)
    families: frozenset[tuple[str, int]] = frozenset()
    sizes: frozenset[str] = frozenset()
    cost: Ref | None = None
    objective: Objective = Objective.MINIMIZE
    update: UpdateRule | None = None
    leaves: frozenset[str] = frozenset()
    patterns: Mapping[str, tuple[Ref, ...]] = field(default_factory=dict)
    values: Mapping[tuple[str, tuple[Atom, ...]], Fraction] = field(default_factory=dict)
    apart: frozenset[tuple[str, int]] = frozenset()
    extents: Mapping[tuple[str, tuple[object, ...]], tuple[Expr, Expr]] = field(default_factory=dict)
    weights: tuple[Ref, ...] = ()
    loose: bool = False
    simplex: frozenset[str] = frozenset()
    across: frozenset[str] = frozenset()
    smooth: Mapping[str, tuple[Ref, ...]] = field(default_factory=dict)

    def defined(self, name: str) -> bool:
        """Whether the document gives *name* a meaning by a formula."""
        return name in self.rules or name in self.smooth

    def separates(self, name: str, slot: int) -> bool:
        """Whether the indices behind that slot may run differently far for each of its values."""
        return (name, slot) in self.families or (name, slot) in self.apart

    def known(self, name: str) -> bool:
        """Whether claims about *name* can be judged: it is defined, or definitions are made of it."""
        return self.defined(name) or name in self.leaves

    def rank(self, name: str, count: int) -> int:
        """The rank of a name with so many indices: an index on an array is an entry."""
        arity = self.arity.get(name, 0)
        return 0 if 0 < arity <= count else self.ranks.get(name, 0)

    def open_axes(self, name: str, count: int) -> int:
        """How many axes are left open by *count* indices of a name, where definitions use more and those are index letters."""
        if (name, count) in self._axes:
            return self._axes[name, count]
        found = 0
        for ref in (*(rule.ref for rule in self.rules.get(name, ())), *self.patterns.get(name, ())):
            rest = ref.indices[count:]
            if rest and all(isinstance(index, Ref) and index.name in self.letters for index in rest):
                found = max(found, len(rest))
        self._axes[name, count] = found
        return found

    @cached_property
    def _axes(self) -> dict[tuple[str, int], int]:
        """What :meth:`open_axes` has found: it is asked for every name in every definition."""
        return {}

    def axis(self, name: str, prefix: Sequence[object]) -> tuple[str, str, tuple[object, ...], int]:
        """The key of the axis that follows the indices *prefix* of a name: one for all values of an index letter.

        Changes and versions of a quantity have its axes.
        """
        name = base(name)
        kept = tuple(value if self.separates(name, place) else "*" for place, value in enumerate(prefix))
        return ("axis", name, kept, len(prefix))


def with_rules(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    """Rules by name, in order."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        found.setdefault(rule.ref.name, []).append(rule)
    return {name: tuple(group) for name, group in found.items()}
