"""The judge: right steps hold, wrong ones are refuted, and what cannot be known is left undecided."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path

import pytest

from symprop.evaluation.judge import Judge
from symprop.evaluation.verdict import Status
from symprop.model.expr import Add, Apply, Mul, Number, Partial, Ref
from symprop.model.forms import derivative_form
from symprop.model.functions import FUNCTIONS
from symprop.model.network import Abbreviation
from symprop.model.reader import read_network

EXAMPLES = Path(__file__).parents[2] / "examples"

NEURON = "net = w x + b; y = σ(net); targets t; minimize E = ½ (t - y)²"
LAYERS = """
inputs x[n_0]; targets t[n_2]; weights W[n_1,n_0] b[n_1] V[n_2,n_1]
z[j] = Σ_k W[j,k] x[k] + b[j]
y[j] = σ(z[j])
a[q] = Σ_j V[q,j] y[j]
minimize E = ½ Σ_q (t[q] - a[q])²
"""
ATLAYERS = "j=1..n_1 k=1..n_0"
CONVOLUTION = """
inputs x[n]; weights w[m]; targets t
z[j=1..n-m+1] = Σ_{q=1..m} w[q] x[j+q-1]
minimize E = Σ_{j=1..n-m+1} (t - z[j])³
"""
RECURRENCE = """
inputs x[T] h_0; weights u v; targets d
h[0] = h_0
h[t] = tanh(u h[t-1] + v x[t])
minimize E = ½ (h[T] - d)²
"""
GATED = "z = w x + b; y = relu(z); targets t; minimize E = ½ (t - y)²"
DEEP_GATES = """
z_1 = w_1 x; z_2 = w_2 x; h_1 = relu(z_1); h_2 = relu(z_2)
a = v_1 h_1 + v_2 h_2 + b; y = relu(a); targets t; minimize E = ½ (t - y)²
"""
LOGISTIC = "z = w x; y = σ(z); targets t; minimize E = -(t log(y) + (1 - t) log(1 - y))"
CLASSES = """
inputs z[n]; targets t[n]
y[j] = softmax(z[k], k)[j]
minimize E = -Σ_j t[j] log(y[j])
"""
UNKNOWN = "function phi; a = w x; y = phi(a); targets t; minimize E = ½ (t - y)²"

RIGHT = [
    ("r_o = w_o·w_h·i", "∂E/∂w_o == -(t - r_o) w_h i", ""),
    ("r_o = w_o·w_h·i", "∂E/∂w_o == ∂E/∂r_o·∂r_o/∂w_o", ""),
    ("r_o = w_o·w_h·i", "∂r_o/∂t == 0", ""),
    ("r_o = w_o·w_h·i", "Δw_o == η (t - r_o) w_h i", ""),
    ("maximize P = -½ (t - w x)²; targets t", "Δw == η (t - w x) x", ""),
    (NEURON, "∂E/∂net == -(t - y) y (1 - y)", ""),
    (NEURON, "∂y/∂net == σ'(net)", ""),
    (NEURON, "∂/∂y(½ (t - y)²) == -(t - y)", ""),
    (NEURON, "σ'(net) == σ(net) (1 - σ(net))", ""),
    (NEURON, "∂/∂net(σ'(net)) == σ''(net)", ""),
    (LAYERS, "∂E/∂a[q] == -(t[q] - a[q])", "q=1..n_2"),
    (LAYERS, "∂E/∂z[j] == y[j] (1 - y[j]) Σ_{q=1..n_2} V[q,j]·∂E/∂a[q]", "j=1..n_1"),
    (LAYERS, "∂E/∂W[j,k] == ∂E/∂z[j]·x[k]", ATLAYERS),
    (LAYERS, "∂z[j]/∂W[p,k] == [j = p]·x[k]", "j=1..n_1 p=1..n_1 k=1..n_0"),
    (LAYERS, "∂E/∂b[j] == Σ_{p=1..n_1} ∂E/∂z[p]·[p = j]", "j=1..n_1"),
    (CONVOLUTION, "∂E/∂x[p] == Σ_{q=1..m} [1 ≤ p - q + 1 ≤ n - m + 1]·(-3) (t - z[p-q+1])²·w[q]", "p=1..n"),
    (CONVOLUTION, "∂E/∂w[q] == Σ_{j=1..n-m+1} ∂E/∂z[j]·x[j+q-1]", "q=1..m"),
    (
        RECURRENCE,
        "∂E/∂h[t] == [t ≤ T - 1]·∂E/∂h[t+1]·(1 - h[t+1]²) u + [t = T] (h[T] - d)",
        "t=0..T",
    ),
    (RECURRENCE, "∂E/∂u == Σ_{t=1..T} ∂E/∂h[t]·(1 - h[t]²) h[t-1]", ""),
    (GATED, "∂E/∂w == -(t - y) [z > 0] x", ""),
    (GATED, "relu'(z) == [z > 0]", ""),
    (DEEP_GATES, "∂E/∂w_1 == (y - t) [a > 0] v_1 [z_1 > 0] x", ""),
    ("y = max(w x, v x, 0.3); minimize E = y", "∂E/∂v == [v x > w x]·[v x > 0.3]·x", ""),
    ("y = w abs(x); minimize E = y", "∂E/∂x == w ([x > 0] - [x < 0])", ""),
    (LOGISTIC, "∂E/∂z == y - t", ""),
    (LOGISTIC, "∂E/∂y == -(t/y - (1 - t)/(1 - y))", ""),
    ("minimize E = log(w) + log(1 - w)", "∂E/∂w == 1/w - 1/(1 - w)", ""),
    ("minimize E = sqrt(w) + w^v", "∂E/∂v == log(w) w^v", ""),
    (CLASSES + "assume sum(t[k], k) = 1", "∂E/∂z[j] == y[j] - t[j]", "j=1..n"),
    (CLASSES, "∂y[j]/∂z[k] == y[j] ([j = k] - y[k])", "j=1..n k=1..n"),
    (CLASSES + "assume sum(t[k], k) = 1", "Σ_{j=1..n} ∂E/∂z[j] == 0", ""),
    (UNKNOWN, "∂E/∂w == -(t - y) φ'(a) x", ""),
    (UNKNOWN, "∂/∂a(φ'(a)) == φ''(a)", ""),
    ("function phi(x) = 2x; y = phi(phi(w x)); minimize E = y²", "∂y/∂w == phi'(phi(w x)) phi'(w x) x", ""),
    ("function phi(x) = 2x; y = phi(phi(w x)); minimize E = y²", "∂y/∂w == 4 x", ""),
    ("y_1 = softmax(z_1, z_2)[1]; minimize E = y_1", "∂E/∂z_2 == -y_1 softmax(z_1, z_2)[2]", ""),
    ("y = w ⊙ x; minimize E = y", "∂E/∂w == x", ""),
]

GATED_LAYERS = """
inputs x[n_0]; targets t[n_2]; weights W[n_1,n_0] b[n_1] V[n_2,n_1]
z[j] = Σ_k W[j,k] x[k] + b[j]; y[j] = relu(z[j]); a[q] = Σ_j V[q,j] y[j]
minimize E = ½ Σ_q (t[q] - a[q])²
"""

WRONG = [
    (GATED_LAYERS, "a[q] == Σ_{j=2..n_1} V[q,j] y[j]", "q=1..n_2"),  # right where the first gate is closed
    (CONVOLUTION, "t == t - Σ_{j=1..n-m-1} z[j]", ""),  # right where the range is empty
    ("r_o = w_o·w_h·i", "∂E/∂w_o == (t - r_o) w_h i", ""),
    ("r_o = w_o·w_h·i", "∂E/∂w_o == -(t - r_o) i", ""),
    ("r_o = w_o·w_h·i", "∂E/∂w_o == -2 (t - r_o) w_h i", ""),
    ("r_o = w_o·w_h·i", "∂E/∂w_o == 0", ""),
    ("r_o = w_o·w_h·i", "Δw_o == -η (t - r_o) w_h i", ""),
    ("maximize P = -½ (t - w x)²; targets t", "Δw == -η (t - w x) x", ""),
    (NEURON, "∂E/∂net == -(t - y) y (1 + y)", ""),
    (NEURON, "∂E/∂net == -(t - y) y", ""),
    (NEURON, "∂E/∂net == -(t - y) net (1 - net)", ""),
    (NEURON, "∂E/∂net == -(t - y) σ(net)", ""),
    (LAYERS, "∂E/∂z[j] == y[j] (1 - y[j]) V[1,j]·∂E/∂a[1]", "j=1..n_1"),
    (LAYERS, "∂E/∂z[j] == y[j] (1 - y[j]) Σ_{q=1..n_2} ∂E/∂a[q]", "j=1..n_1"),
    (LAYERS, "∂E/∂z[j] == Σ_{q=1..n_2} y[q] (1 - y[q]) V[q,j]·∂E/∂a[q]", "j=1..n_1"),
    (LAYERS, "∂E/∂W[j,k] == ∂E/∂z[j]·x[1]", ATLAYERS),
    (LAYERS, "∂z[j]/∂W[p,k] == x[k]", "j=1..n_1 p=1..n_1 k=1..n_0"),
    (CONVOLUTION, "∂E/∂x[p] == Σ_{q=1..m} [1 ≤ p - q + 1 ≤ n - m]·(-3) (t - z[p-q+1])²·w[q]", "p=1..n"),
    (CONVOLUTION, "∂E/∂w[q] == Σ_{j=1..n-m+1} ∂E/∂z[j]·x[j]", "q=1..m"),
    (RECURRENCE, "∂E/∂h[t] == [t ≤ T - 1]·∂E/∂h[t+1]·(1 - h[t]²) u + [t = T] (h[T] - d)", "t=0..T"),
    (RECURRENCE, "∂E/∂u == Σ_{t=1..T} ∂E/∂h[t]·(1 - h[t]²) h[t]", ""),
    (RECURRENCE, "∂E/∂u == ∂E/∂h[T]·(1 - h[T]²) h[T-1]", ""),
    (GATED, "∂E/∂w == -(t - y) x", ""),
    (GATED, "∂E/∂w == -(t - y) [z < 0] x", ""),
    (GATED, "relu'(z) == 1", ""),
    (DEEP_GATES, "∂E/∂w_1 == (y - t) v_1 [z_1 > 0] x", ""),
    (DEEP_GATES, "∂E/∂w_1 == (y - t) [a > 0] v_1 x", ""),
    (DEEP_GATES, "∂E/∂w_1 == (y - t) [a > 0] v_1 [z_2 > 0] x", ""),
    ("y = max(w x, v x, 0.3); minimize E = y", "∂E/∂v == [v x > w x]·x", ""),
    (LOGISTIC, "∂E/∂z == t - y", ""),
    ("minimize E = log(w) + log(1 - w)", "∂E/∂w == 1/w + 1/(1 - w)", ""),
    (CLASSES, "∂E/∂z[j] == y[j] - t[j]", "j=1..n"),
    (CLASSES, "∂y[j]/∂z[k] == y[j] (1 - y[k])", "j=1..n k=1..n"),
    (UNKNOWN, "∂E/∂w == -(t - y) φ(a) x", ""),
    (UNKNOWN, "∂E/∂w == -(t - y) φ'(x) x", ""),
    (UNKNOWN, "φ(-a) == -φ(a)", ""),
    ("function phi(x) = 2x; y = phi(phi(w x)); minimize E = y²", "∂y/∂w == 2 x", ""),
]

UNDECIDED = [
    (LAYERS, "∂E/∂z[j] == y[j] (1 - y[j]) Σ_{q=1..n_2} V[q,j]·∂E/∂a[q+1]", "j=1..n_1"),
    (CONVOLUTION, "∂E/∂x[p] == Σ_{q=1..m} (-3) (t - z[p-q+1])²·w[q]", "p=1..n"),
    ("minimize E = log(-1 - w²)", "∂E/∂w == 2 w/(1 + w²)", ""),
    ("minimize E = w²", "∂/∂w(∂E/∂w) == 2", ""),
    ("minimize E = exp(exp(exp(exp(exp(9 + w²)))))", "∂E/∂w == 2 w E", ""),
]


@pytest.mark.parametrize(("text", "claim", "ranges"), RIGHT)
def test_right_steps_hold(court, text: str, claim: str, ranges: str) -> None:
    verdict = court(text).verdict(claim, ranges)
    assert verdict.status is Status.SAMPLED, verdict


@pytest.mark.parametrize(("text", "claim", "ranges"), WRONG)
def test_wrong_steps_are_refuted(court, text: str, claim: str, ranges: str) -> None:
    verdict = court(text).verdict(claim, ranges)
    assert verdict.status is Status.REFUTED, verdict
    assert verdict.left != verdict.right
    assert verdict.counterexample


@pytest.mark.parametrize(("text", "claim", "ranges"), UNDECIDED)
def test_what_cannot_be_evaluated_is_undecided(court, text: str, claim: str, ranges: str) -> None:
    begun = time.process_time()
    verdict = court(text).verdict(claim, ranges)
    assert verdict.status is Status.UNDECIDED, verdict
    assert verdict.evidence
    assert time.process_time() - begun < 5


def test_identical_sides_need_no_point(court) -> None:
    assert court(NEURON).verdict("log(-1 - w²) == log(-1 - w²)").status is Status.PROVED


def test_a_name_without_meaning_is_never_zero(court) -> None:
    judge = court("minimize E = w²").judge
    claim = Mul((Number(Fraction(17)), Partial(Ref("E"), Ref("q"))))
    for left in (Partial(Ref("E"), Ref("w")), Number(Fraction(0))):
        verdict = judge.equal(left, claim)
        assert verdict.status is Status.UNDECIDED
        assert "q is not defined" in verdict.evidence


def test_abbreviations_may_come_later(court) -> None:
    trial = court(LAYERS)
    trial.abbreviate("δ_a", "∂E/∂a[q]", "q=1..n_2")
    trial.abbreviate("δ_z", "∂E/∂z[j]", "j=1..n_1")
    assert trial.status("δ_z[j] == y[j] (1 - y[j]) Σ_{q=1..n_2} δ_a[q]·V[q,j]", "j=1..n_1") is Status.SAMPLED
    assert trial.status("∂E/∂W[j,k] == δ_z[j] x[k]", ATLAYERS) is Status.SAMPLED
    assert trial.status("δ_z[j] == y[j] (1 - y[j]) δ_a[1]·V[1,j]", "j=1..n_1") is Status.REFUTED
    trial.abbreviate("δ_a", "-∂E/∂a[q]", "q=1..n_2")  # the same name for something else
    assert trial.status("δ_z[j] == y[j] (1 - y[j]) Σ_{q=1..n_2} δ_a[q]·V[q,j]", "j=1..n_1") is Status.REFUTED
    assert trial.status("∂/∂W[1,1](δ_z[1]) == 0") is Status.UNDECIDED


def test_an_abbreviation_beyond_its_range_is_masked_or_undecided(court) -> None:
    trial = court(RECURRENCE)
    trial.abbreviate("δ_h", "∂E/∂h[t]", "t=1..T")
    step = "(1 - h[t+1]²) u·δ_h[t+1]"
    assert trial.status(f"δ_h[t] == [t ≤ T - 1]·{step} + [t = T] (h[T] - d)", "t=1..T") is Status.SAMPLED
    assert trial.status(f"δ_h[t] == {step} + [t = T] (h[T] - d)", "t=1..T") is Status.UNDECIDED
    assert trial.status(f"δ_h[t] == [t ≤ T - 2]·{step} + [t = T] (h[T] - d)", "t=1..T") is Status.REFUTED


def test_verdicts_do_not_depend_on_the_order_of_questions(court) -> None:
    claims = [claim for text, claim, _ in RIGHT + WRONG if text == NEURON]
    forward, backward = court(NEURON), court(NEURON)
    first = [forward.verdict(claim) for claim in claims]
    second = [backward.verdict(claim) for claim in reversed(claims)]
    assert first == second[::-1]


def test_evidence_names_points_and_sizes(court) -> None:
    evidence = court(LAYERS).verdict("∂E/∂W[j,k] == ∂E/∂z[j]·x[k]", ATLAYERS).evidence
    assert evidence.startswith("agreed at 3 points, with n_0 = ")
    assert court(NEURON).verdict("∂x/∂w == 0").evidence == "both sides are 0 at 3 points"


def test_gates_are_seen_on_both_sides(court) -> None:
    """Twenty gates in a row: a forgotten one shows only where it is closed."""
    lines = [f"z_{k} = w_{k} x + c_{k}; h_{k} = relu(z_{k})" for k in range(1, 21)]
    total = " + ".join(f"h_{k}" for k in range(1, 21))
    trial = court("; ".join([*lines, f"minimize E = ({total})²"]))
    for k in range(1, 21):
        assert trial.status(f"∂E/∂w_{k} == 2 ({total}) [z_{k} > 0] x") is Status.SAMPLED
        assert trial.status(f"∂E/∂w_{k} == 2 ({total}) x") is Status.REFUTED


def test_a_gate_that_is_never_open_is_told_as_zero(court) -> None:
    verdict = court("y = relu(-1 - (w x)²); minimize E = y²").verdict("∂E/∂w == 2 y·relu'(-1 - (w x)²)·w")
    assert verdict.status is Status.SAMPLED
    assert verdict.evidence.startswith("both sides are 0 at 24 points")


CHAIN = ["h_0 = relu(w_0 x)"] + [f"h_{k} = relu(w_{k} h_{k - 1})" for k in range(1, 8)]


def test_gates_in_a_row_without_bias(court) -> None:
    """Where one is closed the next stands exactly on its kink: no refutation there, but others open all of them."""
    trial = court("; ".join([*CHAIN, "minimize E = ½ (h_7 - t)²; targets t"]))
    step = "∂E/∂w_3 == (h_7 - t) [w_7 h_6 > 0] w_7 [w_6 h_5 > 0] w_6 [w_5 h_4 > 0] w_5 [w_4 h_3 > 0] w_4 [w_3 h_2 > 0] h_2"
    verdict = trial.verdict(step)
    assert verdict.status is Status.SAMPLED
    assert verdict.evidence.startswith("agreed at")
    assert trial.status(step.replace("w_5 [w_4", "w_4 [w_4")) is Status.REFUTED
    assert trial.status("relu'(w_3 h_2) == [w_3 h_2 ≥ 0]") is Status.SAMPLED  # another convention at the kink


@pytest.mark.parametrize("name", [name for name, entry in FUNCTIONS.items() if entry.arity == 1])
def test_a_slip_in_a_derivative_of_the_table_is_caught(court, name: str) -> None:
    z = Ref("z")
    judge = court("z = w x; minimize E = z").judge
    derived = derivative_form(name, z, Apply(name, (z,)))
    verdict = judge.equal(Apply(name, (z,), primes=1), derived)
    assert verdict.status is Status.SAMPLED, verdict
    slip = Add((derived, Mul((Number(Fraction(1, 10**9)), z))))
    assert judge.equal(Apply(name, (z,), primes=1), slip).status is Status.REFUTED


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.net")), ids=lambda path: path.stem)
def test_every_example_has_points(path: Path) -> None:
    network = read_network(path.read_text(encoding="utf-8"), path.name)
    judge = Judge(network)
    for definition in network.definitions:
        verdict = judge.equal(definition.ref, Mul((Number(Fraction(1)), definition.expr)), definition.ranges)
        assert verdict.status is Status.SAMPLED, verdict
        doubled = judge.equal(definition.ref, Mul((Number(Fraction(2)), definition.expr)), definition.ranges)
        assert doubled.status is Status.REFUTED or "0 at" in verdict.evidence


def test_rounding_is_no_difference(court) -> None:
    trial = court(CLASSES + "assume sum(t[k], k) = 1")
    assert trial.status("Σ_{j=1..n} ∂E/∂z[j] == 17 Σ_{j=1..n} ∂E/∂z[j]") is Status.SAMPLED
    assert trial.status("Σ_{j=1..n} ∂E/∂z[j] == 1/10^40") is Status.REFUTED


def test_vanishing_gradients_are_still_compared(court) -> None:
    lines = ["y_0 = σ(w_0 x)"] + [f"y_{k} = σ(w_{k} y_{k - 1})" for k in range(1, 150)]
    trial = court("; ".join([*lines, "minimize E = y_149"]))
    assert trial.status("∂E/∂w_0 == ∂E/∂y_0·y_0 (1 - y_0) x") is Status.SAMPLED
    assert trial.status("∂E/∂w_0 == ∂E/∂y_0·y_0 (1 - y_0)") is Status.REFUTED


def test_one_judge_for_an_abbreviation_given_at_the_start(court) -> None:
    network = court(NEURON).judge.network
    judge = Judge(network, {"δ_net": Abbreviation("δ_net", Partial(Ref("E"), Ref("net")))})
    assert judge.equal(Ref("δ_net"), Partial(Ref("E"), Ref("b"))).holds
