"""The styles for scalar networks: every step holds, less detail tells less, and what they cannot tell they refuse."""

from __future__ import annotations

import pytest

from symprop.calculus.rules import RULES
from symprop.cli.bundled import examples
from symprop.derivation import Derivation, derive
from symprop.derivation.pathwise import MOST_PATHS
from symprop.errors import InputError
from symprop.model.expr import Expr, Partial
from symprop.model.reader import read_network
from symprop.model.walk import free_names

STYLES = ("expanded", "paths")
SCALAR = ("linear", "recurrent", "sigmoid-chain", "skip", "swish-gate", "two-paths", "two-paths-unknown")
INDEXED = ("attention-scores", "l2", "relu-mlp", "sigmoid-layers", "tanh-regression")
LONG = ("two-two-two", "xor")


def told(name: str, style: str, detail: int) -> Derivation:
    return derive(read_network(examples()[name].read_text("utf-8")), style=style, detail=detail)


def lines(derivation: Derivation) -> set[Expr]:
    return {side for chain in derivation.chains for side in (chain.left, *(link.expr for link in chain.links))}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "style"), [(n, s) for n in SCALAR for s in STYLES] + [(n, "paths") for n in LONG])
def test_every_step_holds_and_a_lower_detail_tells_less(name: str, style: str) -> None:
    told_at = [told(name, style, detail) for detail in (1, 2, 3)]
    for derivation in told_at:
        assert all(step.verdict.holds and step.rule in RULES for step in derivation.steps)
        asked = {gradient.partial for gradient in derivation.gradients.values()}
        assert asked <= {chain.left for chain in derivation.chains}
    assert lines(told_at[0]) <= lines(told_at[1]) <= lines(told_at[2])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", INDEXED)
def test_indexed_networks_are_refused(name: str, style: str) -> None:
    with pytest.raises(InputError, match="single numbers"):
        told(name, style, 1)


@pytest.mark.parametrize("name", LONG)
def test_a_cost_that_is_long_when_written_out_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="written out has more than"):
        told(name, "expanded", 1)


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
    (told_last,) = (
        chain for chain in derivation.chains if chain.left == derivation.gradients["w"].partial and len(chain.links) == 1
    )
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
