"""A judge that reads: networks and sides as texts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from symprop.evaluation.judge import Judge
from symprop.evaluation.verdict import Status, Verdict
from symprop.model.expr import Number, Ref
from symprop.model.network import Abbreviation, Range
from symprop.model.reader import read_expression, read_network


@dataclass(frozen=True)
class Court:
    """A network and its judge."""

    judge: Judge

    def ranges(self, text: str) -> list[Range]:
        """``"j=1..n k=1..m"``; bounds are numbers, sizes or any index expression without blanks."""
        found = []
        for one in text.split():
            letter, _, bounds = one.partition("=")
            lower, _, upper = bounds.partition("..")
            found.append(Range(letter, self._bound(lower), self._bound(upper)))
        return found

    def abbreviate(self, name: str, meaning: str, ranges: str = "") -> None:
        """Let *name* stand for *meaning*."""
        found = self.ranges(ranges)
        expr = read_expression(meaning, self.judge.network, self.judge.abbreviations, found)
        self.judge.abbreviations[name] = Abbreviation(name, expr, tuple(r.index for r in found), tuple(found))

    def verdict(self, claim: str, ranges: str = "") -> Verdict:
        """The verdict of ``"left == right"``."""
        found = self.ranges(ranges)
        left, right = (read_expression(side, self.judge.network, self.judge.abbreviations, found) for side in claim.split("=="))
        return self.judge.equal(left, right, found)

    def status(self, claim: str, ranges: str = "") -> Status:
        """Only the status."""
        return self.verdict(claim, ranges).status

    def _bound(self, text: str) -> Number | Ref:
        expr = read_expression(text, self.judge.network)
        assert isinstance(expr, object)
        return expr  # type: ignore[return-value]


@pytest.fixture
def court() -> Callable[[str], Court]:
    """Make a judge from the text of a network."""

    def make(text: str) -> Court:
        return Court(Judge(read_network(text)))

    return make
