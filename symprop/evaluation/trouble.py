"""Why an expression has no value at a point.  These never leave the evaluation: they become verdicts or errors."""

from __future__ import annotations


class Trouble(Exception):
    """An expression could not be evaluated; the message is one phrase that says why."""


class OutOfDomain(Trouble):
    """Not at this point: a logarithm of a negative number, a division by zero, a number too large."""


class AtKink(Trouble):
    """Not at this point: it lies on a kink, where the derivative is a convention."""


class OutOfRange(Trouble):
    """Not with these sizes: an index stands outside the range of its axis."""


class Unsupported(Trouble):
    """At no point: the expression asks for something that the evaluation does not do."""


class UnknownName(Unsupported):
    """At no point: a name has no meaning in the network."""


class Saturated(Trouble):
    """The values are so small that a function must have saturated: what is left of them is rounding."""
