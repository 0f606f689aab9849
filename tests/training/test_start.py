"""Where weights start, what is held, what comes out, and gradients against differences."""

from __future__ import annotations

import math

import pytest

from symprop.codegen import compile_network
from symprop.errors import InputError
from symprop.model.network import Network, Role
from symprop.model.reader import read_network
from symprop.training import Data, compare_gradients, from_table, held, outputs, own_sizes, own_values, start
from symprop.training.blocks import Block
from symprop.training.outputs import output_names

LAYERS = read_network(
    "inputs x[n]; targets t[m]; weights W[h,n] b[h] V[m,h] c[m]\n"
    "z[j] = tanh(Σ_k W[j,k] x[k] + b[j]); y[q] = Σ_j V[q,j] z[j] + c[q]; minimize E = ½ Σ_q (t[q] - y[q])²; values h = 50"
)
TABLE = "x_1,x_2,x_3,t_1,t_2\n1,2,3,4,5\n0,1,0,1,0\n"


def begun(network: Network, data: Data, given: dict[str, Block] | None = None, seed: int = 0) -> dict[str, Block]:
    compiled = compile_network(network, "python", sizes=own_sizes(network))
    return start(compiled.program, data, given or {}, seed).weights


def test_random_weights_suit_the_sums_that_they_stand_in() -> None:
    weights = begun(LAYERS, from_table(LAYERS, TABLE, "d.csv"))
    assert {name: block.shape for name, block in weights.items()} == {"W": (50, 3), "b": (50,), "V": (2, 50), "c": (2,)}
    assert set(weights["b"].values) == set(weights["c"].values) == {0.0}
    for name, terms in (("W", 3), ("V", 50)):
        reach = max(map(abs, weights[name].values))
        assert 0.8 * math.sqrt(3 / terms) < reach <= math.sqrt(3 / terms)
        assert len(set(weights[name].values)) == len(weights[name].values)


def test_scalars_are_counted_term_by_term() -> None:
    network = read_network("net = w_1 x_1 + w_2 x_2 + w_3 x_3 + b; y = tanh(net); minimize E = (t - y)² + ½ b²")
    weights = begun(network, from_table(network, "x_1,x_2,x_3,t\n1,1,1,1\n", "d.csv"))
    assert weights["b"].values[0] == 0
    assert all(0 < abs(weights[f"w_{number}"].values[0]) <= 1 for number in (1, 2, 3))


def test_the_seed_decides_and_given_weights_win() -> None:
    data = from_table(LAYERS, TABLE, "d.csv")
    assert begun(LAYERS, data) == begun(LAYERS, data)
    assert begun(LAYERS, data)["W"] != begun(LAYERS, data, seed=1)["W"]
    given = {"c": Block.of([7, 8], (2,))}
    assert begun(LAYERS, data, given)["c"] == given["c"]


@pytest.mark.parametrize(
    ("values", "given", "message"),
    [
        ("", {}, "the size h is not known"),
        ("; values h = 0", {}, "whole number above 0"),
        ("; values h = 2.5", {}, "whole number above 0"),
        ("; values h = 2", {"W": Block.of(range(6), (2, 3)), "c": Block.of(range(3), (3,))}, "c has 3 entries where 2"),
        ("; values h = 2", {"W": Block.of(range(9), (3, 3))}, "3 entries where 2"),
    ],
)
def test_sizes_that_are_unknown_or_do_not_fit(values: str, given: dict[str, Block], message: str) -> None:
    from symprop.model.printer import network_text

    text = network_text(LAYERS).partition("values")[0]
    network = read_network(text + values)
    with pytest.raises(InputError, match=message):
        begun(network, from_table(network, TABLE, "d.csv"), given)


def test_weights_that_are_held_are_constants_with_values() -> None:
    network = read_network("y = w_1 x + w_2; minimize E = (t - y)²; values w_1 = 2, x = 1, t = 5")
    now, kept = held(network, ["w₂"], {})
    assert now.with_role(Role.WEIGHT) == ("w_2",)
    assert {name: block.nested() for name, block in kept.items()} == {"w_1": 2}
    assert held(network, [], {}) == (network, {})
    with pytest.raises(InputError, match="w_2 is not trained, so it needs a value"):
        held(network, ["w_1"], {})
    assert held(network, ["w_1"], {"w_2": Block.of([4])})[0].values["w_2"] == 4.0
    with pytest.raises(InputError, match="did you mean w_1"):
        held(network, ["ww_1"], {})


def test_outputs_are_what_the_cost_compares_with_targets() -> None:
    network = read_network("h = tanh(w x); y_1 = v h; y_2 = u h; E_1 = (t_1 - y_1)²; E_2 = (t_2 - y_2)²; minimize E = E_1 + E_2")
    assert output_names(network) == ("y_1", "y_2")
    assert output_names(LAYERS) == ("y",)


@pytest.mark.parametrize("backend", ["python", "numpy", "c"])
def test_outputs_of_one_example(backend: str) -> None:
    network = read_network("inputs x[2]; targets t[2]; weights w[2]; y[k] = w[k] x[k]; minimize E = Σ_k (t[k] - y[k])²\n"
                           "values x = [1, 2], t = [0, 0], w = [3, 4]")  # fmt: skip
    data = own_values(network)
    assert outputs(compile_network(network, backend), begun(network, data), data) == {"y": [3, 8]}


@pytest.mark.parametrize("backend", ["python", "numpy", "c"])
def test_gradients_agree_with_differences(backend: str) -> None:
    data = from_table(LAYERS, TABLE, "d.csv")
    compiled = compile_network(LAYERS, backend, sizes=own_sizes(LAYERS))
    worst = compare_gradients(compiled, begun(LAYERS, data), data, 0)
    assert worst.agrees
    assert worst.difference < 1e-8
    assert worst.compared == 100 + 50 + 100 + 2


def test_a_wrong_gradient_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    data = from_table(LAYERS, TABLE, "d.csv")
    compiled = compile_network(LAYERS, "python", sizes=own_sizes(LAYERS))
    right = compiled.gradients

    def wrong(*arguments: object) -> dict[str, object]:
        made = right(*arguments)  # type: ignore[arg-type]
        made["V"][1][2] *= 1.001
        return made

    monkeypatch.setattr(compiled, "gradients", wrong)
    weights = begun(LAYERS, data)
    worst = compare_gradients(compiled, weights, data, 0)
    assert not worst.agrees
    assert worst.entry == "V[2,3]"


def test_at_a_minimum_rounding_is_no_difference() -> None:
    network = read_network("y = w x; minimize E = (t - y)² + 1; values w = 2, x = 3, t = 6")
    data = own_values(network)
    assert compare_gradients(compile_network(network, "python"), begun(network, data), data, 0).agrees


def test_at_a_kink_they_differ() -> None:
    network = read_network("y = abs(w); minimize E = y + x - t; values w = 0, x = 0.5, t = 0")
    compiled, data = compile_network(network, "python"), own_values(network)
    assert compare_gradients(compiled, begun(network, data), data, 0).difference == 0  # a symmetric kink has the slope 0
    bent = read_network("y = relu(w); minimize E = y + x - t; values w = 0, x = 0.5, t = 0")
    assert not compare_gradients(compile_network(bent, "python"), begun(bent, data), data, 0).agrees
