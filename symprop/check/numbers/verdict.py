"""What is found about a link of which one side is a number."""

from __future__ import annotations

from dataclasses import dataclass

from symprop.errors import InternalError


@dataclass(frozen=True, slots=True)
class NumericVerdict:
    """The verdict on ``left = right`` where numbers stand on one side at least.

    Args:
        holds: None where nothing can be said.
        kind: ``rounding`` for a value that is off by one unit of its last digit, "" otherwise.
        message: one sentence, "" where nothing is to be said.
        missing: names that have no value, as a reader writes them.
        left, right: both values as text, where they are known.
        follows_from: the line of a wrong number from which this one rightly follows.
        proved: it is exact arithmetic (of literals), not a value to 50 digits.

    Raises:
        InternalError: a refutation without the values that differ.
    """

    holds: bool | None
    kind: str = ""
    message: str = ""
    missing: tuple[str, ...] = ()
    left: str = ""
    right: str = ""
    follows_from: int | None = None
    proved: bool = False

    def __post_init__(self) -> None:
        if self.holds is False and not (self.left and self.right):
            raise InternalError("a wrong number has two values")
