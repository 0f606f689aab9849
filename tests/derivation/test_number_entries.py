"""Worked numbers of indexed networks: line by line for each entry, or the first entries of long arrays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from symprop.cli.bundled import examples
from symprop.derivation import derive
from symprop.derivation.step import Chain, Numbers, Table
from symprop.errors import InputError
from symprop.model.printer import to_text
from symprop.model.reader import read_network
from symprop.render import FORMATS, render

TANH = examples()["tanh-regression"].read_text("utf-8")
SMALL = """
values x = [0.5, -1], t = [1], W = [[0.1, 0.2], [0.3, -0.4]], b = [0, 0.1], V = [[0.5, -0.5]], c = [0.25], η = 0.1
"""
TUTORIAL = """
inputs i[2]
targets t[2]
constants b[2] d[2]
weights W[2,2] V[2,2]
net[j] = Σ_k W[j,k] i[k] + b[j]
out[j] = σ(net[j])
z[p] = Σ_j V[p,j] out[j] + d[p]
y[p] = σ(z[p])
minimize E = ½ Σ_p (t[p] - y[p])²
values i = [0.05, 0.10], t = [0.01, 0.99], η = 0.5, b = [0.35, 0.35], d = [0.60, 0.60]
values W = [[0.15, 0.20], [0.25, 0.30]], V = [[0.40, 0.45], [0.50, 0.55]]
"""


def numbers(text: str, **options: object) -> Numbers:
    made = derive(read_network(text), numbers=True, **options).numbers  # type: ignore[arg-type]
    assert made is not None
    return made


def lines(made: Numbers) -> Iterator[str]:
    for section in made.sections:
        for block in section.blocks:
            yield from map(_line, block.chains if isinstance(block, Table) else ())


def _line(chain: Chain) -> str:
    return to_text(chain.left) + "".join(f" {link.relation} {to_text(link.expr)}" for link in chain.links)


@pytest.mark.parametrize("style", ["chain", "delta"])
def test_every_entry_has_its_line(style: str) -> None:
    told = set(lines(numbers(TANH + SMALL, style=style, digits=6)))
    assert {
        "z[1] = W[1,1]·x[1] + W[1,2]·x[2] + b[1] = 0.1·0.5 + 0.2 (−1) + 0 = −0.15",
        "h[2] = tanh(z[2]) = tanh(0.65) ≈ 0.57167",
        "δ_y[1] = −(t[1] − y[1]) ≈ −(1 − (−0.110277)) ≈ −1.110277",
        "∂E/∂W[1,1] = δ_z[1]·x[1] ≈ (−0.542833)·0.5 ≈ −0.271417",
        "W[1,1] ← W[1,1] − η·∂E/∂W[1,1] ≈ 0.1 − 0.1 (−0.271417) ≈ 0.127142",
    } <= told


def test_the_tutorial_in_arrays_has_the_numbers_of_the_tutorial() -> None:
    values = numbers(TUTORIAL).values
    assert values["forward"]["E"] == "0.298371109"
    assert values["updated"] == {
        "V[1,1]": "0.35891648", "V[1,2]": "0.408666186", "V[2,1]": "0.51130127", "V[2,2]": "0.561370121",
        "W[1,1]": "0.149780716", "W[1,2]": "0.199561432", "W[2,1]": "0.249751144", "W[2,2]": "0.299502287",
    }  # fmt: skip
    assert values["after"]["E"] == "0.291027774"


def test_of_long_arrays_the_first_entries_are_shown() -> None:
    row = "[" + ", ".join(f"0.{n}" for n in range(10, 30)) + "]"
    text = "inputs x[n]; targets t; weights w[n]; z = Σ_k w[k] x[k]; y = σ(z); minimize E = ½ (t - y)²; "
    made = numbers(text + f"values x = {row}, w = {row}, t = 1, η = 0.5", digits=4)
    assert list(made.values["gradients"]) == ["w[1]", "w[2]", "w[3]"]
    assert made.values["forward"]["z"] == "0.827"
    (first, *_) = made.sections
    assert "w has 20" in "".join(p if isinstance(p, str) else to_text(p) for p in first.blocks[0].text)  # type: ignore[union-attr]


def test_every_format_prints_entries() -> None:
    derivation = derive(read_network(TANH + SMALL), numbers=True, digits=6)
    for form in FORMATS:
        assert "0.127142" in render(derivation, form)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TANH + "values x = [1, 2], t = [1]", "have no value"),
        (TANH.replace("minimize", "q[p] = y[p]\nminimize") + SMALL, ""),
        (
            "inputs x[n]; weights w[n] w_1; minimize E = Σ_k w[k] x[k] + w_1; values x=[1], w=[2], w_1=3, η=1",
            "two quantities",
        ),
    ],
)
def test_what_cannot_be_worked_out_is_said(text: str, message: str) -> None:
    if not message:
        with pytest.raises(InputError, match="single number"):
            numbers(text, of="y")
        return
    with pytest.raises(InputError, match=message):
        numbers(text)
