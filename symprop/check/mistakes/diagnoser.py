"""Diagnoses of the claims of one document, which share what it says and how it writes."""

from __future__ import annotations

from collections.abc import Sequence

from symprop.check.document import Reading
from symprop.check.judge import Judge
from symprop.check.mistakes.clashes import clash
from symprop.check.mistakes.diagnosis import Diagnosis, Surroundings, diagnose
from symprop.check.mistakes.spelling import Writer
from symprop.check.understanding.lines import Line
from symprop.model.expr import Expr, Indicator

_NEAREST = 40
"""How many of the formulas before a claim its repairs may be made of; definitions are there anyway."""


class Diagnoser:
    """Says what is wrong with claims of a document that do not hold."""

    def __init__(self, reading: Reading, lines: Sequence[Line]) -> None:
        self._writer = Writer(reading)
        self._lines = lines

    def __call__(
        self, left: Expr, right: Expr, judge: Judge, number: int, conditions: Sequence[Indicator] = ()
    ) -> Diagnosis | None:
        """The mistake in ``left = right`` of the statement *number*, which *judge* has refuted, if only by shapes.

        None where no small edit makes it hold.
        """
        before = [expr for line in self._lines if line.number < number for expr in line.exprs if expr is not None]
        earlier = tuple(dict.fromkeys(reversed(before[-_NEAREST:])))
        return diagnose(left, right, judge, Surroundings(earlier, self._writer), conditions)

    def clash(self, left: Expr, right: Expr, judge: Judge) -> str:
        """Which factors of ``left = right`` do not fit, in one sentence; "" if all do where widths differ."""
        return clash(left, right, judge, self._writer)
