"""The table of primitives: functions that the table of the model does not define by others.

Each has its value and its derivative on jets, written down here once more: what is judged and what judges must
not come from the same line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symprop.evaluation import jets
from symprop.evaluation.context import Arithmetic, Real
from symprop.evaluation.jets import Jet
from symprop.evaluation.trouble import OutOfDomain


@dataclass(frozen=True, slots=True)
class Primitive:
    """``value`` on numbers and ``slope``, the derivative, on jets."""

    value: Callable[[Arithmetic, Real], Real]
    slope: Callable[[Arithmetic, Jet], Jet]


def apply(name: str, inner: Jet, arith: Arithmetic) -> Jet:
    """The jet of a primitive of a jet.

    Raises:
        OutOfDomain: the argument is outside the domain, or too large.
    """
    primitive = PRIMITIVES[name]
    outer = primitive.value(arith, arith.moderate(inner[0]))
    return jets.compose(outer, lambda u: primitive.slope(arith, u), inner)


def real_power(base: Jet, exponent: Jet, arith: Arithmetic) -> Jet:
    """``base ^ exponent = exp(exponent log base)`` for a positive base.

    Raises:
        OutOfDomain: the base is not positive.
    """
    return apply("exp", jets.multiply(exponent, apply("log", base, arith)), arith)


def _log(arith: Arithmetic, x: Real) -> Real:
    if x <= 0:
        raise OutOfDomain("a logarithm of a number that is not positive")
    return arith.mp.ln(x)


def _sqrt(arith: Arithmetic, x: Real) -> Real:
    if x < 0:
        raise OutOfDomain("a square root of a negative number")
    return arith.mp.sqrt(x)


def _one(arith: Arithmetic, u: Jet) -> Jet:
    return jets.constant(arith.one, u)


def _root_slope(arith: Arithmetic, u: Jet) -> Jet:
    root = apply("sqrt", u, arith)
    return jets.divide(_one(arith, u), jets.add(root, root))


PRIMITIVES: Mapping[str, Primitive] = {
    "exp": Primitive(lambda a, x: a.mp.exp(x), lambda a, u: apply("exp", u, a)),
    "log": Primitive(_log, lambda a, u: jets.divide(_one(a, u), u)),
    "sin": Primitive(lambda a, x: a.mp.sin(x), lambda a, u: apply("cos", u, a)),
    "cos": Primitive(lambda a, x: a.mp.cos(x), lambda a, u: jets.negative(apply("sin", u, a))),
    "sqrt": Primitive(_sqrt, _root_slope),
    "arctan": Primitive(
        lambda a, x: a.mp.atan(x), lambda a, u: jets.divide(_one(a, u), jets.add(_one(a, u), jets.multiply(u, u)))
    ),
    "normcdf": Primitive(lambda a, x: a.mp.ncdf(x), lambda a, u: apply("normpdf", u, a)),
    "normpdf": Primitive(lambda a, x: a.mp.npdf(x), lambda a, u: jets.negative(jets.multiply(u, apply("normpdf", u, a)))),
}
