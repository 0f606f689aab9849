"""How formulas are read: what binds how, what is an application, which spellings mean the same."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symprop.errors import InputError
from symprop.model.expr import (
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
from symprop.model.network import Abbreviation, Range
from symprop.model.reader import read_expression, read_formula, read_network

NETWORK = read_network(
    """
    inputs x[n] i a c d
    targets t
    weights W[m,n] w_o w_h
    function φ
    r_o = w_o·w_h·i
    p[j] = Σ_k W[j,k] x[k]
    y = φ(a) + c + d + Σ_j p[j]
    minimize E = (t - r_o)²/2 + y
    """
)
a, c, d, i, t, r_o, w_o, w_h, E = (Ref(name) for name in ("a", "c", "d", "i", "t", "r_o", "w_o", "w_h", "E"))
j, k, n, m = (Ref(name) for name in "jknm")
RANGES = (Range("j", Number(Fraction(1)), m), Range("k", Number(Fraction(1)), n))


def num(text: str) -> Number:
    return Number(Fraction(text))


ONE, TWO = num("1"), num("2")


def read(text: str) -> Expr:
    return read_expression(text, NETWORK, ranges=RANGES)


CASES = {
    "a c d": Mul((a, c, d)),
    "a*c·d": Mul((a, c, d)),
    "a × c ⋅ d": Mul((a, c, d)),
    "w_o(w_h i)": Mul((w_o, Mul((w_h, i)))),
    "(a c) d": Mul((Mul((a, c)), d)),
    "1/2 a": Mul((Div(ONE, TWO), a)),
    "½ a": Mul((Div(ONE, TWO), a)),
    "a/c/d": Div(Div(a, c), d),
    "a c / d i": Mul((Div(Mul((a, c)), d), i)),
    "a - c + d": Add((a, Neg(c), d)),
    "(a - c) + d": Add((Add((a, Neg(c))), d)),
    "a − c": Add((a, Neg(c))),
    "-a^2": Neg(Pow(a, TWO)),
    "-a c": Neg(Mul((a, c))),
    "a (-c)": Mul((a, Neg(c))),
    "2 * -1": Mul((TWO, Neg(ONE))),
    "2 * -a c": Mul((TWO, Neg(a), c)),
    "+a": a,
    "a^c^d": Pow(a, Pow(c, d)),
    "a**2": Pow(a, TWO),
    "a²": Pow(a, TWO),
    "a⁻¹": Pow(a, Neg(ONE)),
    "a^-1": Pow(a, Neg(ONE)),
    "a^{c + 1}": Pow(a, Add((c, ONE))),
    "2 a²": Mul((TWO, Pow(a, TWO))),
    "a ⊙ c d": Hadamard((a, Mul((c, d)))),
    "a ⊙ c + d": Add((Hadamard((a, c)), d)),
    "a .* c": Hadamard((a, c)),
    "φ(a)": Apply("φ", (a,)),
    "phi(a)": Apply("φ", (a,)),
    "φ'(a)": Apply("φ", (a,), 1),
    "φ’’(a)": Apply("φ", (a,), 2),
    "σ''(a)": Apply("sigmoid", (a,), 2),
    "sigma(a)": Apply("sigmoid", (a,)),
    "σ(a)²": Pow(Apply("sigmoid", (a,)), TWO),
    "max(a, c, d)": Apply("max", (a, c, d)),
    "a(1 - a)": Mul((a, Add((ONE, Neg(a))))),
    "a(1 - a)²": Mul((a, Pow(Add((ONE, Neg(a))), TWO))),
    "Σ_k W[j,k] x[k] + a": Add((Sum(Mul((Ref("W", (j, k)), Ref("x", (k,)))), "k", ONE, n), a)),
    "sum(W[j,k]*x[k], k) + a": Add((Sum(Mul((Ref("W", (j, k)), Ref("x", (k,)))), "k", ONE, n), a)),
    "Σ_{k=1..n} x[k]": Sum(Ref("x", (k,)), "k", ONE, n),
    "Σ_{k=1}^{n} x[k]": Sum(Ref("x", (k,)), "k", ONE, n),
    "Σ_{k=1}^n x[k]": Sum(Ref("x", (k,)), "k", ONE, n),
    "∑ₖ x[k]": Sum(Ref("x", (k,)), "k", ONE, n),
    "sum(x[k], k=2..n)": Sum(Ref("x", (k,)), "k", TWO, n),
    "Σ_{j,k} W[j,k]": Sum(Sum(Ref("W", (j, k)), "k", ONE, n), "j", ONE, m),
    "2 Σ_k x[k] a": Mul((TWO, Sum(Mul((Ref("x", (k,)), a)), "k", ONE, n))),
    "a/Σ_k x[k]": Div(a, Sum(Ref("x", (k,)), "k", ONE, n)),
    "Σ_k -x[k]": Sum(Neg(Ref("x", (k,))), "k", ONE, n),
    "-Σ_k x[k]": Neg(Sum(Ref("x", (k,)), "k", ONE, n)),
    "[a > 0]": Indicator((a, num("0")), (">",)),
    "[a > 0] c": Mul((Indicator((a, num("0")), (">",)), c)),
    "c [a >= 0]": Mul((c, Indicator((a, num("0")), ("≥",)))),
    "x[k][j = k]": Mul((Ref("x", (k,)), Indicator((j, k), ("=",)))),
    "a[1 ≤ j-k ≤ n]": Mul((a, Indicator((ONE, Add((j, Neg(k))), n), ("≤", "≤")))),
    "x[k+1]": Ref("x", (Add((k, ONE)),)),
    "x[2 k - 1]": Ref("x", (Add((Mul((TWO, k)), Neg(ONE))),)),
    "∂E/∂w_o": Partial(E, w_o),
    "∂E/∂r_o·∂r_o/∂w_o": Mul((Partial(E, r_o), Partial(r_o, w_o))),
    "∂E/∂r_o ∂r_o/∂w_o": Mul((Partial(E, r_o), Partial(r_o, w_o))),
    "∂E/∂W[j,k]": Partial(E, Ref("W", (j, k))),
    "∂p[j]/∂x[k]": Partial(Ref("p", (j,)), Ref("x", (k,))),
    "∂/∂w_o(½ (t - r_o)²)": Partial(Mul((Div(ONE, TWO), Pow(Add((t, Neg(r_o))), TWO))), w_o),
    "∂(t - r_o)/∂w_o": Partial(Add((t, Neg(r_o))), w_o),
    "-∂E/∂w_o": Neg(Partial(E, w_o)),
    "∂E/∂w_o (t - r_o)": Mul((Partial(E, w_o), Add((t, Neg(r_o))))),
    "Δw_o": Increment(w_o),
    "w_o + Δw_o": Add((w_o, Increment(w_o))),
    "softmax(p[j], j)[1]": Softmax((Ref("p", (j,)),), "j", ONE, m, ONE),
    "softmax(p[q], q)[j]": Softmax((Ref("p", (Ref("q"),)),), "q", ONE, m, j),
    "softmax(p)[j]": Softmax((Ref("p", (Ref("q"),)),), "q", ONE, m, j),  # k is a letter in force here
    "softmax(a, c)[2]": Softmax((a, c), "", None, None, TWO),
    "0.10": num("0.1"),
    ".5": num("0.5"),
    "1e-3 a": Mul((num("0.001"), a)),
    "η": Ref("η"),
    "eta a": Mul((Ref("η"), a)),
}


@pytest.mark.parametrize(("text", "tree"), CASES.items(), ids=CASES)
def test_a_formula_is_read_as(text: str, tree: Expr) -> None:
    assert read(text) == tree


def test_spans_and_spellings_are_the_authors() -> None:
    expr = read("a + sigma(0.10 c)")
    assert isinstance(expr, Add)
    application = expr.terms[1]
    assert isinstance(application, Apply)
    assert application.span is not None
    assert (application.span.text, application.span.column) == ("sigma(0.10 c)", 5)
    assert application.spelling == "sigma"
    product = application.arguments[0]
    assert isinstance(product, Mul)
    assert isinstance(product.factors[0], Number)
    assert product.factors[0].spelling == "0.10"


def test_names_have_one_spelling_the_first() -> None:
    network = read_network("net_{h1} = eta w_1 i; out_h1 = σ(net_h1) + η + w₁")
    assert [definition.name for definition in network.definitions[:2]] == ["net_h1", "out_h1"]
    assert set(network.leaves) == {"w_1", "i", "eta", "t", network.rate}
    assert network.rate == "α"  # η is taken


@pytest.mark.parametrize(("one", "other"), [("ϵ", "ε"), ("µ", "μ"), ("𝑤", "w"), ("delta_h1", "δ_h1"), ("ﬀ", "ff"), ("Å", "Å")])
def test_lookalikes_are_one_name(one: str, other: str) -> None:
    network = read_network(f"y = {one} x; z = y + {other}")
    assert len([leaf for leaf in network.leaves if leaf not in ("x", "t", "η")]) == 1


@pytest.mark.parametrize("name", ["i", "E", "I", "d", "o", "N", "S", "Q", "beta", "gamma", "zeta", "lambda", "pi", "O"])
def test_ordinary_names_mean_nothing_special(name: str) -> None:
    network = read_network(f"y = {name} x + {name}")
    assert network.definitions[0].expr == Add((Mul((Ref(name), Ref("x"))), Ref(name)))


def test_the_authors_names_win_over_built_in_ones() -> None:
    network = read_network("log = w x; y = log(x + 1) + max; sum = σ; z = y sum(x)")
    y, z = network.by_name["y"][0].expr, network.by_name["z"][0].expr
    assert isinstance(y, Add)
    assert y.terms[0] == Mul((Ref("log"), Add((Ref("x"), ONE))))
    assert z == Mul((Ref("y"), Ref("sum"), Ref("x")))
    assert "max is a quantity here, not the function of that name" in network.notes


def test_an_application_or_a_product_depends_on_the_whole_text() -> None:
    network = read_network("function f\nz = f(x) g(x) + h(1)\ny = z g\nh = 2 w")
    assert network.by_name["z"][0].expr == Add((Mul((Apply("f", (Ref("x"),)), Ref("g"), Ref("x"))), Mul((Ref("h"), ONE))))


def test_abbreviations_are_read() -> None:
    delta = Abbreviation("δ_p", Partial(E, Ref("p", (j,))), ("j",), (RANGES[0],))
    single = Abbreviation("δ_o", Partial(E, r_o))
    known = {"δ_p": delta, "δ_o": single}
    assert read_expression("delta_o w_h", NETWORK, known) == Mul((Ref("δ_o"), w_h))
    assert read_expression("Σ_q δ_p[q]", NETWORK, known) == Sum(Ref("δ_p", (Ref("q"),)), "q", ONE, m)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no expression"),
        ("a +", "expected a formula, but found the end"),
        ("a = c", "a second `=` in one statement"),
        ("unknown a", "the name `unknown` is not defined"),
        ("x[l]", "the name `l` is not defined"),
        ("x", "an expression in indices is a number, but `x` is a vector of n"),
        ("w_o[1]", "`w_o` has no index, but stands here with 1"),
        ("Σ_l a", "nothing says how far the index `l` runs"),
        ("Δi", "`i` is no weight, so it is not changed by an update"),
        ("∂E/∂w_o²", "it is not clear what this power belongs to"),
        ("∂E/∂zz", "the name `zz` is not defined"),
        ("a^Σ_k x[k]", "a Σ in an exponent needs brackets"),
        ("softmax(a c)[1]", "this softmax does not say over which index"),
        ("Σ_{k=1..n}^n x[k]", "this Σ has two upper ends"),
        ("Σ_{l=1..l} l", "the name `l` is not defined"),
        ("Σ_{k=1} x[k]", "the range of `k` has no upper end"),
        ("sum(x[1])", "a sum without an index is over an array, but `x[1]` is a number"),
        ("max'(a, c)", "`max` takes several arguments, so a prime says too little"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    assert caught.value.message == message
    assert caught.value.span is not None


def test_a_formula_is_over_its_parameters() -> None:
    assert read_formula("y (1 - y)", ("x", "y")) == Mul((Ref("y"), Add((ONE, Neg(Ref("y"))))))
    assert read_formula("∂/∂x(max(0, x))", ("x",)) == Partial(Apply("max", (num("0"), Ref("x"))), Ref("x"))
    with pytest.raises(InputError, match="`z` cannot stand in this formula"):
        read_formula("x + z", ("x", "y"))
