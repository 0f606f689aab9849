"""The table of costs: every entry reads, over scalars and over an index."""

from __future__ import annotations

import pytest

from symprop.errors import InputError
from symprop.model.costs import COSTS, cost_text, cost_text_indexed, lookup_cost
from symprop.model.network import Objective
from symprop.model.reader import read_network

OUTPUTS = "y_1 = w_1 x_1\ny_2 = w_2 x_1\ny_3 = w_3 x_1\n"


@pytest.mark.parametrize("cost", COSTS.values(), ids=lambda c: c.name)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_scalar_costs_read(cost, count):
    outputs = [f"y_{k}" for k in range(1, count + 1)]
    targets = [f"t_{k}" for k in range(1, count + 1)]
    definitions = "".join(OUTPUTS.splitlines(keepends=True)[:count])
    network = read_network(definitions + cost_text(cost.name, outputs, targets))
    assert network.cost == cost.letter
    assert network.objective is cost.objective
    assert bool(network.assumptions) == (cost.one_hot and count > 1)


@pytest.mark.parametrize("cost", COSTS.values(), ids=lambda c: c.name)
def test_indexed_costs_read(cost):
    text = f"inputs x[n]\ntargets t[n]\nweights u[n]\ny[j] = u[j] x[j]\n{cost_text_indexed(cost.name, 'y', 't', 'j')}"
    network = read_network(text)
    assert network.cost == cost.letter
    assert network.objective is cost.objective
    assert bool(network.assumptions) == cost.one_hot


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("squared-error", "minimize E = ½ (t_1 - y_1)² + ½ (t_2 - y_2)²"),
        ("mse", "minimize E = ((t_1 - y_1)² + (t_2 - y_2)²)/2"),
        ("performance", "maximize P = -½ (t_1 - y_1)² - ½ (t_2 - y_2)²"),
        (
            "bce",
            "minimize E = -(t_1 log(y_1) + (1 - t_1) log(1 - y_1)) - (t_2 log(y_2) + (1 - t_2) log(1 - y_2))",
        ),
        ("cross_entropy", "minimize E = -t_1 log(y_1) - t_2 log(y_2)\nassume t_1 + t_2 = 1"),
    ],
)
def test_scalar_texts(name, text):
    assert cost_text(name, ["y_1", "y_2"], ["t_1", "t_2"]) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("squared-error", "minimize E = ½ Σ_j (t[j] - y[j])²"),
        ("mse", "minimize E = (Σ_j (t[j] - y[j])²)/n"),
        ("performance", "maximize P = -½ Σ_j (t[j] - y[j])²"),
        ("cross-entropy", "minimize E = -Σ_j t[j] log(y[j])\nassume t one-hot"),
    ],
)
def test_indexed_texts(name, text):
    assert cost_text_indexed(name, "y", "t", "j") == text


def test_names_are_forgiving_and_errors_name_the_nearest():
    assert lookup_cost("Squared Error") is COSTS["squared-error"]
    with pytest.raises(InputError) as caught:
        lookup_cost("squared-eror")
    assert "squared-error" in caught.value.hint
    with pytest.raises(InputError):
        cost_text("squared-error", ["y"], [])


def test_a_cost_of_the_right_kind():
    assert all(cost.text and cost.reference for cost in COSTS.values())
    assert COSTS["performance"].objective is Objective.MAXIMIZE
