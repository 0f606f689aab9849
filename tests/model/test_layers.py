"""The builder of layered networks, and the costs that it writes."""

from __future__ import annotations

import pytest

from symprop.errors import InputError
from symprop.model.expr import ONE, Ref
from symprop.model.functions import activation_functions
from symprop.model.layers import layered, parse_layers
from symprop.model.network import Objective, Role
from symprop.model.reader import read_network

SHAPES = ["1-1", "2-2-2", "2-3-1", "3-2-4-1", "n_0-n_1-n_2", "n-m", "4-n-2"]


@pytest.mark.parametrize("text", SHAPES)
@pytest.mark.parametrize("bias", [False, True])
def test_layers_read_as_networks(text, bias):
    network = read_network(layered(parse_layers(text), bias=bias))
    assert network.cost == "E"
    assert network.with_role(Role.INPUT)
    assert network.with_role(Role.TARGET)
    assert any(name.startswith("b") for name in network.with_role(Role.WEIGHT)) == bias


@pytest.mark.parametrize("name", [entry.name for entry in activation_functions()])
@pytest.mark.parametrize("text", ["2-3-2", "n_0-n_1-n_2"])
def test_every_activation_function_reads(name, text):
    cost = "cross-entropy" if name == "softmax" else "squared-error"
    network = read_network(layered(parse_layers(text), "tanh", name, True, cost))
    assert network.cost == "E"


def test_the_two_two_two_network():
    assert layered([2, 2, 2], bias=True) == (
        "inputs   i_1 i_2\n"
        "targets  t_1 t_2\n"
        "weights  w_1 w_2 w_3 w_4 w_5 w_6 w_7 w_8 b_h1 b_h2 b_o1 b_o2\n"
        "\n"
        "net_h1 = w_1 i_1 + w_2 i_2 + b_h1\n"
        "out_h1 = σ(net_h1)\n"
        "net_h2 = w_3 i_1 + w_4 i_2 + b_h2\n"
        "out_h2 = σ(net_h2)\n"
        "net_o1 = w_5 out_h1 + w_6 out_h2 + b_o1\n"
        "out_o1 = σ(net_o1)\n"
        "net_o2 = w_7 out_h1 + w_8 out_h2 + b_o2\n"
        "out_o2 = σ(net_o2)\n"
        "\n"
        "minimize E = ½ (t_1 - out_o1)² + ½ (t_2 - out_o2)²\n"
    )


def test_layers_of_any_width():
    assert layered(["n_0", "n_1", "n_2"], "tanh,sigmoid", bias=True) == (
        "inputs   x[n_0]\n"
        "targets  t[n_2]\n"
        "weights  W_1[n_1,n_0] b_1[n_1] W_2[n_2,n_1] b_2[n_2]\n"
        "\n"
        "z_1[j] = Σ_k W_1[j,k] x[k] + b_1[j]\n"
        "a_1[j] = tanh(z_1[j])\n"
        "z_2[j] = Σ_k W_2[j,k] a_1[k] + b_2[j]\n"
        "y[j] = σ(z_2[j])\n"
        "\n"
        "minimize E = ½ Σ_j (t[j] - y[j])²\n"
    )


def test_symbolic_layers_have_the_sizes_they_say():
    network = read_network(layered(["n_0", "n_1"]))
    assert [axis.upper for axis in network.axes("W")] == [Ref("n_1"), Ref("n_0")]
    assert all(axis.lower == ONE for axis in network.axes("y"))


def test_performance_is_maximised():
    network = read_network(layered([1, 1], cost="performance"))
    assert network.objective is Objective.MAXIMIZE
    assert network.cost == "P"


def test_dashes_of_all_kinds_separate():
    assert parse_layers("2–3−1") == [2, 3, 1]
    assert parse_layers(" 2 - n ") == [2, "n"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no size"),
        ("2", "at least one layer"),
        ("2-", "no size"),
        ("-2-1", "no size"),
        ("0-1", "no size"),
        ("2--3", "no size"),
        ("2.5-1", "no size"),
        ("2-x[1]-3", "no size"),
        ("9" * 5000 + "-1", "no size"),
        ("200-200", "40,000 weights"),
        ("99999999-99999999", "weights"),
    ],
)
def test_nonsense_is_refused(text, message):
    with pytest.raises(InputError) as caught:
        parse_layers(text)
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    "arguments",
    [
        {"activation": "simgoid"},
        {"activation": "max"},
        {"activation": "tanh,tanh,tanh"},
        {"activation": "tanh,tanh", "output_activation": "linear"},
        {"activation": ""},
        {"cost": "squared-eror"},
        {"sizes": [2, 0, 1]},
        {"sizes": [2]},
        {"sizes": ["x", "m"]},
        {"sizes": ["n", "W"]},
        {"sizes": ["n", "k"]},
    ],
)
def test_unusable_arguments_are_refused(arguments):
    with pytest.raises(InputError):
        layered(**{"sizes": [2, 2, 1], **arguments})


def test_near_matches_are_named():
    with pytest.raises(InputError) as caught:
        layered([2, 1], "simgoid")
    assert "sigmoid" in caught.value.hint
