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
