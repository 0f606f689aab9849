"""Judging ``left = right`` by values at random points; the judge knows nothing of how an equality was derived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from symprop.evaluation.context import Real, arithmetic
from symprop.evaluation.counterexample import describe
from symprop.evaluation.indices import chosen_instances
from symprop.evaluation.pool import Pool, Sample
from symprop.evaluation.trouble import AtKink, OutOfRange, Saturated, Trouble, Unsupported
from symprop.evaluation.verdict import PROVED_IDENTICAL, Status, Verdict
from symprop.model.expr import Expr, Ref
from symprop.model.network import Abbreviation, Network, Range
from symprop.model.walk import walk

_ENOUGH = 3
"""Points that must agree: one point of 50 digits convicts nearly every mistake, three leave no accident."""

_ENOUGH_WITH_GATES = 8
"""With gates: a closed one hides its whole term, so there must be points where it is open."""

_TINY = 1e-40
"""Below this a saturated function may be all that is seen."""

_MOST_INSTANCES = 64
_REAL_SHRINKAGE = 10**30  # rounding shrinks by 70 digits between the two precisions; a real difference does not


@dataclass(frozen=True, slots=True)
class _Equality:
    left: Expr
    right: Expr
    ranges: tuple[Range, ...]


@dataclass(slots=True)
class _Tally:
    """What the points have said so far."""

    agreed: int = 0
    zero: int = 0
    on: int = 0
    off: int = 0
    reason: str = ""
    sizes: dict[str, None] = field(default_factory=dict)


class Judge:
    """Judges equalities over *network*; points and values are shared by all judgements.

    Args:
        network: what names mean.
        abbreviations: further names; a dict is kept as it is, so that what is added to it later counts too.
        seed: what the points depend on.
    """

    def __init__(self, network: Network, abbreviations: Mapping[str, Abbreviation] | None = None, seed: int = 0) -> None:
        self.network = network
        self.abbreviations = abbreviations if isinstance(abbreviations, dict) else dict(abbreviations or {})
        self._pool = Pool(network, self.abbreviations, seed)

    def equal(self, left: Expr, right: Expr, ranges: Sequence[Range] = ()) -> Verdict:
        """Whether ``left = right`` for all values of the leaves and all indices in *ranges*.

        Two expressions with the same structure are equal without looking.  Otherwise they must agree to 30 digits at
        three points at least (eight where there are gates), for every instance of the free indices, with each gate
        that they depend on seen on both sides where that can be had.  A difference counts only if it does not shrink
        when the digits double, and not at a kink, where a derivative is a convention.
        """
        if left == right:
            return PROVED_IDENTICAL
        claim = _Equality(left, right, tuple(ranges))
        gates = self._pool.gates.within(left, right, *self._meanings(left, right))
        tally = _Tally()
        for number in range(self._pool.limit):
            unseen = gates & ~(tally.on & tally.off)
            enough = tally.agreed >= (_ENOUGH_WITH_GATES if gates else _ENOUGH)
            if enough and not unseen:
                break
            sample = self._pool.get(number)
            if sample is None:
                break
            if enough and not _shows(sample, unseen, tally):
                continue
            try:
                refutation = self._compare(sample, claim, tally, zero_counts=not gates)
            except Unsupported as trouble:
                return Verdict(Status.UNDECIDED, str(trouble))
            except Trouble as trouble:
                tally.reason = str(trouble)
                continue
            if refutation is not None:
                return refutation
            tally.on |= sample.valuation.on
            tally.off |= sample.valuation.off
        return self._conclude(tally)

    def _compare(self, sample: Sample, claim: _Equality, tally: _Tally, *, zero_counts: bool) -> Verdict | None:
        """Compare both sides at one point; a verdict only if they differ."""
        sizes = sample.point.sizes
        instances = chosen_instances(claim.ranges, sizes, _MOST_INSTANCES, str(claim.ranges))
        if not instances:
            raise OutOfRange("no index is in its range")
        nonzero = False
        ties = sample.valuation.ties
        for letters in instances:
            left = sample.valuation.value(claim.left, letters)
            right = sample.valuation.value(claim.right, letters)
            if _agree(left, right):
                nonzero = nonzero or left != 0
            elif _differ_really(sample, claim, letters, left - right):
                if sample.on_kink or sample.valuation.ties > ties:
                    raise AtKink("a derivative at a kink is a convention")
                return self._refuted(sample, claim, letters, left, right)
        if nonzero or zero_counts:
            tally.agreed += 1
        tally.zero += not nonzero
        if sizes:
            tally.sizes[", ".join(f"{name} = {size}" for name, size in sizes.items())] = None
        return None

    def _refuted(self, sample: Sample, claim: _Equality, letters: Mapping[str, int], left: Real, right: Real) -> Verdict:
        example = describe(self.network, self.abbreviations, sample.point, letters, (claim.left, claim.right))
        shown = [sample.valuation.arith.text(side) for side in (left, right)]
        if shown[0] == shown[1]:
            shown = [sample.valuation.arith.text(side, 40) for side in (left, right)]
        evidence = f"the left side is {shown[0]} and the right side is {shown[1]} at a random point"
        return Verdict(Status.REFUTED, evidence, example, *shown)

    def _conclude(self, tally: _Tally) -> Verdict:
        if tally.agreed == 0 and tally.zero == 0:
            reason = tally.reason or self._pool.reason or "no point was found"
            return Verdict(Status.UNDECIDED, f"no point where both sides have a value: {reason}")
        sizes = "".join(f"{'; ' if n else ', with '}{text}" for n, text in enumerate(list(tally.sizes)[:3]))
        if tally.agreed in (0, tally.zero):
            return Verdict(Status.SAMPLED, f"both sides are 0 at {_points(tally.zero)}{sizes}")
        return Verdict(Status.SAMPLED, f"agreed at {_points(tally.agreed)}{sizes}")

    def _meanings(self, *sides: Expr) -> list[Expr]:
        """The meanings of the abbreviations on which the sides depend."""
        found: dict[str, Expr] = {}
        waiting = list(sides)
        while waiting and self.abbreviations:
            for node in walk(waiting.pop()):
                if isinstance(node, Ref) and node.name in self.abbreviations and node.name not in found:
                    found[node.name] = self.abbreviations[node.name].meaning
                    waiting.append(found[node.name])
        return list(found.values())


def _shows(sample: Sample, unseen: int, tally: _Tally) -> bool:
    """Whether a point may show a side of a gate that was not seen yet."""
    on, off = sample.valuation.on, sample.valuation.off
    unknown = ~(on | off)
    return bool(unseen & ((on & ~tally.on) | (off & ~tally.off) | unknown))


def _agree(left: Real, right: Real) -> bool:
    return bool(abs(left - right) <= arithmetic().tolerance * max(abs(left), abs(right)))


def _differ_really(sample: Sample, claim: _Equality, letters: Mapping[str, int], difference: Real) -> bool:
    """Two values that are both 0 but for rounding look different; with more digits they come closer.

    A saturated function hides behind rounding: ``1 - σ(300)`` is 0 up to 130 digits, ``exp(-300)/(1 + exp(-300))``
    is not.  So values this small are looked at once more, and a 0 beside one of them tells nothing.
    """
    left, right = (sample.audit.value(side, letters) for side in (claim.left, claim.right))
    if not abs(left - right) * _REAL_SHRINKAGE > abs(difference):
        return False
    if max(abs(left), abs(right)) > _TINY:
        return True
    left, right = (sample.deep_audit.value(side, letters) for side in (claim.left, claim.right))
    if (left == 0) != (right == 0):
        raise Saturated("a function is saturated there")
    return not _agree(left, right)


def _points(count: int) -> str:
    return "1 point" if count == 1 else f"{count} points"
