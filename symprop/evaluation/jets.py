"""Jets: the value of a function at a point together with its derivatives, as Taylor coefficients.

A jet is a tuple ``(f, f', f''/2!, …)``; the number of entries says how many derivatives are carried.  Arithmetic on
jets is exact arithmetic on truncated power series, so derivatives of any order come without differences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import factorial

from symprop.evaluation.context import Arithmetic, Real
from symprop.evaluation.trouble import OutOfDomain

Jet = tuple[Real, ...]


def constant(value: Real, like: Jet) -> Jet:
    """A constant with as many derivatives as *like* (all 0)."""
    return (value, *(0 * value for _ in like[1:]))


def variable(value: Real, order: int, arith: Arithmetic) -> Jet:
    """The variable itself at *value*, with derivatives up to *order*."""
    return (value, arith.one, *([arith.zero] * (order - 1)))[: order + 1]


def derivative(jet: Jet, order: int) -> Real:
    """The derivative of that order."""
    return jet[order] * factorial(order)


def differentiated(jet: Jet, times: int) -> Jet:
    """The jet of the derivative; it has so many entries fewer."""
    for _ in range(times):
        jet = tuple(k * c for k, c in enumerate(jet))[1:]
    return jet


def add(a: Jet, b: Jet) -> Jet:
    """``a + b``."""
    return tuple(x + y for x, y in zip(a, b, strict=True))


def negative(a: Jet) -> Jet:
    """``-a``."""
    return tuple(-x for x in a)


def multiply(a: Jet, b: Jet) -> Jet:
    """``a b``: the Cauchy product."""
    return tuple(_convolve(a, b, k) for k in range(len(a)))


def divide(a: Jet, b: Jet) -> Jet:
    """``a / b``: each coefficient from ``q b = a``.

    Raises:
        OutOfDomain: *b* is zero.
    """
    if b[0] == 0:
        raise OutOfDomain("a division by zero")
    quotient: list[Real] = []
    for k, coefficient in enumerate(a):
        rest = coefficient
        for i in range(k):
            rest = rest - quotient[i] * b[k - i]
        quotient.append(rest / b[0])
    return tuple(quotient)


def whole_power(base: Jet, exponent: int, arith: Arithmetic) -> Jet:
    """``base ^ exponent`` by repeated squaring.

    Raises:
        OutOfDomain: zero to a negative power, or an exponent that is too large.
    """
    arith.moderate(arith.number(exponent))
    if exponent < 0:
        return divide(constant(arith.one, base), whole_power(base, -exponent, arith))
    result, square = constant(arith.one, base), base
    while exponent:
        if exponent & 1:
            result = multiply(result, square)
        exponent >>= 1
        if exponent:
            square = multiply(square, square)
    return result


def compose(outer: Real, slope: Callable[[Jet], Jet], inner: Jet) -> Jet:
    """``f(inner)`` from the value *outer* of f and from f' on jets: ``k f_k = Σ_i i u_i f'(u)_(k-i)``."""
    if len(inner) == 1:
        return (outer,)
    slopes = slope(inner[:-1])
    coefficients = [outer]
    for k in range(1, len(inner)):
        total = inner[1] * slopes[k - 1]
        for i in range(2, k + 1):
            total = total + i * inner[i] * slopes[k - i]
        coefficients.append(total / k)
    return tuple(coefficients)


def substitute(outer: Jet, inner: Jet) -> Jet:
    """The power series *outer* around ``inner[0]``, at *inner*: Horner's rule on what exceeds ``inner[0]``."""
    excess = (0 * inner[0], *inner[1:])
    total = constant(outer[-1], inner)
    for coefficient in reversed(outer[:-1]):
        total = add(multiply(total, excess), constant(coefficient, inner))
    return total


def taylor(derivatives: Sequence[Real]) -> Jet:
    """The jet with these derivatives of the orders 0, 1, 2 and so on."""
    return tuple(value / factorial(order) for order, value in enumerate(derivatives))


def _convolve(a: Jet, b: Jet, k: int) -> Real:
    total = a[0] * b[k]
    for i in range(1, k + 1):
        total = total + a[i] * b[k - i]
    return total
