"""Weights are written with all their digits, and read back by us and by the reader of networks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.errors import InputError
from symprop.model.network import Network
from symprop.model.printer import network_text
from symprop.model.reader import read_network
from symprop.training import read_weights, weights_text
from symprop.training.blocks import Block
from symprop.training.data import block_of

NETWORK = read_network(
    "inputs x[n]; targets t; weights W[m,n] b[m] v θ K[2,m,n]\n"
    "h[j] = tanh(Σ_k W[j,k] x[k] + b[j])\ny = v Σ_j h[j] + θ\n"
    "R = Σ_i Σ_j Σ_k K[i,j,k]²\nminimize E = (t - y)² + R\nvalues v = 1"
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def bare(network: Network) -> str:
    return network_text(replace(network, values={}))


@given(st.data(), st.integers(1, 3), st.integers(1, 12))
def test_every_bit_comes_back(draw: st.DataObject, m: int, n: int) -> None:
    shapes = {"W": (m, n), "b": (m,), "v": (), "θ": (), "K": (2, m, n)}
    weights = {}
    for name, shape in shapes.items():
        count = 1
        for length in shape:
            count *= length
        weights[name] = Block.of(draw.draw(st.lists(NUMBERS, min_size=count, max_size=count)), shape)
    text = weights_text(weights, ("a comment",))
    assert all(len(line) <= 130 for line in text.splitlines())
    assert read_weights(NETWORK, text, "w.net") == weights
    whole = read_network(f"{bare(NETWORK)}\n{text}")
    assert {name: block_of(value) for name, value in whole.values.items()} == weights
    assert read_weights(NETWORK, network_text(whole), "whole.net") == weights


def test_a_matrix_has_its_rows_on_lines() -> None:
    text = weights_text({"K": Block.of(range(8), (2, 2, 2))})
    assert text == "values K = [[[0.0, 1.0],\n    [2.0, 3.0]],\n    [[4.0, 5.0],\n    [6.0, 7.0]]]\n"


def test_weights_by_hand() -> None:
    text = "values theta = −1.5e-3; v=.5, b = [1,\n 2]  # so\nvalues\tW = [[1],[2]]"
    found = read_weights(NETWORK, text, "w.net")
    assert {name: block.nested() for name, block in found.items()} == {"θ": -0.0015, "v": 0.5, "b": [1, 2], "W": [[1], [2]]}


TROUBLE = {
    "no such weight": ("values u = 1", "no weight u", (1, 8)),
    "near": ("values thetta = 1", "did you mean θ", (1, 8)),
    "not a list": ("values b = 1", "nested 1 deep", (1, 8)),
    "a list": ("values v = [1]", "one number", (1, 8)),
    "twice": ("values v = 1\nvalues v = 2", "two values", (2, 8)),
    "ragged": ("values W = [[1, 2], [3]]", "different lengths", (1, 23)),
    "nested unlike": ("values W = [1, [2]]", "nested unlike", (1, 16)),
    "nested unlike too": ("values W = [[1], 2]", "nested unlike", (1, 18)),
    "an empty list": ("values b = []", "empty", (1, 13)),
    "no end": ("values b = [1, 2", "has no end", (1, 16)),
    "no value": ("values v", "needs `=`", (1, 8)),
    "a word": ("values v = red", "a number is expected", (1, 12)),
    "nothing": ("values v, ", "needs `=`", (1, 8)),
    "an input": ("values x = [1]", "holds no weight", None),
    "empty": ("# nothing\n", "no definition", (1, 1)),
}


@pytest.mark.parametrize(("text", "message", "place"), TROUBLE.values(), ids=TROUBLE)
def test_what_cannot_be_read_is_said_with_its_place(text: str, message: str, place: tuple[int, int] | None) -> None:
    with pytest.raises(InputError) as caught:
        read_weights(NETWORK, text, "w.net")
    assert message in str(caught.value)
    span = caught.value.span
    assert (span and (span.line, span.column)) == place


def test_a_whole_network_may_have_other_values_too() -> None:
    text = bare(NETWORK) + "\nvalues v = 2, t = 4, x = [1]"
    assert {name: block.nested() for name, block in read_weights(NETWORK, text, "n.net").items()} == {"v": 2.0}


def test_an_unknown_value_in_a_foreign_network_is_no_matter() -> None:
    assert list(read_weights(NETWORK, "y = v u x\nvalues v = 2, u = 1", "n.net")) == ["v"]
