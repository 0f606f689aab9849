"""Linear units: weighted sums whose activation function is the identity."""

from __future__ import annotations

import pytest

from symprop.cli.bundled import examples
from symprop.derivation import derive
from symprop.derivation.step import Prose
from symprop.model.linear import linear_units
from symprop.model.printer import to_text
from symprop.model.reader import read_network

HIDDEN = "z = w x; h = σ(z); "


@pytest.mark.parametrize(
    ("text", "units"),
    [
        (HIDDEN + "y = v h + b; minimize E = ½ (t - y)²", ("y",)),
        (HIDDEN + "y = v h + x; minimize E = ½ (t - y)²", ("y",)),
        (HIDDEN + "y = h + x; minimize E = ½ (t - y)²", ()),
        (HIDDEN + "y = v w h; minimize E = ½ (t - y)²", ()),
        (HIDDEN + "y = v h²; minimize E = ½ (t - y)²", ()),
        (HIDDEN + "p = u h; q = v x; a = p + q; y = tanh(a); minimize E = ½ (t - y)²", ()),
        ("y = w x + b; minimize E = ½ (t - y)²", ()),
    ],
)
def test_which_quantities_are_linear_units(text: str, units: tuple[str, ...]) -> None:
    assert linear_units(read_network(text)) == units


def test_a_linear_output_has_a_delta_that_the_layer_below_uses() -> None:
    derivation = derive(read_network(examples()["tanh-regression"].read_text("utf-8")), style="delta")
    assert to_text(derivation.delta_forms["y"]) == "−(t[p] − y[p])"
    assert to_text(derivation.delta_forms["z"], derivation.network) == "(1 − h[j]²)·Σ_p δ_y[p]·V[p,j]"
    assert to_text(derivation.result("V")) == "δ_y[p]·h[j]"


def test_the_deltas_of_an_indexed_quantity_have_the_indices_of_both() -> None:
    derivation = derive(read_network(examples()["tanh-regression"].read_text("utf-8")), of="y", style="delta")
    assert {name: to_text(short.ref) for name, short in derivation.deltas.items()} == {"z": "δ[p,j]"}
    assert to_text(derivation.result("W")) == "δ[p,j]·x[k]"
    assert all(step.verdict.holds for step in derivation.steps)


def test_a_recurrence_says_which_delta_comes_first() -> None:
    derivation = derive(read_network(examples()["recurrent-any-length"].read_text("utf-8")), style="delta")
    prose = [block.text for section in derivation.sections for block in section.blocks if isinstance(block, Prose)]
    (sentence,) = (text for text in prose if "computed before" in str(text))
    assert [to_text(piece) for piece in sentence if not isinstance(piece, str)] == ["δ_a[t]", "∂E/∂a[t]", "δ_a[t+1]"]
