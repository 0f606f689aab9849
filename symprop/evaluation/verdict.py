"""What is known about ``left = right``, and on what evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Status(Enum):
    """How an equality was judged."""

    PROVED = "proved"  # an exact certificate
    SAMPLED = "sampled"  # agreed at every informative random point
    REFUTED = "refuted"  # differs at a point that can be recomputed
    UNDECIDED = "undecided"  # no informative point in the domain, or a name without a meaning


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of one equality.

    ``evidence`` is one short sentence ("identical", "agreed at 4 points, widths n = 2, m = 3").  A refuted
    equality has a ``counterexample`` (name of each leaf, size, index and sampled function -> value as text)
    and the values of both sides there.
    """

    status: Status
    evidence: str
    counterexample: Mapping[str, str] = field(default_factory=dict)
    left: str = ""
    right: str = ""

    @property
    def holds(self) -> bool:
        """Proved or sampled."""
        return self.status in (Status.PROVED, Status.SAMPLED)


PROVED_IDENTICAL = Verdict(Status.PROVED, "the two sides are identical")
BY_DEFINITION = Verdict(Status.PROVED, "by definition")
