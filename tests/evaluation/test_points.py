"""Points: sizes that tell indices apart, assumptions that hold, counterexamples that can be recomputed; and their cost."""

from __future__ import annotations

import ast
import time

import pytest

from symprop.evaluation.assumptions import satisfy
from symprop.evaluation.context import SOLVING_DIGITS, arithmetic
from symprop.evaluation.evaluate import evaluate
from symprop.evaluation.judge import Judge
from symprop.evaluation.point import Spread, random_point
from symprop.evaluation.sizes import random_sizes
from symprop.evaluation.trouble import Unsupported
from symprop.evaluation.valuation import Valuation
from symprop.evaluation.verdict import Status
from symprop.model.expr import Apply, Mul, Partial, Ref
from symprop.model.network import Definition, Leaf, Network, Role
from symprop.model.reader import read_expression, read_network


@pytest.mark.parametrize("spread", list(Spread))
def test_spreads_stay_away_from_what_hides_mistakes(spread: Spread) -> None:
    values = [spread.draw(str(k)) for k in range(500)]
    assert len(set(values)) > 150
    assert all(0.09 < abs(v) < 0.95 or 1.05 < abs(v) <= 2 for v in values)
    assert any(v < 0 for v in values) == spread.value[1]


def test_sizes_differ_and_no_range_is_empty() -> None:
    network = read_network(
        "inputs x[n]; weights w[m] V[p,n]; z[j=1..n-m+1] = Σ_{q=1..m} w[q] x[j+q-1]; minimize E = Σ_{j=1..n-m+1} z[j]"
    )
    for seed in range(20):
        sizes = random_sizes(network, 0, str(seed))
        assert len(set(sizes.values())) == len(sizes)
        assert sizes.get("n", 9) >= sizes.get("m", 0)
        assert max(sizes.values()) <= 6


def test_sizes_that_cannot_be() -> None:
    network = read_network("inputs x[n]; y[j=n+1..n] = x[1]; minimize E = x[1]")
    with pytest.raises(Unsupported, match="empty"):
        random_sizes(network, 0, "")


@pytest.mark.parametrize(
    "assumption",
    ["sum(t[k], k) = 1", "t[1]² + t[2]² = 2 + s²", "exp(s) = y", "3 s - t[1] = 2", "s = 1"],
)
def test_assumptions_hold(assumption: str) -> None:
    network = read_network(f"inputs s; targets t[n]; y = 2 + s²; minimize E = Σ_k t[k] y; assume {assumption}")
    found = network.assumptions[0]
    point = random_point(dict.fromkeys(network.sizes, 3), Spread.WIDE, "seed")
    satisfy(network, point)
    valuation = Valuation(network, point, arith=arithmetic(SOLVING_DIGITS))
    assert abs(valuation.value(found.left) - valuation.value(found.right)) < 1e-100


def test_assumptions_that_cannot_hold_leave_everything_undecided(court) -> None:
    trial = court("minimize E = w²; assume w² = -1")
    verdict = trial.verdict("∂E/∂w == 2 w + 0")
    assert verdict.status is Status.UNDECIDED
    assert "assumption" in verdict.evidence


COUNTER = """
function phi; inputs x[n]; targets t; weights W[m,n]
z[j] = Σ_k W[j,k] x[k]
minimize E = ½ (t - Σ_j phi(z[j]))²
"""


def test_counterexamples_can_be_recomputed(court) -> None:
    trial = court(COUNTER)
    network = trial.judge.network
    verdict = trial.verdict("∂E/∂x[k] == -t Σ_{j=1..m} phi'(z[j]) W[j,k]", "k=1..n")
    assert verdict.status is Status.REFUTED
    example = dict(verdict.counterexample)
    sizes = {name: int(example.pop(name)) for name in network.sizes}
    letters = {"k": int(example.pop("k"))}
    (name,) = [key for key in example if key.endswith("(x)")]
    formula = example.pop(name)
    leaves = {name: ast.literal_eval(text) for name, text in example.items()}
    assert set(leaves) == {"x", "t", "W"}
    declared = read_network(COUNTER.replace("function phi;", f"function phi(x) = {formula}\n"))
    for side, expected in zip(["∂E/∂x[k]", "-t Σ_{j=1..m} phi'(z[j]) W[j,k]"], (verdict.left, verdict.right), strict=True):
        ranges = trial.ranges("k=1..n")
        found = evaluate(declared, read_expression(side, declared, {}, ranges), leaves, sizes, letters=letters)
        assert abs(float(found) - float(expected)) < 1e-9


