"""Built-in functions by jets: against mpmath's own differentiation, and against the table's derivatives."""

from __future__ import annotations

import mpmath
import pytest

from symprop.evaluation import jets
from symprop.evaluation.context import arithmetic
from symprop.evaluation.formula import Scope, function_jet
from symprop.evaluation.gates import switches
from symprop.evaluation.primitives import PRIMITIVES
from symprop.evaluation.smooth import SmoothFunction
from symprop.evaluation.trouble import AtKink, OutOfDomain, UnknownName
from symprop.model.functions import FUNCTIONS

ARITH = arithmetic()
UNARY = [name for name, entry in FUNCTIONS.items() if entry.arity == 1]
POINTS = ["0.3", "0.9", "1.7", "-0.4", "-1.6"]


def series(name: str, at: object, order: int) -> list[object]:
    start = jets.variable(ARITH.mp.mpf(at), order, ARITH)
    seen: list[tuple[bool, bool]] = []
    scope = Scope(ARITH, {"x": start}, lambda on, tie: seen.append((on, tie)), lambda ref: ARITH.zero, lambda name, jet: None)
    result = function_jet(name, start, scope)
    assert len(seen) == switches(name)
    return [jets.derivative(result, k) for k in range(order + 1)]


def test_what_the_table_does_not_define_is_a_primitive() -> None:
    undefined = {name for name, entry in FUNCTIONS.items() if entry.arity == 1 and not entry.definition}
    assert undefined == set(PRIMITIVES)


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("at", POINTS)
def test_derivatives_of_all_functions(name: str, at: str) -> None:
    """Three derivatives, each against a difference of the one before at 100 digits."""
    if name in ("log", "sqrt") and float(at) < 0:
        with pytest.raises(OutOfDomain):
            series(name, at, 1)
        return
    found = series(name, at, 3)
    step = mpmath.mpf(10) ** -16
    x = ARITH.mp.mpf(at)
    for order in range(3):
        ahead, behind = (series(name, x + h, order)[order] for h in (step, -step))
        assert abs((ahead - behind) / (2 * step) - found[order + 1]) < 1e-25 * (1 + abs(found[order + 1]))  # type: ignore[operator]


def test_against_closed_forms() -> None:
    x = ARITH.mp.mpf("0.7")
    sigma = 1 / (1 + ARITH.mp.exp(-x))
    value, first, second = series("sigmoid", x, 2)
    assert abs(value - sigma) < 1e-45
    assert abs(first - sigma * (1 - sigma)) < 1e-45
    assert abs(second - sigma * (1 - sigma) * (1 - 2 * sigma)) < 1e-45
    assert abs(series("tanh", x, 0)[0] - ARITH.mp.tanh(x)) < 1e-45
    assert abs(series("normcdf", x, 1)[1] - ARITH.mp.npdf(x)) < 1e-45


def test_kinks() -> None:
    assert series("relu", 0, 1) == [0, 0]
    assert series("abs", 2, 1) == [2, 1]
    with pytest.raises(AtKink):
        series("relu", "1e-44", 0)  # which side is an accident of rounding


def test_arguments_that_no_machine_can_take() -> None:
    with pytest.raises(OutOfDomain):
        series("exp", "1e30", 0)


def test_unknown_names() -> None:
    with pytest.raises(UnknownName):
        series("flurb", 1, 0)


def test_sampled_functions_have_exact_derivatives_and_no_symmetry() -> None:
    f = SmoothFunction.sampled("a seed")
    assert f == SmoothFunction.sampled("a seed")
    assert f != SmoothFunction.sampled("another")
    x, step = ARITH.mp.mpf("0.4"), ARITH.mp.mpf(10) ** -16
    for order in range(4):
        ahead, behind = (f.derivative(order, x + h, ARITH) for h in (step, -step))
        assert abs((ahead - behind) / (2 * step) - f.derivative(order + 1, x, ARITH)) < 1e-27
    value, mirrored = f.derivative(0, x, ARITH), f.derivative(0, -x, ARITH)
    assert abs(value - mirrored) > 0.01
    assert abs(value + mirrored) > 0.01
    assert "sin" in f.text()
