"""Numbers that a target computes are right to the last digits, where the printed form has lost all of them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from symprop.codegen import compile_network
from symprop.codegen.native import compiler
from symprop.evaluation.context import arithmetic
from symprop.model.reader import read_network
from tests.codegen.agreement import as_fraction

MP = arithmetic(500).mp  # exp(-700) beside 1 must leave digits
ULPS = 4
BACKENDS = ("python", "numpy", "c")


def points() -> list[float]:
    """Arguments up to 700, many of them small."""
    rng = random.Random(7)
    found = [sign * value for value in (0.0, 1e-300, 1e-9, 0.5, 1.0, 36.0, 40.0, 300.0, 699.5, 700.0) for sign in (1, -1)]
    return found + [rng.uniform(-700, 700) for _ in range(60)] + [rng.gauss(0, 3) for _ in range(60)]


def ulps(found: float, exact: Any) -> float:
    """The distance in units of the last place of the nearest double."""
    nearest = float(as_fraction(exact))
    return float(abs(Fraction(found) - as_fraction(exact)) / Fraction(math.ulp(nearest)))


def sigmoid(z: Any) -> Any:
    return 1 / (1 + MP.exp(-z))


VALUES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "σ": ("y = σ(x)", sigmoid),
    "softplus": ("y = softplus(x)", lambda z: MP.log(1 + MP.exp(z))),
    "log σ": ("s = σ(x)\ny = log(s)", lambda z: -MP.log(1 + MP.exp(-z))),
    "log (1 - σ)": ("s = σ(x)\ny = log(1 - s)", lambda z: -MP.log(1 + MP.exp(z))),
    "written σ": ("y = exp(x)/(1 + exp(x)) + 0", sigmoid),
    "log softmax": ("a = 0 x\ny = log(softmax(x, a)[1])", lambda z: -MP.log(1 + MP.exp(-z))),
    "log of a sum": ("a = 0 x\ny = log(exp(x) + exp(a))", lambda z: MP.log(1 + MP.exp(z))),
}


def compiled(text: str, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    if backend != "python":
        pytest.importorskip("numpy")
    if backend == "c" and compiler() is None:
        pytest.skip("there is no C compiler")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made = compile_network(read_network(text), backend)
    assert made.backend == backend
    return made


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("what", VALUES)
def test_values_of_functions(what: str, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    definition, exact = VALUES[what]
    text = f"inputs x\ntargets t\nweights w\n{definition}\nminimize E = (t - w y)²"
    network = compiled(text, backend, tmp_path, monkeypatch)
    found = network.forward({"w": 1.0}, {"x": points()})["y"]
    worst = max((ulps(float(y), exact(MP.mpf(z))), z) for y, z in zip(found, points(), strict=True))
    assert worst[0] <= ULPS, worst


SLOPES: dict[str, tuple[str, Callable[[Any], Any], float]] = {
    "σ": ("y = σ(z)", lambda z: sigmoid(z) * sigmoid(-z), 700),  # y (1 - y) is 0 in doubles from z = 37 on
    "tanh": ("y = tanh(z)", lambda z: 1 / MP.cosh(z) ** 2, 350),  # 1 - y² from 19 on; beyond 354 it is no normal double
    "tanh in a sum": ("y = z + tanh(z)", lambda z: 1 + 1 / MP.cosh(z) ** 2, 700),
}
"""A definition, its slope, and up to which argument."""


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("what", SLOPES)
def test_slopes(what: str, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    definition, slope, limit = SLOPES[what]
    text = f"inputs x\ntargets t\nweights w\nz = w + x\n{definition}\nminimize E = t y"
    network = compiled(text, backend, tmp_path, monkeypatch)
    for z in (z for z in points() if abs(z) <= limit):
        found = float(network.gradients({"w": 0.0}, {"x": z}, {"t": 1.0})["w"])
        assert ulps(found, slope(MP.mpf(z))) <= ULPS, (z, found)


@pytest.mark.parametrize("backend", BACKENDS)
def test_cross_entropy_of_a_saturated_output(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "inputs x\ntargets t\nweights w\nz = w x\ny = σ(z)\nminimize E = -(t log(y) + (1 - t) log(1 - y))"
    network = compiled(text, backend, tmp_path, monkeypatch)
    assert network.cost({"w": 1.0}, {"x": 500.0}, {"t": 0.0}) == 500.0
    assert network.cost({"w": 1.0}, {"x": -650.0}, {"t": 1.0}) == 650.0
    assert float(network.gradients({"w": 1.0}, {"x": 500.0}, {"t": 0.0})["w"]) == 500.0


@pytest.mark.parametrize("backend", BACKENDS)
def test_softmax_of_large_numbers(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        "inputs x[n]\ntargets t[m]\nweights W[m,n]\nz[j] = Σ_k W[j,k] x[k]\ny[j] = softmax(z[k], k)[j]\n"
        "assume sum(t[j], j) = 1\nminimize E = -Σ_j t[j] log(y[j])"
    )
    network = compiled(text, backend, tmp_path, monkeypatch)
    params = {"W": [[1000.0], [-1000.0]]}
    assert network.cost(params, {"x": [1.0]}, {"t": [0.0, 1.0]}) == 2000.0
    assert [float(row[0]) for row in network.gradients(params, {"x": [1.0]}, {"t": [0.0, 1.0]})["W"]] == [1.0, -1.0]


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_no_number_stays_none(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "inputs x\ntargets t\nweights w\na = σ(w x)\nb = relu(w x)\ny = a + b\nminimize E = (t - y)²"
    network = compiled(text, backend, tmp_path, monkeypatch)
    values = network.forward({"w": 1.0}, {"x": math.nan})
    assert math.isnan(values["a"])
    assert math.isnan(values["b"])
    assert math.isnan(network.cost({"w": 1.0}, {"x": [1.0, math.nan]}, {"t": [0.0, 0.0]}))


def slope_of_sigmoid(z: Any) -> Any:
    return sigmoid(z) * sigmoid(-z)


def slope_of_tanh(z: Any) -> Any:
    return 1 / MP.cosh(z) ** 2


TOGETHER: dict[str, tuple[str, tuple[Callable[[Any], Any], ...]]] = {
    "one function": ("h[1] = σ(w + x[1])\nh[t=2..3] = σ(w + x[t] + u h[t-1])", (slope_of_sigmoid,) * 3),
    "a given start": ("h[0] = 0.5\nh[t=1..3] = tanh(w + x[t] + u h[t-1])", (slope_of_tanh,) * 3),
    "another function at the start": (
        "h[1] = σ(w + x[1])\nh[t=2..3] = tanh(w + x[t] + u h[t-1])",
        (slope_of_sigmoid, slope_of_tanh, slope_of_tanh),
    ),
    "each entry for itself": (
        "h[1] = tanh(w + x[1])\nh[2] = σ(w + x[2] + u h[1])\nh[3] = σ(w + x[3] + u h[2])",
        (slope_of_tanh, slope_of_sigmoid, slope_of_sigmoid),
    ),
}
"""Definitions of h[1], h[2], h[3], and the slope of each."""


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("what", TOGETHER)
def test_slopes_of_what_several_definitions_make(
    what: str, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    definitions, slopes = TOGETHER[what]
    text = f"inputs x[1..3]\ntargets d\nweights w u\n{definitions}\nminimize E = d (h[1] + h[2] + h[3])"
    network = compiled(text, backend, tmp_path, monkeypatch)
    for z in (40.0, -40.0, 3.0, 0.0):
        found = float(network.gradients({"w": 0.0, "u": 0.0}, {"x": [z, z, z]}, {"d": 1.0})["w"])
        exact = as_fraction(sum(slope(MP.mpf(z)) for slope in slopes))
        assert abs(Fraction(found) - exact) <= exact * Fraction(1, 10**15), (z, found)
