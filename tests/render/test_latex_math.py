"""Formulas in LaTeX: what a textbook prints, and nothing that TeX, KaTeX or MathJax refuses."""

from __future__ import annotations

import re
import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.errors import InputError
from symprop.model.expr import (
    ONE,
    TWO,
    ZERO,
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
from symprop.model.functions import FUNCTIONS
from symprop.model.names import latex_name, normal
from symprop.model.network import Definition, Leaf, Network, Range, Role
from symprop.model.printer import to_text
from symprop.render.latex_math import to_latex
from symprop.render.notation import TABLES, Notation

HALF = Div(ONE, TWO)
E, I, J, K, N, T, R, X, Y, Z, W_O, W_H = map(Ref, ("E", "i", "j", "k", "n", "t", "r_o", "x", "y", "z", "w_o", "w_h"))
DIFFERENCE = Add((T, Neg(R)))


def sigma(argument: Expr, primes: int = 0) -> Apply:
    return Apply("sigmoid", (argument,), primes)


def call(name: str, *arguments: Expr) -> Apply:
    return Apply(name, arguments)


CASES = [
    # products, and where their signs are needed
    (Mul((W_O, W_H, I)), r"w_o\,w_h\,i"),
    (Mul((W_O, Mul((W_H, I)))), r"w_o(w_h\,i)"),
    (Mul((HALF, Pow(DIFFERENCE, TWO))), r"\frac{1}{2}(t - r_o)^2"),
    (Neg(Mul((DIFFERENCE, W_H, I))), r"-(t - r_o)\,w_h\,i"),
    (Mul((Y, Add((ONE, Neg(Y))))), "y(1 - y)"),
    (Mul((TWO, X)), "2x"),
    (Mul((TWO, Number(Fraction(3)), X)), r"2 \cdot 3x"),
    (Mul((X, TWO)), r"x \cdot 2"),
    (Mul((X, Pow(TWO, N))), r"x \cdot 2^n"),
    (Mul((Neg(X), Y)), r"(-x)\,y"),
    (Mul((X, Neg(Y))), "x(-y)"),
    (Mul((Ref("η"), X)), r"\eta\,x"),
    (Mul((Partial(E, R), Partial(R, W_O))), r"\frac{\partial E}{\partial r_o} \cdot \frac{\partial r_o}{\partial w_o}"),
    (Mul((Ref("η"), Partial(E, W_O))), r"\eta \cdot \frac{\partial E}{\partial w_o}"),
    (Mul((sigma(Z, 1), Sum(Mul((Ref("W", (K, J)), Ref("δ_h", (K,)))), "k", ONE, N))),
     r"\sigma'(z)\sum_{k=1}^n W_{kj}\,\delta_{h,k}"),
    (Mul((Sum(Ref("x", (K,)), "k", ONE, N), Y)), r"\left(\sum_{k=1}^n x_k\right)\,y"),
    (Mul((X, call("log", Y))), r"x\log(y)"),
    (Mul((X, Indicator((Z, ZERO), (">",)))), r"x\,\left[z > 0\right]"),
    # sums and signs
    (Add((X, Neg(Add((Y, Z))))), "x - (y + z)"),
    (Add((X, Add((Y, Z)))), "x + (y + z)"),
    (Add((Neg(X), Y)), "-x + y"),
    (Add((X, Neg(Neg(Y)))), "x - (-y)"),
    (Neg(Neg(X)), "-(-x)"),
    (Neg(Add((X, Y))), "-(x + y)"),
    (Add((Sum(X, "k", ONE, N), Y)), r"\sum_{k=1}^n x + y"),
    (Sum(Add((X, Y)), "k", ONE, N), r"\sum_{k=1}^n (x + y)"),
    (Sum(Neg(X), "k", ONE, Add((N, Neg(ONE)))), r"\sum_{k=1}^{n-1} (-x)"),
    (Sum(Div(X, Y), "k", ONE, N), r"\sum_{k=1}^n \frac{x}{y}"),
    (Hadamard((X, Add((Y, Z)))), r"x \odot (y + z)"),
    (Add((X, Hadamard((Y, Mul((Z, X)))))), r"x + y \odot z\,x"),
    # fractions and powers
    (Div(Pow(DIFFERENCE, TWO), TWO), r"\frac{(t - r_o)^2}{2}"),
    (Div(ONE, Add((ONE, call("exp", Neg(X))))), r"\frac{1}{1 + e^{-x}}"),
    (Pow(Div(X, Y), TWO), r"\left(\frac{x}{y}\right)^2"),
    (Pow(Pow(X, TWO), Number(Fraction(3))), "(x^2)^3"),
    (Pow(Neg(X), TWO), "(-x)^2"),
    (Neg(Pow(X, TWO)), "-x^2"),
    (Pow(Mul((X, Y)), TWO), r"(x\,y)^2"),
    (Pow(X, Neg(ONE)), "x^{-1}"),
    (Pow(X, HALF), "x^{1/2}"),
    (Pow(X, Number(Fraction(10))), "x^{10}"),
    (Pow(X, Pow(Y, TWO)), "x^{y^2}"),
    (Pow(W_O, TWO), "w_o^2"),
    (Pow(sigma(Z), TWO), r"\sigma(z)^2"),
    (Pow(call("exp", X), TWO), "(e^x)^2"),
    (Pow(Partial(E, X), TWO), r"\left(\frac{\partial E}{\partial x}\right)^2"),
    (Mul((X, Div(Y, Z))), r"x\,\frac{y}{z}"),
    # functions
    (sigma(Z), r"\sigma(z)"),
    (sigma(Div(X, Y), 1), r"\sigma'\left(\frac{x}{y}\right)"),
    (Apply("φ", (Ref("H_1"),), 1), r"\phi'(H_1)"),
    (Apply("f_1", (X,), 2), "f_1''(x)"),
    (Mul((Apply("φ", (X,)), Apply("φ", (Y,)))), r"\phi(x)\,\phi(y)"),
    (call("exp", Div(X, Y)), r"\exp\left(\frac{x}{y}\right)"),
    (Apply("exp", (X,), 1), r"\exp'(x)"),
    (call("max", ZERO, X), r"\max(0, x)"),
    (call("sqrt", Add((X, Y))), r"\sqrt{x + y}"),
    (Apply("sqrt", (X,), 1), r"\operatorname{sqrt}'(x)"),
    (call("abs", Neg(X)), r"\lvert-x\rvert"),
    (call("abs", X), r"\lvert x\rvert"),
    (call("abs", Div(X, Y)), r"\left\lvert\frac{x}{y}\right\rvert"),
    (Apply("log", (X,), spelling="ln"), r"\ln(x)"),
    (call("relu", X), r"\operatorname{ReLU}(x)"),
    (call("normpdf", X), r"\varphi(x)"),
    (Softmax((Ref("z", (K,)),), "k", ONE, N, J), r"\operatorname{softmax}_{k=1}^n(z_k)_j"),
    (Softmax((Ref("z_1"), Ref("z_2")), "", None, None, ONE), r"\operatorname{softmax}(z_1, z_2)_1"),
    # names, indices, numbers
    (Ref("W", (J, K)), "W_{jk}"),
    (Ref("W_1", (J, K)), "W_{1,jk}"),
    (Ref("W", (Ref("j"), Add((K, ONE)))), "W_{j,k+1}"),
    (Ref("W", (Number(Fraction(1)), Number(Fraction(12)))), "W_{1,12}"),
    (Ref("h", (Add((T, Neg(ONE))),)), "h_{t-1}"),
    (Ref("x", (J,)), "x_j"),
    (Ref("δ_h", (J,)), r"\delta_{h,j}"),
    (Ref("x", (Ref("n_1"),)), "x_{n_1}"),
    (Number(Fraction(1, 8)), "0.125"),
    (Number(Fraction(1, 3)), r"\frac{1}{3}"),
    (Number(Fraction(1, 10), "0.10"), "0.10"),
    (Number(Fraction(1, 1000), "1e-3"), "10^{-3}"),
    (Mul((X, Number(Fraction(1, 500), "2e-3"))), r"x(2 \cdot 10^{-3})"),
    # derivatives
    (Partial(Mul((HALF, Pow(DIFFERENCE, TWO))), R), r"\frac{\partial}{\partial r_o}\left(\frac{1}{2}(t - r_o)^2\right)"),
    (Partial(Mul((W_O, I)), W_O), r"\frac{\partial}{\partial w_o}(w_o\,i)"),
    (Partial(Ref("E_total"), Ref("out_o1")), r"\frac{\partial E_{\mathrm{total}}}{\partial\mathit{out}_{o1}}"),
    (Partial(E, Ref("W", (J, K))), r"\frac{\partial E}{\partial W_{jk}}"),
    (Increment(W_O), r"\Delta w_o"),
    (Increment(Ref("θ")), r"\Delta\theta"),
    (Indicator((ONE, Add((J, Neg(K))), N), ("≤", "≤")), r"\left[1 \le j - k \le n\right]"),
    (Indicator((I, J), ("≠",)), r"\left[i \ne j\right]"),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "latex"), CASES, ids=[latex for _, latex in CASES])
