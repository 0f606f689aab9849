"""Every gradient against two oracles that share nothing with symprop.

Central differences at 50 digits of an interpreter of the tests' own; ``sympy.diff`` of the flattened cost for
networks up to depth 3, forward-mode dual numbers for deeper ones.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest
import sympy as sp
from oracles import central_difference, gradient_values
from random_networks import ACTS, RandomNetwork, mp, random_network

from symprop.derivation import derive
from symprop.evaluation.verdict import Status
from symprop.model.reader import read_network

NETWORKS = 300
BATCH = 20


@dataclass
class Dual:
    """``value + slope ε``, ``ε² = 0``."""

    value: Any
    slope: Any


def _close(a: Any, b: Any, digits: int) -> bool:
    return abs(a - b) <= mp.mpf(10) ** -digits * (1 + abs(a) + abs(b))


def _kink_is_near(network: RandomNetwork, at: dict[str, Any]) -> bool:
    values = network.values(at)
    return any(op.kind in ACTS and ACTS[op.kind].kinked and abs(values[op.arguments[0]]) < mp.mpf("1e-6") for op in network.ops)


def forward_slope(network: RandomNetwork, at: dict[str, Any], name: str) -> Any:
    """``dE/dname`` by forward accumulation of numeric slopes, operation by operation."""
    duals = {k: Dual(v, mp.mpf(k == name)) for k, v in at.items()}
    for op in network.ops:
        arguments = [duals[a] for a in op.arguments]
        duals[op.name] = _forward(op.kind, arguments)
    pairs = [(duals[t], duals[o]) for t, o in zip(network.targets, network.outputs, strict=True)]
    if network.cost == "activation":
        pairs = [(t, _forward("sigmoid", [o])) for t, o in pairs]
    slope = sum(2 * (t.value - o.value) * (t.slope - o.slope) for t, o in pairs)
    if network.cost == "mean":
        return slope / len(pairs)
    if network.cost == "penalty":
        return slope / 2 + 2 * at[name] / 10 * (name in network.weights)
    return slope / 2


def _forward(kind: str, arguments: list[Dual]) -> Dual:
    if kind in ("affine", "affine+"):
        paired = arguments if kind == "affine" else arguments[:-1]
        rest = [] if kind == "affine" else [arguments[-1]]
        pairs = list(zip(paired[::2], paired[1::2], strict=True))
        return Dual(
            sum(w.value * x.value for w, x in pairs) + sum(r.value for r in rest),
            sum(w.slope * x.value + w.value * x.slope for w, x in pairs) + sum(r.slope for r in rest),
        )
    if kind == "gate":
        a, b = arguments
        return Dual(a.value * b.value, a.slope * b.value + a.value * b.slope)
    if kind == "skip":
        a, b = arguments
        return Dual(a.value + b.value, a.slope + b.slope)
    if kind == "inside":
        w, x, s = arguments
        z = Dual(w.value * x.value - s.value, w.slope * x.value + w.value * x.slope - s.slope)
        return _forward("tanh", [z])
    (z,) = arguments
    number = ACTS[kind].number
    return Dual(number(z.value), z.slope * mp.diff(number, z.value))


@pytest.mark.parametrize("batch", range(NETWORKS // BATCH))
def test_gradients_equal_central_differences_and_a_second_symbolic_route(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        drawn = random_network(seed, layers=2 if seed % 3 else 5)
        rng = random.Random(seed)
        at = drawn.point(rng)
        while _kink_is_near(drawn, at):
            at = drawn.point(rng)
        derivation = derive(read_network(drawn.text), style="delta", detail=1)
        assert all(step.verdict.status in (Status.PROVED, Status.SAMPLED) for step in derivation.steps)
        found = gradient_values(derivation, drawn.values(at))
        flat = drawn.symbolic_cost() if drawn.depth <= 3 else None
        numbers = {sp.Symbol(k, real=True): sp.Float(str(v), 60) for k, v in at.items()}
        for name in derivation.gradients:
            expected = central_difference(drawn, at, name)
            assert _close(found[name], expected, 20), (seed, name, found[name], expected)
            if flat is not None:
                second = mp.mpf(str(sp.diff(flat, sp.Symbol(name, real=True)).xreplace(numbers).evalf(50)))
            else:
                second = forward_slope(drawn, at, name)
            assert _close(found[name], second, 25), (seed, name, found[name], second)
            form = found.get(f"delta form of {name}", second)
            assert _close(form, second, 25), (seed, name, "delta form", form, second)


@pytest.mark.parametrize("seed", range(1000, 1012))
def test_chain_style_tells_the_same_gradients(seed: int) -> None:
    network = read_network(random_network(seed, layers=3).text)
    told = [derive(network, style="chain", detail=detail) for detail in (1, 2, 3)]
    plain = derive(network, style="delta", detail=1)
    for derivation in told:
        assert {n: g.delta_form for n, g in derivation.gradients.items()} == {n: g.delta_form for n, g in plain.gradients.items()}
        assert all(step.verdict.holds for step in derivation.steps)
