"""Who is who on a page: functions, assumptions, brackets, and on pages about a part only what has a say in it."""

from __future__ import annotations

import pytest

from symprop import Network
from symprop.render import render

LAYER = "inputs x[n]\ntargets t[m]\nweights W[m,n]\nz[j] = Σ_k W[j,k] x[k]\n"


def roles(text: str, **options: object) -> str:
    return render(Network.read(text).derive(**options), "text", width=400).splitlines()[3]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("declared", "said"), [("function φ(x) = 2 x", "function φ(x) = 2 x."), ("function φ", "function φ (unknown).")]
)
def test_a_declared_function_is_told(declared: str, said: str) -> None:
    assert roles(f"{declared}\ny = φ(w x)").endswith(said)


def test_an_assumption_is_told_where_it_is_used() -> None:
    layer = LAYER + "y[j] = softmax(z[q], q)[j]\nassume sum(t[j], j) = 1\n"
    assert "It is assumed that Σ_j t[j] = 1." in roles(layer + "minimize E = -Σ_j t[j] log(y[j])")
    assert "assumed" not in roles(layer + "minimize E = ½ Σ_j (t[j] - y[j])²")


def test_a_bracket_is_explained() -> None:
    assert roles("y = relu(w x)").endswith("is 1 where it holds and 0 elsewhere.")
    assert "bracket" not in roles("y = tanh(w x)")


def test_a_page_about_a_part_names_only_what_is_in_it() -> None:
    text = "h = tanh(w_1 x)\ny = w_2 h + b"
    assert roles(text, of="h", wrt="w_1") == "Input x; weight w_1."
    assert "sizes m and n" in roles(LAYER + "minimize E = Σ_j z[j] t[j]", of="z", wrt="x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("inputs X[n,N]\nweights W[m,n] b[m]\nZ = W X + b\nminimize E = ‖Z‖²", r"$b \in \mathbb{R}^{m}$"),
        ("inputs X[n,N]\nweights W[m,n] b[m]\nZ = W X + b\nminimize E = ‖Z‖²", r"$X \in \mathbb{R}^{n \times N}$"),
        (
            "convention rows\ninputs X[N,n]\nweights W[n,m] b[m]\nZ = X W + b\nminimize E = ‖Z‖²",
            r"$b \in \mathbb{R}^{1 \times m}$",
        ),
        (
            "inputs x[n]\nweights W[L,n,n]\na[0] = x\na[l] = tanh(W[l] a[l-1])\nminimize C = ‖a[L]‖²",
            r"$W_l \in \mathbb{R}^{n \times n}\ (l = 1, \dots, L)$",
        ),
        (LAYER + "minimize E = Σ_j z[j] t[j]", "$W$ ($m$ × $n$)"),
    ],
)
def test_a_page_in_matrices_says_where_its_arrays_are_members(text: str, said: str) -> None:
    derivation = Network.read(text).derive()
    assert said in render(derivation, "markdown")
    assert r"\in" not in render(derivation, "text") + render(derivation, "json")