def test_counterexamples_name_only_what_matters(court) -> None:
    verdict = court("a = w_1 x; c = w_2 x; minimize E = a² + c²").verdict("∂a/∂w_1 == 2 x")
    assert set(verdict.counterexample) == {"w_1", "x"}


def chain(length: int) -> Network:
    """``h_k = sin(w_k h_(k-1))``, the definitions in the wrong order."""
    definitions = [
        Definition(f"h_{k}", Apply("sin", (Mul((Ref(f"w_{k}"), Ref(f"h_{k - 1}" if k else "x"))),)), Role.QUANTITY)
        for k in range(length)
    ]
    leaves = {"x": Leaf("x", Role.INPUT), **{f"w_{k}": Leaf(f"w_{k}", Role.WEIGHT) for k in range(length)}}
    return Network(leaves, tuple(reversed(definitions)), cost=f"h_{length - 1}")


def test_long_chains_need_no_recursion_and_neighbours_little_time() -> None:
    judge = Judge(chain(5000))
    local = Mul((Partial(Ref("h_4999"), Ref("h_7")), Partial(Ref("h_7"), Ref("w_7"))))
    begun = time.process_time()
    assert judge.equal(Partial(Ref("h_4999"), Ref("w_7")), local).status is Status.SAMPLED
    built = time.process_time() - begun
    begun = time.process_time()
    for k in range(10, 210):
        step = Mul((Apply("cos", (Mul((Ref(f"w_{k}"), Ref(f"h_{k - 1}"))),)), Ref(f"h_{k - 1}")))
        assert judge.equal(Partial(Ref(f"h_{k}"), Ref(f"w_{k}")), step).status is Status.SAMPLED
    assert built < 15
    assert (time.process_time() - begun) / 200 < 0.02


def test_long_recurrences(court) -> None:
    trial = court("inputs x[50] h_0; weights u v; h[0] = h_0; h[t] = tanh(u h[t-1] + v x[t]); minimize E = ½ h[50]²")
    assert trial.status("∂E/∂h[t] == ∂E/∂h[t+1]·(1 - h[t+1]²) u", "t=0..49") is Status.SAMPLED
    assert trial.status("∂E/∂h[t] == ∂E/∂h[t+1]·(1 - h[t]²) u", "t=0..49") is Status.REFUTED


def layers_of_any_width(depth: int, penalty: str = "") -> Network:
    lines = [
        f"inputs x[n_0]; targets t[n_{depth}]; constants λ",
        "weights " + " ".join(f"W_{k}[n_{k},n_{k - 1}]" for k in range(1, depth + 1)),
    ]
    lines += [f"a_{k} = σ(W_{k} {f'a_{k - 1}' if k > 1 else 'x'})" for k in range(1, depth + 1)]
    return read_network("\n".join([*lines, f"minimize L = ½ ‖a_{depth} - t‖²{penalty}"]))


@pytest.mark.parametrize("penalized", [False, True])
def test_a_deep_network_has_small_sizes_that_differ_where_they_meet(penalized: bool) -> None:
    depth = 40
    network = layers_of_any_width(depth, "".join(f" + λ ‖W_{k}‖²" for k in range(1, depth + 1)) if penalized else "")
    draws = [random_sizes(network, 0, str(seed)) for seed in range(6)]
    for sizes in draws:
        assert max(sizes.values()) < 16
        for k in range(depth - 1):
            assert len({sizes[f"n_{k}"], sizes[f"n_{k + 1}"], sizes[f"n_{k + 2}"]}) == 3
    for one in range(depth + 1):
        for other in range(one):
            assert any(sizes[f"n_{one}"] != sizes[f"n_{other}"] for sizes in draws)
