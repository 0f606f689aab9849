"""Numbers that stand in a document: whether printed values are those of the formulas, to their last digit."""

from symprop.check.numbers.judging import Numbers
from symprop.check.numbers.verdict import NumericVerdict

__all__ = ["Numbers", "NumericVerdict"]
