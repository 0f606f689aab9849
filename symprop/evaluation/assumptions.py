"""Making a point satisfy the network's assumptions: for each, one leaf's entry is determined by the others."""

from __future__ import annotations

from collections.abc import Iterator

from symprop.evaluation.context import SOLVING_DIGITS, Real, arithmetic
from symprop.evaluation.indices import instances
from symprop.evaluation.point import Key, Point
from symprop.evaluation.tape import derivative
from symprop.evaluation.trouble import OutOfDomain
from symprop.evaluation.valuation import Valuation
from symprop.model.expr import Add, Expr, Neg
from symprop.model.network import Assumption, Network
from symprop.model.walk import free_names

_STEPS = 40
_ACCURACY = 10 ** -(SOLVING_DIGITS * 3 // 4)
_LARGEST = 1000


def satisfy(network: Network, point: Point) -> None:
    """Change values of *point* so that every assumption of *network* holds.

    An assumption that is linear in the entry that is solved for needs one step of Newton's method; the last entry
    of an array that it names is tried first (``sum(t[k], k) = 1`` gives the last ``t``).

    Raises:
        OutOfDomain: the assumptions were not met from this point.
    """
    solved: set[Key] = set()
    residuals = list(_residuals(network, point))
    for residual, letters in residuals:
        _solve(network, point, residual, letters, solved)
    for residual, letters in residuals if len(residuals) > 1 else ():  # a later one may have broken an earlier one
        if not _vanishes(_valuation(network, point).value(residual, letters)):
            raise OutOfDomain("the assumptions do not hold together")


def _residuals(network: Network, point: Point) -> Iterator[tuple[Expr, dict[str, int]]]:
    for assumption in network.assumptions:
        residual = _residual(assumption)
        for letters in instances(assumption.ranges, point.sizes):
            yield residual, letters


def _residual(assumption: Assumption) -> Expr:
    return Add((assumption.left, Neg(assumption.right)))


def _solve(network: Network, point: Point, residual: Expr, letters: dict[str, int], solved: set[Key]) -> None:
    valuation = _valuation(network, point)
    if _vanishes(valuation.value(residual, letters)):
        return
    named = free_names(residual)
    candidates = [key for key in reversed(valuation.read) if key not in solved]
    for key in sorted(candidates, key=lambda k: k[0] not in named):
        before = point.values[key]
        if _newton(network, point, residual, letters, key):
            solved.add(key)
            return
        point.values[key] = before
    raise OutOfDomain("an assumption could not be made to hold")


def _newton(network: Network, point: Point, residual: Expr, letters: dict[str, int], key: Key) -> bool:
    for _ in range(_STEPS):
        valuation = _valuation(network, point)
        node = valuation.node(residual, letters)
        if _vanishes(node.value):
            return True
        entry = valuation.entry(key)
        slope = derivative(node, entry, valuation.arith)
        if slope == 0:
            return False
        changed = entry.value - node.value / slope
        if abs(changed) > _LARGEST:
            return False
        point.values[key] = changed
    return False


def _valuation(network: Network, point: Point) -> Valuation:
    return Valuation(network, point, arith=arithmetic(SOLVING_DIGITS))


def _vanishes(value: Real) -> bool:
    return bool(abs(value) < _ACCURACY)
