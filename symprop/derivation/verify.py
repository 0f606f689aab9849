"""The gate: every step is judged when it is told, by sampling first and by a certificate where one is in reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from symprop.evaluation.judge import Judge
from symprop.evaluation.verdict import BY_DEFINITION, PROVED_IDENTICAL, Status, Verdict
from symprop.model.build import retidy
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.network import Abbreviation, Network, Range
from symprop.model.walk import transform, walk


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
        self._proved: defaultdict[Expr, set[Expr]] = defaultdict(set)
        self._certifier: object | None = None

    def verdict(self, left: Expr, right: Expr, ranges: Sequence[Range] = ()) -> Verdict:
        """What is known about ``left = right`` for all indices in *ranges*."""
        if left == right:
            return PROVED_IDENTICAL
        if self._defines(left, right, ranges):
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
        if self._follows(left, right):
            return Verdict(Status.PROVED, f"follows from a proved line; {verdict.evidence}")
        if not self._proves(left, right):
            return verdict
        if isinstance(left, Partial):
            self._proved[left].add(right)
        return Verdict(Status.PROVED, f"proved by sympy; {verdict.evidence}")

    def _follows(self, left: Expr, right: Expr) -> bool:
        """Is *right* what *left* becomes when a partial in it is replaced by what it was proved to equal?"""
        partials = [node for node in walk(left) if isinstance(node, Partial)]
        if len(partials) != 1 or left in partials:
            return False
        return any(_put(left, partials[0], form) == right for form in self._proved[partials[0]])

    def _proves(self, left: Expr, right: Expr) -> bool:
        from symprop.calculus.certificate import Certifier  # sympy loads only when there is something to prove

        if not isinstance(self._certifier, Certifier):
            self._certifier = Certifier(self._network, self._abbreviations)
        return self._certifier.proves(left, right)


def _put(expr: Expr, partial: Expr, form: Expr) -> Expr:
    return transform(expr, lambda node: form if node == partial else retidy(node))
