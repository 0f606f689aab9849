"""The gate: every step is judged when it is told, by sampling first and by a certificate where one is in reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symprop.derivation.proved import Proved
from symprop.evaluation.judge import Judge
from symprop.evaluation.verdict import BY_DEFINITION, PROVED_IDENTICAL, Status, Verdict
from symprop.model.expr import Expr, Ref
from symprop.model.network import Abbreviation, Network, Range


class Verifier:
    """Judges equalities over *network*; each pair once.

    ``sampled`` verdicts of scalar equations become ``proved`` where :class:`~symprop.calculus.certificate.Certifier`
    finds a certificate.  The verifier never returns a refuted verdict as anything else: the caller's
    :class:`~symprop.derivation.step.Link` refuses it.
    """

    def __init__(self, network: Network, abbreviations: Mapping[str, Abbreviation]) -> None:
        self.judge = Judge(network, abbreviations)
        self._network = network
        self._abbreviations = abbreviations
        self._known: dict[tuple[Expr, Expr, tuple[Range, ...]], Verdict] = {}
        self._proved = Proved(network)
        self._certifier: object | None = None

    def verdict(self, left: Expr, right: Expr, ranges: Sequence[Range] = ()) -> Verdict:
        """What is known about ``left = right`` for all indices in *ranges*."""
        if left == right:
            return PROVED_IDENTICAL
        if self._defines(left, right, ranges):
            if not ranges:
                self._proved.add(left, right)
            return BY_DEFINITION
        key = (left, right, tuple(ranges))
        if key not in self._known:
            self._known[key] = self._judged(left, right, tuple(ranges))
        return self._known[key]

    def _defines(self, left: Expr, right: Expr, ranges: Sequence[Range]) -> bool:
        """Is ``left = right`` a line of the network as it stands, told for the indices that it is written for?"""
        if not isinstance(left, Ref):
            return False
        group = self._network.by_name.get(left.name, ())
        return any(d.ref == left and d.expr == right and set(d.ranges) <= set(ranges) for d in group)

    def _judged(self, left: Expr, right: Expr, ranges: tuple[Range, ...]) -> Verdict:
        verdict = self.judge.equal(left, right, ranges)
        if not verdict.holds or ranges:
            return verdict
        how = "follows from proved lines" if self._proved.follows(left, right) else "proved by sympy"
        if how == "proved by sympy" and not self._proves(left, right):
            return verdict
        self._proved.add(left, right)
        return Verdict(Status.PROVED, f"{how}; {verdict.evidence}")

    def _proves(self, left: Expr, right: Expr) -> bool:
        from symprop.calculus.certificate import Certifier  # sympy loads only when there is something to prove

        if not isinstance(self._certifier, Certifier):
            self._certifier = Certifier(self._network, self._abbreviations)
        return self._certifier.proves(left, right)
