"""Everything that is printed as text is read again as the same tree."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symprop.errors import InputError
from symprop.model.expr import (
    COMPARISONS,
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
from symprop.model.network import Abbreviation, Network, Range
from symprop.model.printer import network_text, to_text
from symprop.model.reader import read_expression, read_network

NETWORK = read_network(
    """
    inputs x[n] i a_1 E_1
    targets t[m]
    weights W[m,n] b[m] w_o u
    constants beta
    function φ
    net_h1 = w_o i + u a_1 + beta E_1
    out_{h1} = φ(net_h1)
    z[j] = Σ_k W[j,k] x[k] + b[j] + out_h1
    y[j] = σ(z[j])
    minimize E = ½ Σ_j (t[j] - y[j])²
    """
)
N, M = Ref("n"), Ref("m")
ONE = Number(Fraction(1), "1")
FREE = (Range("p", ONE, M), Range("q", ONE, N))
DELTA = Abbreviation("δ_z", Partial(Ref("E"), Ref("z", (Ref("p"),))), ("p",), (FREE[0],))
ABBREVIATIONS = {"δ_z": DELTA, "δ_h1": Abbreviation("δ_h1", Partial(Ref("E"), Ref("net_h1")))}

LETTERS = ("j", "k", "l", "p", "q")
SCALARS = ("i", "a_1", "E_1", "w_o", "u", "beta", "net_h1", "out_h1", "E", "δ_h1", "n")
VECTORS = {"x": 1, "t": 1, "W": 2, "b": 1, "z": 1, "y": 1, "δ_z": 1}
FUNCTIONS = (("sigmoid", "σ"), ("sigmoid", "sigmoid"), ("tanh", "tanh"), ("φ", "φ"), ("exp", "exp"), ("log", "ln"))

numbers = st.sampled_from(["0", "1", "2", "3", "10", "0.5", "0.10", "17.25", "100"]).map(lambda s: Number(Fraction(s), s))
positive = st.sampled_from(["1", "2", "3", "0.5"]).map(lambda s: Number(Fraction(s), s))


def indices(scope: tuple[str, ...]) -> st.SearchStrategy[Expr]:
    letters = st.sampled_from(scope).map(Ref)
    small = st.sampled_from(["1", "2"]).map(lambda s: Number(Fraction(s), s))
    shifted = st.tuples(letters, st.one_of(small, letters, small.map(Neg), letters.map(Neg))).map(Add)
    return st.one_of(letters, letters, small, st.just(N), shifted, st.tuples(small, letters).map(Mul))


def refs(scope: tuple[str, ...]) -> st.SearchStrategy[Ref]:
    scalars = st.sampled_from(SCALARS).map(Ref)
    vectors = st.sampled_from(sorted(VECTORS)).flatmap(
        lambda name: st.tuples(*[indices(scope)] * VECTORS[name]).map(lambda found: Ref(name, found))
    )
    return st.one_of(scalars, vectors)


def expressions(scope: tuple[str, ...], depth: int) -> st.SearchStrategy[Expr]:
    leaves = st.one_of(numbers, refs(scope), st.sampled_from(["w_o", "u"]).map(lambda n: Increment(Ref(n))))
    if not depth:
        return leaves
    inner = st.deferred(lambda: expressions(scope, depth - 1))
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    nonzero = inner.filter(lambda e: not (isinstance(e, Number) and not e.value))
    exponent = st.one_of(numbers, refs(scope), positive.map(Neg), st.tuples(positive, refs(scope)).map(Add))
    binders = st.tuples(st.sampled_from(LETTERS), st.sampled_from([N, M, Number(Fraction(3), "3")]))
    scoped = st.deferred(lambda: expressions(tuple(dict.fromkeys((*scope, *LETTERS))), depth - 1))
    return st.one_of(
        leaves,
        several.map(Add),
        several.map(Mul),
        several.map(Mul),
        several.map(Hadamard),
        inner.map(Neg),
        st.builds(Div, inner, nonzero),
        st.builds(Pow, inner, exponent),
        st.tuples(st.sampled_from(FUNCTIONS), inner, st.integers(0, 2)).map(lambda v: Apply(v[0][0], (v[1],), v[2], v[0][1])),
        several.map(lambda a: Apply("max", a, 0, "max")),
        st.tuples(inner, inner, st.sampled_from(COMPARISONS)).map(lambda v: Indicator(v[:2], v[2:])),
        st.builds(Partial, refs(scope), leaf_quantities(scope)),
        st.builds(Partial, several.map(Mul), leaf_quantities(scope)),
        st.tuples(binders, scoped).map(lambda v: Sum(v[1], v[0][0], ONE, v[0][1])),
        st.tuples(binders, scoped, indices(scope)).map(lambda v: Softmax((v[1],), v[0][0], ONE, v[0][1], v[2])),
        several.map(lambda a: Softmax(a, "", None, None, ONE)),
    )


def leaf_quantities(scope: tuple[str, ...]) -> st.SearchStrategy[Ref]:
    return refs(scope).filter(lambda ref: not ref.name.startswith("δ") and ref.name != "n")


def bound_everywhere(expr: Expr, scope: frozenset[str]) -> bool:
    """Is every letter bound, as the reader demands?"""
    if isinstance(expr, Ref) and not expr.indices:
        return expr.name not in LETTERS or expr.name in scope
    if isinstance(expr, Sum):
        return bound_everywhere(expr.body, scope | {expr.index})
    if isinstance(expr, Softmax):
        inner = scope | {expr.index}
        return bound_everywhere(expr.at, scope) and all(bound_everywhere(a, inner) for a in expr.arguments)
    from symprop.model.walk import children

    return all(bound_everywhere(child, scope) for child in children(expr))


def read(text: str) -> Expr:
    return read_expression(text, NETWORK, ABBREVIATIONS, FREE)


trees = expressions(("p", "q"), 3).filter(lambda e: bound_everywhere(e, frozenset("pq")))


@settings(max_examples=300, deadline=None)
@given(trees)
def test_a_printed_tree_is_read_as_the_same_tree(tree: Expr) -> None:
    for network in (None, NETWORK):
        text = to_text(tree, network, ranges=FREE)
        assert read(text) == tree, text


@settings(max_examples=100, deadline=None)
@given(trees)
def test_a_tree_printed_in_ascii_is_read_as_the_same_tree(tree: Expr) -> None:
    text = to_text(tree, NETWORK, ascii_only=True, ranges=FREE)
    assert text.isascii()
    assert read(text) == tree, text


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="abwxz_1234.05 +-*/^()[]{}=,;\n'σΣφ∂Δ²½⊙·…#Wkj<>", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_network(text)
    except InputError as found:
        error = found
    else:
        return
    assert error.span is not None
    assert "\n" not in error.message
    assert "^" in error.explain()


def same_network(left: Network, right: Network) -> bool:
    parts = ("definitions", "functions", "cost", "objective", "rate", "values", "name")
    leaves = [{leaf.name: (leaf.role, leaf.axes) for leaf in network.leaves.values()} for network in (left, right)]
    facts = [[(a.left, a.right, a.ranges) for a in network.assumptions] for network in (left, right)]
    return leaves[0] == leaves[1] and facts[0] == facts[1] and all(getattr(left, p) == getattr(right, p) for p in parts)


@pytest.mark.parametrize(
    "text",
    [
        "r_o = w_o·w_h·i",
        "z[j] = Σ_k W[j,k] x[k] + b[j]; y[j] = σ(z[j])",
        "h[0] = h_0; h[t] = tanh(u h[t-1] + v x[t]); minimize E = Σ_t (d[t] - h[t])²",
        "inputs x[n]; targets t[n-r+1]; weights w[r]; z[j] = Σ_m w[m] x[j+m-1]; minimize E = Σ_j (t[j] - z[j])²",
        "z[j] = b[j] x[j]; y[j] = softmax(z)[j]; assume t one-hot; minimize E = -Σ_j t[j] log(y[j])",
        "function φ(x) = 2 x; function ψ; rate alpha = 0.5; y = φ(w x) + ψ(u); values w = -0.5, x = 0.10; maximize P = y",
        "weights W[2,3]; values W = [[1, 2, 3], [4, 5, -6]]; inputs x[3]; y[j] = Σ_k W[j,k] x[k]",
    ],
)
def test_a_printed_network_is_read_as_the_same_network(text: str) -> None:
    network = read_network(text)
    again = read_network(network_text(network))
    assert same_network(network, again), network_text(network)
