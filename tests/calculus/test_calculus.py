"""Local partials, contraction, adjoints, cancelling: written cases a person can check."""

from __future__ import annotations

import pytest

from symprop.calculus.adjoints import accumulate
from symprop.calculus.backprop import Backprop
from symprop.calculus.cancel import cancel
from symprop.calculus.certificate import Certifier
from symprop.calculus.contract import Known, contract
from symprop.calculus.elementary import elementary
from symprop.calculus.partials import derivative
from symprop.derivation import derive
from symprop.derivation.naming import delta_names
from symprop.model.expr import Ref
from symprop.model.network import Network
from symprop.model.preactivations import name_preactivations
from symprop.model.printer import to_text
from symprop.model.reader import read_expression, read_network
from symprop.model.walk import walk

SCALARS = read_network("inputs a b c x y z t; weights w; function φ; function g(x) = 2 x; r = w x y z t a b c; minimize E = r")
INDEXED = read_network(
    "inputs x[n] y[n] v[m]; targets t[m]; weights W[m,n]; z[j] = Σ_k W[j,k] x[k] y[k] + v[j]; minimize E = Σ_j t[j] z[j]"
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("x", "1"),
        ("a x", "a"),
        ("a x b", "a·b"),
        ("½ (t - x)²", "−(t − x)"),
        ("(t - x)²/2", "−(t − x)"),
        ("(t - x)²", "−2 (t − x)"),
        ("3 x²", "6 x"),
        ("x³", "3 x²"),
        ("x^(-1)", "−x^(−2)"),
        ("a/x", "−a/x²"),
        ("x/a", "1/a"),
        ("a^x", "a^x·log(a)"),
        ("x^a", "a·x^(a − 1)"),
        ("σ(a x)", "σ(a·x)·(1 − σ(a·x))·a"),
        ("tanh(x)", "1 − tanh(x)²"),
        ("relu(x)", "[x > 0]"),
        ("exp(-x)", "−exp(−x)"),
        ("log(1 - x)", "−1/(1 − x)"),
        ("φ(a x)", "φ'(a·x)·a"),
        ("φ'(x)", "φ''(x)"),
        ("g(a x)", "2 a"),
        ("max(x, a)", "[x ≥ a]"),
        ("a + b", "0"),
        ("[x > 0] a", "0"),
        ("x x", "2 x"),
        ("a - (b - x)", "1"),
    ],
)
def test_derivatives_in_textbook_form(expression: str, expected: str) -> None:
    found = derivative(SCALARS, read_expression(expression, SCALARS), Ref("x"))
    assert to_text(found, SCALARS) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("½ (t - x)²", "½·2·(t − x)^(2 − 1)·(−1)"),
        ("½ (t - x)² + ½ (t - y)²", "½·2·(t − x)^(2 − 1)·(−1) + 0"),
        ("a x + b", "a·1 + 0"),
        ("a + b + c + y + x", "1"),
    ],
)
def test_elementary_lines(expression: str, expected: str) -> None:
    found = elementary(SCALARS, read_expression(expression, SCALARS), Ref("x"))
    assert found is not None
    assert to_text(found, SCALARS) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Σ_{k=1..n} x[k] [k = p]", "x[p]"),
        ("Σ_{k=1..n} a x[k]", "a·Σ_k x[k]"),
        ("Σ_{k=1..n} x[k]·([k = p] - y[k])", "x[p] − Σ_k x[k]·y[k]"),
        ("Σ_{k=1..n} [k = p - 1] x[k]", "[p ≥ 2]·x[p−1]"),
        ("Σ_{k=1..n} [k = p + 1] x[k]", "[p ≤ n − 1]·x[p+1]"),
        ("Σ_{k=1..n} a", "n·a"),
        ("Σ_{k=1..n} [2 k = p] x[k]", "Σ_k [2 k = p]·x[k]"),
        ("[p ≤ n] a", "a"),
        ("[p ≥ 2] a", "[p ≥ 2]·a"),
    ],
)
def test_contraction(expression: str, expected: str) -> None:
    network = read_network("inputs x[n] y[n] a; r = a; minimize E = Σ_k x[k] y[k] a r")
    ranges = network.axes("x")
    letter = Ref("p")
    ranges = tuple(type(r)("p", r.lower, r.upper) for r in ranges)
    expr = read_expression(expression, network, ranges=ranges)
    assert letter in set(walk(expr)) or "p" not in expression
    assert to_text(contract(expr, Known.of(ranges)), network, ranges=ranges) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("-(t/y - (1 - t)/(1 - y)) y (1 - y)", "y − t"),
        ("x/y", "x/y"),
        ("(t - y) y (1 - y)", "(t − y)·y·(1 − y)"),
        ("(a/x + b) x", "a + b·x"),
    ],
)
def test_cancelling(expression: str, expected: str) -> None:
    assert to_text(cancel(read_expression(expression, SCALARS)).expr, SCALARS) == expected


