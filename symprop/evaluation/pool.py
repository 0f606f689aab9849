"""The points at which a network's equalities are judged: made when needed, shared by all judgements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from symprop.evaluation.assumptions import satisfy
from symprop.evaluation.context import AUDIT_DIGITS, DEEP_DIGITS, arithmetic
from symprop.evaluation.gates import Gates
from symprop.evaluation.point import Point, Spread, random_point
from symprop.evaluation.sizes import random_sizes
from symprop.evaluation.trouble import Trouble, Unsupported
from symprop.evaluation.valuation import Valuation
from symprop.model.network import Abbreviation, Network

_START = (Spread.WIDE, Spread.WIDE, Spread.WIDE, Spread.UNIT, Spread.WIDE, Spread.SMALL, Spread.POSITIVE, Spread.WIDE)
"""Where the first, second, … point is looked for first: mostly wide, but logarithms want the unit interval."""

_MOST_POINTS = 24
_FEWER_POINTS = 4
_LARGE = 20_000  # values on a tape from which on points are dear
_ATTEMPTS = 16
_HOPELESS = 3


class Sample:
    """A point and the network's values there."""

    def __init__(self, network: Network, point: Point, abbreviations: Mapping[str, Abbreviation], gates: Gates) -> None:
        self._arguments = (network, point, abbreviations)
        self._gates = gates
        self.point = point
        self.valuation = Valuation(network, point, abbreviations, gates=gates)
        self.trouble = self.valuation.prepare()
        self.on_kink = self.valuation.ties > 0

    @cached_property
    def audit(self) -> Valuation:
        """The same with many more digits."""
        return Valuation(*self._arguments, arith=arithmetic(AUDIT_DIGITS), gates=self._gates)

    @cached_property
    def deep_audit(self) -> Valuation:
        """The same with so many digits that a saturated function shows what it hides."""
        return Valuation(*self._arguments, arith=arithmetic(DEEP_DIGITS), gates=self._gates)


class Pool:
    """Points of *network*, by number; deterministic by *seed*."""

    def __init__(self, network: Network, abbreviations: Mapping[str, Abbreviation], seed: int) -> None:
        self._network = network
        self._abbreviations = abbreviations
        self._seed = seed
        self._samples: list[Sample] = []
        self._tried: Counter[Spread] = Counter()
        self._worked: Counter[Spread] = Counter()
        self._whole = True  # until no point was found at which the whole network has values
        self.reason = ""
        self.gates = Gates(network)

    @property
    def limit(self) -> int:
        """How many points there can be."""
        large = bool(self._samples) and self._samples[0].valuation.tape.length > _LARGE
        return _FEWER_POINTS if large else _MOST_POINTS

    def get(self, number: int) -> Sample | None:
        """The point of that number, counted from 0; None if there is none."""
        while len(self._samples) <= number < self.limit:
            sample = self._find(len(self._samples))
            if sample is None:
                return None
            self._samples.append(sample)
        return self._samples[number] if number < len(self._samples) else None

    def _find(self, number: int) -> Sample | None:
        partial: Sample | None = None
        for attempt in range(_ATTEMPTS if self._whole else 2):
            spread = self._spread(number, attempt)
            try:
                sample = self._sample(number, attempt, spread)
            except Trouble as trouble:
                self.reason = str(trouble)
                continue
            if sample.trouble is None:
                self._worked[spread] += 1
                return sample
            self.reason = str(sample.trouble)
            partial = partial or sample
            if isinstance(sample.trouble, Unsupported):
                break  # no other point helps
        self._whole = self._whole and partial is None
        return partial

    def _spread(self, number: int, attempt: int) -> Spread:
        spreads = list(Spread)
        first = spreads.index(_START[number % len(_START)])
        order = spreads[first:] + spreads[:first]
        if self._worked:
            order = [s for s in order if self._worked[s] or self._tried[s] < _HOPELESS]
        spread = order[attempt % len(order)]
        self._tried[spread] += 1
        return spread

    def _sample(self, number: int, attempt: int, spread: Spread) -> Sample:
        seed = f"{self._seed}|{number}|{attempt}"
        spacious = number % 3 == 1
        sizes = random_sizes(self._network, number // 6 + attempt // 4 + 2 * spacious, seed, spacious=spacious)
        point = random_point(sizes, spread, seed)
        if self._network.assumptions:
            satisfy(self._network, point)
        return Sample(self._network, point, self._abbreviations, self.gates)