def test_formulas(expr, latex):
    assert to_latex(expr) == latex


@pytest.mark.parametrize(
    ("product", "latex"),
    [
        ("none", r"-2(1 + e^{-x})^{-2}\,e^{-x}\,y"),
        ("dot", r"-2(1 + e^{-x})^{-2} \cdot e^{-x} \cdot y"),
        ("times", r"-2(1 + e^{-x})^{-2} \times e^{-x} \times y"),
        ("star", r"-2(1 + e^{-x})^{-2} * e^{-x} * y"),
    ],
)
def test_signs_of_products(product, latex):
    minus = call("exp", Neg(X))
    expr = Neg(Mul((TWO, Pow(Add((ONE, minus)), Neg(TWO)), minus, Y)))
    assert to_latex(expr, notation=Notation(product=product)) == latex


@pytest.mark.parametrize("field", list(TABLES))
def test_a_spelling_that_the_table_lacks_is_refused(field):
    with pytest.raises(InputError, match=field):
        Notation(**{field: "bold"})


def network(*names: str) -> Network:
    axes = {"x": (Range("k", ONE, N),), "z": (Range("k", ONE, N),)}
    leaves = {name: Leaf(name, Role.INPUT, axes.get(name, ())) for name in names}
    return Network(leaves, (Definition("y", ZERO, Role.QUANTITY),))


