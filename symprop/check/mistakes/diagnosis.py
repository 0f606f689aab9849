"""Which mistake makes a claim wrong: the smallest edit after which it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from symprop.check.judge import Judge
from symprop.check.mistakes import arrays, chains, factors, functions, names, small, sums
from symprop.check.mistakes.edit import Edit
from symprop.check.mistakes.latex import Unprintable
from symprop.check.mistakes.material import Material
from symprop.check.mistakes.probe import Probe
from symprop.check.mistakes.sites import references, sites
from symprop.check.mistakes.spelling import Writer
from symprop.check.mistakes.table import CODES, MISTAKES
from symprop.model.expr import Expr, Indicator, Number, Ref
from symprop.model.written import Derivative, Dots, Gradient

Generator = Callable[[Material], Iterator[Edit]]

GENERATORS: Sequence[Generator] = (
    small.signs,
    small.rates,
    small.twos,
    functions.primes,
    functions.arguments,
    functions.whole,
    names.indices,
    names.everywhere,
    arrays.transposes,
    arrays.entrywise,
    arrays.orders,
    arrays.norms,
    chains.chains,
    sums.sums,
    sums.bounds,
    small.exponents,
    factors.lost_terms,
    factors.quotients,
    factors.lost,
    factors.extra,
    factors.terms,
    factors.exchanged,
    names.others,
    factors.lost_arrays,
    factors.lost_inside,
    factors.whole,
)
"""Where edits come from, the smallest and most frequent first."""

SHAPED: Sequence[Generator] = (arrays.transposes, arrays.entrywise, arrays.orders, arrays.norms)
"""The same for relations whose sides differ in shape: shapes may be our guess, so that any other repair of them says little."""

FIRST: Sequence[Generator] = (arrays.norms, small.blind, functions.primes, arrays.transposes)
THEN: Sequence[Generator] = (
    functions.primes,
    functions.arguments,
    names.indices,
    arrays.transposes,
    arrays.entrywise,
    factors.lost,
    factors.extra,
    factors.lost_arrays,
)
"""Which edits are tried together where one is not enough."""

MOST_TRIED = 400
"""Edits that are tried in one world."""
MOST_JUDGED = 10
"""Edits that are judged."""
MOST_PAIRED = 6
"""First edits to which a second one is added."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a document offers for repairs: the sides of its other formulas, and how it writes."""

    earlier: Sequence[Expr] = ()
    writer: Writer = field(default_factory=Writer)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A mistake: its entry in the table, one sentence, and LaTeX of the right side as it should be.

    The suggestion is empty where the left side is wrong, and where there is no LaTeX that is sure to be read back.
    """

    code: str
    kind: str
    message: str
    suggestion: str


def diagnose(
    left: Expr,
    right: Expr,
    judge: Judge,
    surroundings: Surroundings | None = None,
    conditions: Sequence[Indicator] = (),
) -> Diagnosis | None:
    """The mistake in ``left = right``, which *judge* has refuted; None where no small edit makes it hold.

    *conditions* say for which places of indices it is meant.

    What is suggested holds by the same judge.  The work is bounded by counts, so that the result does not depend on the clock.
    """
    surroundings = surroundings or Surroundings()
    if any(isinstance(site.node, Dots) for site in sites(right)) or not _is_made_of_names(left, right):
        return None
    probe = Probe(judge, left, right, MOST_TRIED)
    if probe.target is None:
        return None
    material = Material(left, right, judge.theory, probe, surroundings.earlier)
    search = _Search(judge, material, conditions)
    writer = surroundings.writer
    found = search.single() or search.left_side()
    if found is not None:
        return _diagnosis(found, writer, judge, left)
    pair = search.pair()
    return None if pair is None else _both(*pair, writer, judge, left)


def _is_made_of_names(left: Expr, right: Expr) -> bool:
    """Whether the right side is a formula: results of sums have mistakes of their own, but a slope may be said to be a number."""
    return bool(references(right)) or (isinstance(right, Number) and isinstance(left, Derivative | Gradient))


class _Search:
    """Tries edits in order."""

    def __init__(self, judge: Judge, material: Material, conditions: Sequence[Indicator]) -> None:
        self._judge, self._material, self._judged = judge, material, 0
        self._conditions = tuple(conditions)
        self._seen: set[Expr] = {material.right}

    def single(self) -> Edit | None:
        """The first single edit of the right side that holds."""
        return self._first(self._material, GENERATORS if self._material.probe.fits else SHAPED)

    def pair(self) -> tuple[Edit, Edit] | None:
        """Two edits, of kinds that come together."""
        self._material.probe.left, self._judged = MOST_TRIED // 2, 0
        generators = FIRST if self._material.probe.fits else (arrays.norms,)
        first = [edit for generator in generators for edit in generator(self._material)]
        for edit in first[:MOST_PAIRED]:
            second = self._first(self._material.after(edit.right), THEN)
            if second is not None:
                return edit, second
        return None

    def left_side(self) -> Edit | None:
        """Another left side that is equal to the right side."""
        for edit in names.lefts(self._material) if self._material.probe.fits else ():
            if edit.left is None or self._judged >= 2 * MOST_JUDGED:
                return None
            value = self._material.probe.value(self._material.right)
            if value is not None and any(value[1]) and self._material.probe.same(self._material.probe.value(edit.left), value):
                self._judged += 1
                if self._holds(edit.left, self._material.right):
                    return edit
        return None

    def _first(self, material: Material, generators: Sequence[Generator]) -> Edit | None:
        for generator in generators:
            for edit in generator(material):
                if not self._affordable():
                    return None
                if edit.right in self._seen or self._begs(edit.right):
                    continue
                self._seen.add(edit.right)
                if material.probe.tried(edit.right):
                    self._judged += 1
                    if self._holds(material.left, edit.right):
                        return edit
        return None

    def _holds(self, left: Expr, right: Expr) -> bool:
        return bool(self._judge.equal(left, right, self._conditions).holds)

    def _affordable(self) -> bool:
        return self._material.probe.left > 0 and self._judged < MOST_JUDGED

    def _begs(self, right: Expr) -> bool:
        """Whether the left side would stand on the right."""
        left = self._material.left
        if not isinstance(left, Ref | Derivative | Gradient):
            return False
        inside = any(site.node == left for site in sites(right))
        return inside and not any(site.node == left for site in sites(self._material.right))


def _diagnosis(edit: Edit, writer: Writer, judge: Judge, left: Expr) -> Diagnosis:
    mistake = MISTAKES[CODES[edit.kind]]
    suggestion = "" if edit.left is not None else writer.suggestion(edit.right, lambda read: bool(judge.equal(left, read).holds))
    return Diagnosis(mistake.code, mistake.kind, _sentence(mistake.sentence, edit, writer), suggestion)


def _both(first: Edit, second: Edit, writer: Writer, judge: Judge, left: Expr) -> Diagnosis:
    one, other = _diagnosis(first, writer, judge, left), _diagnosis(second, writer, judge, left)
    mistake = MISTAKES[CODES["two mistakes"]]
    return Diagnosis(
        mistake.code, mistake.kind, mistake.sentence.format(what=one.message, instead=other.message), other.suggestion
    )


def _sentence(sentence: str, edit: Edit, writer: Writer) -> str:
    try:
        text = sentence.format(
            what="" if edit.what is None else writer.text(edit.what),
            instead="" if edit.instead is None else writer.text(edit.instead),
        )
    except Unprintable:
        return f"The mistake is: {edit.kind}."
    return text
