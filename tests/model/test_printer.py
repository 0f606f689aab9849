"""The printer: what it prints is what a person would write, and reads back as the same tree."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.model.expr import (
    ONE,
    TWO,
    Add,
    Apply,
    Div,
    Expr,
    Hadamard,
    Increment,
    Indicator,
    Mul,
    Neg,
    Number,
    Partial,
    Pow,
    Ref,
    Softmax,
    Sum,
)
from symprop.model.layers import layered, parse_layers
from symprop.model.network import Network, Range
from symprop.model.printer import definition_text, network_text, to_text
from symprop.model.reader import read_expression, read_network

NETWORK = read_network(
    """
    inputs x[n] i
    targets t s[m]
    weights W[m,n] w_o w_1 b_h1
    function φ
    net_h1 = w_1 i + b_h1
    out_h1 = φ(net_h1)
    z[j] = Σ_k W[j,k] x[k]
    y[j] = σ(z[j])
    minimize E = ½ (t - w_o out_h1)² + ½ Σ_j (s[j] - y[j])²
    """
)
N, M, J, K = Ref("n"), Ref("m"), Ref("j"), Ref("k")
RANGES = (Range("j", ONE, M), Range("k", ONE, N))
T, R, W_O, I = Ref("t"), Ref("out_h1"), Ref("w_o"), Ref("i")
HALF = Div(ONE, TWO)


def read(text: str) -> Expr:
    return read_expression(text, NETWORK, ranges=RANGES)


@pytest.mark.parametrize(
    ("written", "printed", "ascii_printed"),
    [
        ("1/2 (t - w_o)^2", "½ (t − w_o)²", "1/2 (t - w_o)^2"),
        ("-(t - w_o) i", "−(t − w_o)·i", "-(t - w_o)*i"),
        ("w_o(w_1 i)", "w_o·(w_1·i)", "w_o*(w_1*i)"),
        ("w_o w_1 i", "w_o·w_1·i", "w_o*w_1*i"),
        ("2 i", "2 i", "2 i"),
        ("2*3*i", "2·3·i", "2*3*i"),
        ("0.10 i", "0.10 i", "0.10 i"),
        ("E/2", "E/2", "E/2"),
        ("w_o w_1/i", "w_o·w_1/i", "w_o*w_1/i"),
        ("(w_o/w_1) i", "(w_o/w_1)·i", "(w_o/w_1)*i"),
        ("i/(w_o w_1)", "i/(w_o·w_1)", "i/(w_o*w_1)"),
        ("(i/t)/w_o", "i/t/w_o", "i/t/w_o"),
        ("i/(t/w_o)", "i/(t/w_o)", "i/(t/w_o)"),
        ("3/4 i", "¾ i", "3/4 i"),
        ("5/7 i", "5/7 i", "5/7 i"),
        ("i 5/7", "i·5/7", "i*5/7"),
        ("i (5/7)", "i·(5/7)", "i*(5/7)"),
        ("i^2^3", "i^(2³)", "i^(2^3)"),
        ("(i^2)^3", "(i²)³", "(i^2)^3"),
        ("-i^2", "−i²", "-i^2"),
        ("(-i)^2", "(−i)²", "(-i)^2"),
        ("i^(1/2)", "i^(1/2)", "i^(1/2)"),
        ("i^-1", "i^(−1)", "i^(-1)"),
        ("i^n", "i^n", "i^n"),
        ("sigmoid(net_h1)", "sigmoid(net_h1)", "sigmoid(net_h1)"),
        ("σ(net_h1)²", "σ(net_h1)²", "sigma(net_h1)^2"),
        ("φ'(net_h1)", "φ'(net_h1)", "phi'(net_h1)"),
        ("φ''(net_h1)", "φ''(net_h1)", "phi''(net_h1)"),
        ("max(0, i)", "max(0, i)", "max(0, i)"),
        ("Σ_k W[j,k] x[k]", "Σ_k W[j,k]·x[k]", "sum(W[j,k]*x[k], k)"),
        ("Σ_{k=1..n-1} x[k+1]", "Σ_{k=1..n−1} x[k+1]", "sum(x[k+1], k=1..n-1)"),
        ("(Σ_k x[k]) i", "(Σ_k x[k])·i", "sum(x[k], k)*i"),
        ("i Σ_k x[k] + t", "i·Σ_k x[k] + t", "i*sum(x[k], k) + t"),
        ("Σ_k (x[k] + i)", "Σ_k (x[k] + i)", "sum(x[k] + i, k)"),
        ("(Σ_k x[k])/n", "(Σ_k x[k])/n", "sum(x[k], k)/n"),
        ("Σ_k x[k]/n", "Σ_k x[k]/n", "sum(x[k]/n, k)"),
        ("-Σ_k x[k]", "−Σ_k x[k]", "-sum(x[k], k)"),
        ("[i > 0]", "[i > 0]", "[i > 0]"),
        ("i [1 ≤ j - 1 ≤ n]", "i·[1 ≤ j − 1 ≤ n]", "i*[1 <= j - 1 <= n]"),
        ("softmax(z[k], k)[j]", "softmax(z[k], k)[j]", "softmax(z[k], k)[j]"),
        ("softmax(i, t)[1]", "softmax(i, t)[1]", "softmax(i, t)[1]"),
        ("i ⊙ t w_o", "i ⊙ t·w_o", "i .* t*w_o"),
        ("t - (i + w_o)", "t − (i + w_o)", "t - (i + w_o)"),
        ("t + (i + w_o)", "t + (i + w_o)", "t + (i + w_o)"),
        ("t - i w_o + 1", "t − i·w_o + 1", "t - i*w_o + 1"),
        ("1e-3 i", "1e-3 i", "1e-3 i"),
    ],
)
def test_expressions_are_printed_as_a_person_writes(written, printed, ascii_printed):
    expr = read(written)
    # The letter of a range is inferred anew, so the reader's context is the printer's.
    assert to_text(expr, NETWORK, ranges=RANGES) == printed
    assert to_text(expr, NETWORK, ascii_only=True, ranges=RANGES) == ascii_printed
    assert read(printed) == expr
    assert read(ascii_printed) == expr
    assert read(to_text(expr)) == expr, "with all ranges written out"


@pytest.mark.parametrize(
    ("expr", "text"),
    [
        (Partial(Ref("E"), W_O), "∂E/∂w_o"),
        (Mul((Partial(Ref("E"), R), Partial(R, W_O))), "∂E/∂out_h1·∂out_h1/∂w_o"),
        (Mul((TWO, Partial(Ref("E"), W_O))), "2 ∂E/∂w_o"),
        (Div(Partial(Ref("E"), W_O), TWO), "(∂E/∂w_o)/2"),
        (Pow(Partial(Ref("E"), W_O), TWO), "(∂E/∂w_o)²"),
        (Partial(Mul((HALF, Pow(Add((T, Neg(I))), TWO))), I), "∂/∂i(½ (t − i)²)"),
        (Partial(Ref("E"), Ref("W", (J, K))), "∂E/∂W[j,k]"),
        (Increment(W_O), "Δw_o"),
        (Neg(Mul((Partial(Ref("E"), W_O), I))), "−∂E/∂w_o·i"),
        (Number(Fraction(1, 8)), "0.125"),
        (Number(Fraction(20)), "20"),
        (Apply("sigmoid", (I,)), "σ(i)"),
    ],
)
def test_what_derivations_make(expr, text):
    assert to_text(expr, NETWORK) == text
    assert read(text) == expr


def test_an_authors_name_is_not_printed_as_a_function():
    network = read_network("weights σ\ny = sigmoid(σ x)")
    (definition, *_) = network.definitions
    made = Apply("sigmoid", (Ref("x"),))
    assert to_text(made, network) == "sigmoid(x)"
    assert read_expression(to_text(definition.expr, network), network) == definition.expr


def test_derivatives_in_ascii():
    assert to_text(Partial(Ref("E"), W_O), ascii_only=True) == "diff(E, w_o)"
    assert to_text(Increment(Ref("θ_1")), ascii_only=True) == "change(theta_1)"


# --------------------------------------------------------------------------------------------- random trees

numbers = st.integers(0, 12).map(lambda v: Number(Fraction(v))) | st.sampled_from(
    [Number(Fraction(1, 4), "0.25"), Number(Fraction(1, 10), "0.10"), Number(Fraction(3, 8))]
)
scalars = st.sampled_from([T, R, W_O, I, Ref("w_1"), Ref("net_h1"), Ref("E"), N])
indexed = st.sampled_from([Ref("x", (K,)), Ref("W", (J, K)), Ref("z", (J,)), Ref("W", (Add((J, Neg(ONE))), ONE)), J, K])
leaves = numbers | scalars | indexed


def grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    comparisons = st.sampled_from(["<", ">", "≤", "≥", "=", "≠"])
    return st.one_of(
        several.map(Add),
        several.map(Mul),
        several.map(Hadamard),
        inner.map(Neg),
        st.builds(Div, inner, inner.filter(lambda e: not isinstance(e, Number) or e.value)),  # `x/0` is refused
        st.builds(Pow, inner, st.sampled_from([TWO, Number(Fraction(3)), I, N, Neg(ONE), HALF, Pow(TWO, TWO)])),
        st.builds(lambda f, e: Apply(f, (e,)), st.sampled_from(["sigmoid", "exp", "φ", "log"]), inner),
        st.builds(lambda e, p: Apply("φ", (e,), p), inner, st.integers(1, 2)),
        several.map(lambda arguments: Apply("max", arguments)),
        inner.map(lambda e: Sum(Mul((e, Ref("x", (Ref("q"),)))), "q", ONE, N)),
        inner.map(lambda e: Sum(e, "q", TWO, Add((N, Neg(ONE))))),
        st.builds(lambda a, b, o: Indicator((a, b), (o,)), inner, inner, comparisons),
        st.builds(lambda a, b, c: Indicator((a, b, c), ("≤", "<")), inner, inner, inner),
        st.builds(Partial, inner, st.sampled_from([W_O, Ref("W", (J, K))])),
        # `softmax(x[k], k)[1]` is over the index `k`, so a list never has a bare letter there
        several.filter(lambda e: e[1] not in (J, K, N)).map(lambda e: Softmax(e, "", None, None, ONE)),
        inner.map(lambda e: Softmax((Mul((e, Ref("z", (Ref("q"),)))),), "q", ONE, M, J)),
        st.just(Increment(W_O)),
    )


trees = st.recursive(leaves, grown, max_leaves=12)


@given(trees)
def test_every_tree_reads_back_as_itself(expr):
    assert read(to_text(expr, NETWORK, ranges=RANGES)) == expr
    assert read(to_text(expr)) == expr


@given(trees)
def test_ascii_reads_back(expr):
    text = to_text(expr, ascii_only=True)
    assert text.isascii()
    assert read(text) == expr


# -------------------------------------------------------------------------------------------------- networks

TEXTS = [
    "r_o = w_o·w_h·i",
    """
    inputs i
    targets t
    constants c
    rate eta
    function phi(x) = 2 x
    function g
    h = phi(v i)
    r = g(w h + c)
    minimize E = (t - r)²/2
    """,
    """
    inputs x[n]
    targets t[m]
    weights W[m,n]
    z[j] = Σ_k W[j,k] x[k]
    y[j] = softmax(z[k], k)[j]
    minimize E = -Σ_j t[j] log(y[j])
    assume t one-hot
    """,
    """
    inputs x[n]
    weights u[k]
    y[j=1..n-k+1] = Σ_m u[m] x[j+m-1]
    s = Σ_{j=1..n-k+1} y[j]
    minimize E = s²
    """,
    """
    inputs x[T] h_0
    targets s
    h[0] = h_0
    h[t] = tanh(u h[t-1] + v x[t])
    maximize P = -(s - h[T])²
    """,
    "y = w_1 x + w_2\nvalues w_1 = 0.15, w_2 = -2, x = 1e-3",
    """
    inputs x[2]
    weights W[2,2]
    y[j] = Σ_k W[j,k] x[k]
    values W = [[1, -2], [0.5, 3]], x = [1, 2]
    """,
    *(layered(parse_layers(shape), bias=True) for shape in ("2-2-2", "n_0-n_1-n_2", "2-3-3-1")),
]


@pytest.mark.parametrize("text", TEXTS)
def test_networks_read_back(text):
    network = read_network(text)
    printed = network_text(network)
    assert same(read_network(printed), network), printed
    assert network_text(read_network(printed)) == printed


def same(left: Network, right: Network) -> bool:
    """Equal up to the reasons for roles and the suggested letters of axes, which a declaration does not keep."""
    return parts(left) == parts(right)


def parts(network: Network) -> tuple[object, ...]:
    leaves = {name: (leaf.role, tuple((axis.lower, axis.upper) for axis in leaf.axes)) for name, leaf in network.leaves.items()}
    facts = tuple((a.left, a.right, a.text) for a in network.assumptions)
    return (
        leaves, network.definitions, network.functions, network.cost, network.objective, network.rate, facts, network.values,
    )  # fmt: skip


def test_a_definition_on_its_own():
    network = read_network(TEXTS[3])
    assert definition_text(network.by_name["y"][0], network) == "y[j=1..n−k+1] = Σ_m u[m]·x[j+m−1]"
