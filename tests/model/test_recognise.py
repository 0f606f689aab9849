"""Activations that were written out are known by their name; what only looks like one is left alone."""

from __future__ import annotations

import pytest

from symprop.derivation import derive
from symprop.model.functions import FUNCTIONS
from symprop.model.network import Role
from symprop.model.printer import to_text
from symprop.model.reader import read_network
from symprop.model.recognise import WRITTEN, recognise


@pytest.mark.parametrize(("function", "form"), [(f, form) for f, forms in WRITTEN.items() for form in forms])
def test_each_form_is_its_function(function: str, form: str) -> None:
    network = read_network(f"x = w i; y = {form}; minimize E = ½ (t - y)²")
    found = recognise(network).network
    assert found.by_name["y"][0].expr.function == function  # type: ignore[attr-defined]
    assert found.by_name["x"][0].role is Role.PREACTIVATION
    # The gate compares the written form with the named one, and the slope of the one with that of the other.
    told = derive(network, style="delta")
    assert to_text(told.delta_forms["x"]) == to_text(
        derive(
            read_network(f"x = w i; y = {FUNCTIONS[function].spellings[-1]}(x); minimize E = ½ (t - y)²"), style="delta"
        ).delta_forms["x"]
    ).replace(FUNCTIONS[function].spellings[-1], FUNCTIONS[function].spellings[0])


@pytest.mark.parametrize(
    "formula",
    ["1/(1 + exp(x))", "1/(1 - exp(-x))", "2/(1 + exp(-x))", "(exp(x) + exp(-x))/(exp(x) - exp(-x))", "max(1, x)", "x σ(i)"],
)
def test_what_is_no_activation_stays(formula: str) -> None:
    network = read_network(f"x = w i; y = {formula}; minimize E = ½ (t - y)²")
    assert recognise(network).network is network
    derive(network, style="delta")


def test_an_argument_is_named_and_the_authors_form_stays_on_the_page() -> None:
    told = derive(read_network("y = 1/(1 + exp(-(w x + b))); minimize E = ½ (t - y)²"), style="delta")
    (line,) = (c for c in told.chains if to_text(c.left) == "y")
    assert [to_text(link.expr) for link in line.links] == ["1/(1 + exp(−net_y))", "σ(net_y)"]


def test_a_function_of_ones_own_comes_first() -> None:
    network = read_network("function σ(x) = 3 x; y = 1/(1 + exp(-(w x))); z = σ(y); minimize E = ½ (t - z)²")
    told = derive(network, style="delta")
    assert "σ" not in to_text(told.network.by_name["y"][0].expr)


@pytest.mark.parametrize("declared", ["exp(x) = 2 x", "exp", "sigmoid(x) = x²"])
def test_functions_of_the_authors_own_are_not_those_of_the_table(declared: str) -> None:
    network = read_network(f"function {declared}; z = w i; y = 1/(1 + exp(-z)); minimize E = ½ (t - y)²")
    assert recognise(network).network is network
    derive(network)
