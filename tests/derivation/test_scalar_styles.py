"""The styles for scalar networks: what they tell, how they shorten what is long, and that they refuse the rest."""

from __future__ import annotations

import pytest

from symprop.cli.bundled import examples
from symprop.derivation import Derivation, derive
from symprop.derivation.pathwise import MOST_PATHS
from symprop.derivation.step import Chain
from symprop.errors import InputError
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.printer import to_text
from symprop.model.reader import read_network
from symprop.model.walk import free_names

STYLES = ("expanded", "paths")
SCALAR = ("linear", "two-two-two", "xor", "recurrent", "sigmoid-chain", "skip", "swish-gate", "two-paths", "two-paths-unknown")
INDEXED = ("attention-scores", "l2", "relu-mlp", "sigmoid-layers", "tanh-regression")


def told(name: str, style: str, detail: int) -> Derivation:
    return derive(read_network(examples()[name].read_text("utf-8")), style=style, detail=detail)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "style"), [(n, s) for n in SCALAR for s in STYLES])
def test_every_derivative_that_was_asked_for_is_told(name: str, style: str) -> None:
    for detail in (1, 3):
        derivation = told(name, style, detail)
        asked = {gradient.partial for gradient in derivation.gradients.values()}
        assert asked <= {chain.left for chain in derivation.chains}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", INDEXED)
def test_indexed_networks_are_refused(name: str, style: str) -> None:
    with pytest.raises(InputError, match="single numbers"):
        told(name, style, 1)


def test_of_a_cost_that_is_long_when_written_out_only_what_varies_is_written() -> None:
    derivation = told("two-two-two", "expanded", 1)
    assert to_text(derivation_line(derivation, "E_total")) == "½ (target_o1 − σ(w_5·out_h1 + w_6·out_h2 + b_2))² + E_o2"
    form = next(c.links[-1].expr for c in derivation.chains if c.left == derivation.gradients["w_1"].partial)
    assert {"out_h2", "w_5", "w_7"} <= free_names(form)
    assert not {"out_h1", "net_h1", "E_o1"} & free_names(form)


def derivation_line(derivation: Derivation, name: str) -> Expr:
    """What the first section after the network says of *name*."""
    (chain,) = (block for block in derivation.sections[1].blocks if isinstance(block, Chain) and block.left == Ref(name))
    return chain.links[-1].expr


def test_in_a_long_line_what_is_left_to_differentiate_is_derived_on_its_own() -> None:
    network = read_network("a = σ(u x); b = σ(v a + c a); y = σ(w b); minimize E = ½ (t - y)²")
    derivation = derive(network, style="expanded", wrt="u")
    lefts = [chain.left for chain in derivation.chains if isinstance(chain.left, Partial)]
    assert len([left for left in dict.fromkeys(lefts) if left.wrt == Ref("u")]) > 2
    assert all(step.verdict.holds for step in derivation.steps)


def test_a_network_that_is_too_deep_to_be_written_out_is_refused() -> None:
    layers = "; ".join(f"h_{n + 1} = σ(h_{n} + tanh(h_{n}))" for n in range(1, 7))
    with pytest.raises(InputError, match="written out, has more than"):
        derive(read_network(f"h_1 = w x; {layers}; minimize E = ½ (t - h_7)²"), style="expanded", detail=1)


def test_too_many_paths_are_refused() -> None:
    text = "; ".join(f"h_{n + 1} = h_{n}·h_{n} + p_{n}; p_{n} = 2 h_{n}" for n in range(1, 8))
    network = read_network(f"h_1 = w x; {text}; minimize E = ½ (t - h_8)²")
    with pytest.raises(InputError, match=f"up to {MOST_PATHS}"):
        derive(network, style="paths", detail=1)


@pytest.mark.parametrize(
    "body",
    [
        "w/(w + x)",
        "1/(1 + w²)",
        "x^w",
        "w² exp(w)",
        "tanh(σ(w x)) + w",
        "max(w, x)",
        "-(w x - 2)^3",
        "softmax(w, x)[1]",
        "abs(w)",
    ],
)
def test_every_rule_is_reached_and_leaves_no_derivative_open(body: str) -> None:
    derivation = derive(read_network(f"inputs x; y = {body}; minimize E = ½ (t - y)²"), style="expanded", wrt="w", detail=3)
    told_last = [chain for chain in derivation.chains if chain.left == derivation.gradients["w"].partial][-1]
    assert not isinstance(told_last.links[-1].expr, Partial)
    assert all(step.verdict.holds for step in derivation.steps)


def test_inner_functions_take_no_name_of_the_author() -> None:
    derivation = derive(read_network("y = σ(w z + u_1); minimize E = ½ (t - y)²"), style="expanded", wrt="w")
    made = {d.name for d in derivation.network.definitions} - {"y", "E"}
    assert "z" not in made
    assert {"s_1", "s_2"} <= made


def test_a_derivative_by_an_intermediate_quantity_is_not_written_past_it() -> None:
    derivation = derive(read_network("h = w x; y = v h; minimize E = ½ (t - y)²"), style="expanded", wrt="h")
    derived = [chain for chain in derivation.chains if chain.left == derivation.gradients["h"].partial]
    assert {name for chain in derived for name in free_names(chain.links[-1].expr)} == {"t", "v", "h"}


def test_where_two_ways_reach_one_quantity_the_sum_over_paths_counts_each_once() -> None:
    network = read_network("h = w x; y = h + h²; z = y h; minimize E = ½ (t - z)²")
    assert all(step.verdict.holds for step in derive(network, style="paths", detail=3).steps)
