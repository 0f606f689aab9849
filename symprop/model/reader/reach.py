"""Does every index stay on its axis?  ``x[t-1]`` for t = 1..T reaches x[0], which is nothing."""

from __future__ import annotations

from fractions import Fraction

from symprop.errors import InputError
from symprop.model.affine import Affine
from symprop.model.expr import Expr, Hadamard, Indicator, Mul, Ref, Softmax, Sum
from symprop.model.network import Network, Range
from symprop.model.ranges import axes_of, extremes, surely_negative
from symprop.model.walk import children


def check_reach(network: Network) -> None:
    """Every index of every definition must be able to stay on its axis.

    What depends on the sizes is left open, and so is a factor beside an indicator (``[t > 1] x[t-1]``).

    Raises:
        InputError: an index leaves its axis whatever the sizes are.
    """
    for definition in network.definitions:
        _check(definition.expr, definition.ranges, network)


def _check(expr: Expr, ranges: tuple[Range, ...], network: Network) -> None:
    if isinstance(expr, Ref) and expr.indices:
        _check_ref(expr, ranges, network)
    if isinstance(expr, Mul | Hadamard) and any(isinstance(factor, Indicator) for factor in expr.factors):
        return
    if isinstance(expr, Sum | Softmax) and expr.lower is not None and expr.upper is not None:
        ranges = (*ranges, Range(expr.index, expr.lower, expr.upper))
    for child in children(expr):
        _check(child, ranges, network)


def _check_ref(ref: Ref, ranges: tuple[Range, ...], network: Network) -> None:
    for index, axis in zip(ref.indices, axes_of(network, ref.name), strict=True):
        reach, lower, upper = extremes(index, ranges), extremes(axis.lower, ()), extremes(axis.upper, ())
        if reach is None or lower is None or upper is None:
            continue
        low, high = reach
        if surely_negative(_minus(low, lower[0])):
            raise _outside(ref, low, axis, network)
        if surely_negative(_minus(upper[0], high)):
            raise _outside(ref, high, axis, network)


def _minus(left: Affine, right: Affine) -> Affine:
    return left.plus(right, Fraction(-1))


def _outside(ref: Ref, position: Affine, axis: Range, network: Network) -> InputError:
    from symprop.model.printer import to_text

    reached, low, high = (to_text(end) for end in (position.expr, axis.lower, axis.upper))
    hint = "give the index a narrower range, as in z[j=1..n-1] = … or Σ_{j=1..n-1}"
    if ref.name in network.by_name and len(ref.indices) == 1:
        hint = f"define {ref.name}[{reached}] = …"
    return InputError(f"the index of `{ref.name}` reaches {reached}, but runs over {low}..{high} only", ref.span, hint)
