"""A function that the network declares must not change what a function of the table means."""

from __future__ import annotations

import pytest

from symprop.derivation import derive
from symprop.errors import InputError
from symprop.model.reader import read_network


@pytest.mark.parametrize(
    ("declared", "output"),
    [
        ("exp(x) = 2 x", "σ(z)"),
        ("exp", "σ(z)"),
        ("sigmoid(x) = 2 x", "softplus(z)"),
        ("exp(x) = 2 x", "softplus(z)"),
        ("log(x) = 2 x", "i^z"),
        ("max(x) = 2 x", "relu(z)"),
        ("sign(x) = 2 x", "abs(z)"),
        ("cos(x) = 2 x", "sin(z)"),
    ],
)
def test_a_formula_that_would_mean_something_else_is_refused(declared: str, output: str) -> None:
    network = read_network(f"function {declared}; z = w i; y = {output}; minimize E = (t - y)²")
    with pytest.raises(InputError, match="of its own"):
        derive(network)


@pytest.mark.parametrize(("declared", "output"), [("exp(x) = 2 x", "exp(z)"), ("cos", "σ(z)"), ("f(x) = 2 x", "f(σ(z))")])
def test_what_no_formula_speaks_of_may_be_declared(declared: str, output: str) -> None:
    derive(read_network(f"function {declared}; z = w i; y = {output}; minimize E = (t - y)²"))