def forms(network: Network) -> dict[str, str]:
    """The delta form of every adjoint as text."""
    network, _ = name_preactivations(network)
    of = Ref(network.cost or "")
    backprop = Backprop(network, of, tuple(network.leaves), delta_names(network, of))
    return {name: to_text(form.expr, network) for name, form in backprop.forms.items()}


def test_one_adjoint_for_all_entries() -> None:
    adjoints = accumulate(INDEXED, "E")
    assert [to_text(c.partial) for c in adjoints["W"].contributions] == ["x[k]·y[k]"]
    assert [to_text(c.consumer) for c in adjoints["W"].contributions] == ["z[j]"]
    assert forms(INDEXED)["W"] == "t[j]·x[k]·y[k]"
    assert forms(INDEXED)["x"] == "y[k]·Σ_j t[j]·W[j,k]"


def test_letters_that_every_layer_uses_again() -> None:
    network = read_network(
        "inputs x[n]; targets t[p]; weights W[m,n] V[p,m]; z[j] = Σ_k W[j,k] x[k]; a[j] = σ(z[j])"
        "; s[j] = Σ_k V[j,k] a[k]; y[j] = σ(s[j]); minimize E = ½ Σ_j (t[j] - y[j])²"
    )
    assert forms(network)["z"] == "a[j]·(1 − a[j])·Σ_k δ_s[k]·V[k,j]"


def test_a_recurrence_keeps_its_borders() -> None:
    network = read_network("inputs x[T]; weights u v; h[0] = 0; h[t] = tanh(u h[t-1] + v x[t]); minimize E = h[T]²")
    assert forms(network)["net_h"] == "([t ≤ T − 1]·δ_h[t+1]·u + 2 [t = T]·h[T])·(1 − h[t]²)"


def test_deriving_costs_the_same_for_every_width() -> None:
    def lines(width: str) -> list[str]:
        text = (
            f"inputs x[{width}]; targets t[3]; weights W[3,{width}]; y[j] = σ(Σ_k W[j,k] x[k]); minimize E = ½ Σ_j (t[j] - y[j])²"
        )
        return list(forms(read_network(text)).values())

    assert lines("2") == lines("1000000")


@pytest.mark.parametrize(
    ("left", "right", "proved"),
    [
        ("∂E/∂w", "(y - t) y (1 - y) x", True),
        ("∂E/∂w", "(y - t) y (1 + y) x", False),
        ("y", "1/(1 + exp(-z))", True),
        ("∂E/∂z", "-(t - y) (y - y²)", True),
        ("Δw", "-η (y - t) y (1 - y) x", True),
        ("σ'(z)", "y (1 - y)", True),
    ],
)
def test_certificates(left: str, right: str, proved: bool) -> None:
    network = read_network("z = w x; y = σ(z); minimize E = ½ (t - y)²")
    certifier = Certifier(network, {})
    assert certifier.proves(read_expression(left, network), read_expression(right, network)) is proved


@pytest.mark.parametrize("right", ["0", "7 ∂A/∂w", "2 A ∂A/∂w"])
def test_what_varies_through_an_index_is_not_taken_for_a_constant(right: str) -> None:
    network = read_network("inputs x[n]; weights w; targets t; z[j] = w x[j]; A = Σ_j z[j]; minimize E = A² + t")
    certifier = Certifier(network, {})
    assert not certifier.proves(read_expression("∂E/∂w", network), read_expression(right, network))
    assert certifier.proves(read_expression("∂E/∂A", network), read_expression("2 A", network))


@pytest.mark.parametrize(("upper", "count"), [("t", "t"), ("t-1", "(t − 1)"), ("t-2", "(Σ_{k=1..t−2} 1)")])
def test_a_sum_that_may_be_empty_is_not_counted_below_zero(upper: str, count: str) -> None:
    text = f"inputs x[T]; weights v[T]; s[t] = Σ_{{k=1..{upper}}} v[t] + x[t]; minimize E = ½ Σ_t s[t]²"
    derived = derive(read_network(text), style="delta")
    assert to_text(derived.result("v"), derived.network) == f"{count}·s[t]"