def test_ranges_that_the_network_gives_are_left_out():
    total = Sum(Ref("x", (K,)), "k", ONE, N)
    assert to_latex(total, network=network("x")) == r"\sum_k x_k"
    part = Sum(Ref("x", (K,)), "k", TWO, N)
    assert to_latex(part, network=network("x")) == r"\sum_{k=2}^n x_k"
    soft = Softmax((Ref("z", (K,)),), "k", ONE, N, J)
    assert to_latex(soft, network=network("z")) == r"\operatorname{softmax}(z)_j"


def test_a_function_does_not_look_like_a_quantity():
    assert to_latex(sigma(X), network=network("sigma")) == r"\operatorname{sigmoid}(x)"


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("w_o", "w_o"),
        ("w_1", "w_1"),
        ("x1", "x_1"),
        ("w_ij", "w_{ij}"),
        ("w_h_1", "w_{h,1}"),
        ("A_21", "A_{21}"),
        ("hy_1", r"\mathit{hy}_1"),
        ("out_h1", r"\mathit{out}_{h1}"),
        ("out_{h1}", r"\mathit{out}_{h1}"),
        ("E_total", r"E_{\mathrm{total}}"),
        ("eta", r"\eta"),
        ("δ_o1", r"\delta_{o1}"),
        ("delta_o1", r"\delta_{o1}"),
        ("alpha1", r"\alpha_1"),
        ("w_α", r"w_\alpha"),
        ("y_αh", r"y_{\alpha h}"),
        ("ŷ", r"\hat{y}"),
        ("x̂_1", r"\hat{x}_1"),
        ("w_ijk", "w_{ijk}"),
        ("metal", r"\mathit{metal}"),
        ("lambda", r"\lambda"),
    ],
)
def test_names(name, latex):
    assert latex_name(name) == latex


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("out_{h1}", "out_h1"),
        ("eta", "η"),
        ("delta_h1", "δ_h1"),
        ("alpha1", "α1"),
        ("beta_total", "β_total"),
        ("w_alpha", "w_α"),
        ("metal", "metal"),
        ("betas", "betas"),
        ("µ", "μ"),
        ("ϵ", "ε"),
        ("varphi", "φ"),
        ("𝑤_1", "w_1"),
        ("w₁", "w_1"),
    ],
)
def test_keys_of_names(name, key):
    assert normal(name) == key
    assert normal(key) == key


