"""Pre-activations get names of their own, whatever names the author has."""

from __future__ import annotations

from symprop.derivation import derive
from symprop.model.names import free_name
from symprop.model.preactivations import name_preactivations
from symprop.model.reader import read_network


def test_two_activations_whose_pre_activations_would_have_one_name() -> None:
    network = read_network("out_h = σ(w x); h = tanh(v x); minimize E = (t - out_h - h)²")
    _, made = name_preactivations(network)
    assert [d.name for d in made] == ["net_h", "net_h_1"]
    assert list(derive(network).gradients) == ["w", "v"]


def test_the_definitions_of_one_activation_share_a_name() -> None:
    network = read_network("inputs x[T]; weights u v; h[0] = tanh(u); h[t] = tanh(u h[t-1] + v x[t]); minimize E = h[T]²")
    _, made = name_preactivations(network)
    assert {d.name for d in made} == {"net_h"}


def test_the_slope_of_a_function_is_no_activation() -> None:
    network = read_network("z = w x; y = σ'(z + 1); minimize E = (t - y)²")
    assert name_preactivations(network) == (network, ())


def test_a_free_name_keeps_clear_of_every_spelling_of_what_is_taken() -> None:
    assert free_name(["delta_h", "delta_z"], {"δ_h"}) == "delta_z"
    assert free_name(["net_h"], {"net_h", "net_h_1"}) == "net_h_2"