# ------------------------------------------------------------------------------------------ random trees

names = st.sampled_from(["x", "w_o", "out_h1", "E_total", "δ_o1", "η", "hy_1", "ŷ", "A_21", "ж"])
numbers = st.fractions(0, 20, max_denominator=40).map(Number)
leaves = numbers | names.map(Ref) | st.builds(lambda n: Ref(n, (J, Add((K, Neg(ONE))))), names)
FUNCTION_NAMES = [name for name, entry in FUNCTIONS.items() if entry.arity == 1] + ["φ", "my_f"]


def grown(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        several.map(Add),
        several.map(Mul),
        several.map(Hadamard),
        inner.map(Neg),
        st.builds(Div, inner, inner),
        st.builds(Pow, inner, inner),
        st.builds(lambda f, e, p: Apply(f, (e,), p), st.sampled_from(FUNCTION_NAMES), inner, st.integers(0, 2)),
        several.map(lambda arguments: Apply("max", arguments)),
        st.builds(lambda e, u: Sum(e, "k", ONE, u), inner, inner),
        st.builds(lambda a, b: Indicator((a, b), ("≤",)), inner, inner),
        st.builds(Partial, inner, names.map(Ref)),
        several.map(lambda arguments: Softmax(arguments, "", None, None, ONE)),
        names.map(lambda n: Increment(Ref(n))),
    )


trees = st.recursive(leaves, grown, max_leaves=15)
COMMANDS = re.compile(r"\\(?:[A-Za-z]+|[,_])")


@given(trees, st.sampled_from(["none", "dot", "times", "star"]))
def test_every_formula_is_balanced_and_plain(expr, product):
    latex = to_latex(expr, notation=Notation(product=product))
    assert latex.isascii()
    assert "  " not in latex
    depth = 0
    for character in latex:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    assert len(re.findall(r"\\left(?![a-z])", latex)) == len(re.findall(r"\\right(?![a-z])", latex))
    rest = re.sub(r"\\left\\lvert|\\right\\rvert|\\left.|\\right.", "", latex)
    assert rest.count("(") == rest.count(")")
    assert not re.search(r"[\^_]$|\^[^{}\s]\^|'\^'", latex)


@pytest.mark.slow
def test_formulas_compile(tmp_path: Path):
    """Every case goes through pdfLaTeX with amsmath alone."""
    compiler = shutil.which("pdflatex")
    if compiler is None:
        pytest.fail("pdflatex is not installed: install texlive-latex-base")
    rows = "\n".join(rf"\[ {latex} \]" for _, latex in CASES)
    functions = "\n".join(rf"\[ {entry.latex}{{}} \]" for entry in FUNCTIONS.values())
    page = rf"\documentclass{{article}}\usepackage{{amsmath}}\begin{{document}}{rows}{functions}\end{{document}}"
    (tmp_path / "page.tex").write_text(page, encoding="utf-8")
    done = subprocess.run(
        [compiler, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "page.tex"],
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]


def test_a_factor_of_one_stands_apart() -> None:
    w, v = Ref("w"), Ref("v")
    assert to_latex(Mul((ONE, w))) == r"1 \cdot w"
    assert to_latex(Mul((w, ONE, v))) == r"w \cdot 1 \cdot v"
    assert to_latex(Mul((TWO, w))) == "2w"
    assert to_text(Mul((ONE, w))) == "1·w"
    assert to_text(Mul((ONE, Add((w, v))))) == "1·(w + v)"
    assert to_text(Mul((TWO, w))) == "2 w"
