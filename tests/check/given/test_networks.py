"""A network as a theory: its world has the values that the evaluation of the network has."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import pytest

from symprop.check.document import Document, Formula, Reading, Setting, Side, Sign, Statement, Vocabulary
from symprop.check.given.networks import from_network, given, vocabulary
from symprop.check.given.spelling import as_written
from symprop.check.judge import Judge
from symprop.check.theory import Theory
from symprop.check.values.functions import sampled
from symprop.check.values.world import World
from symprop.errors import Source
from symprop.evaluation.indices import rational
from symprop.evaluation.point import Key, Point
from symprop.evaluation.tape import Node
from symprop.evaluation.valuation import Valuation
from symprop.model.expr import Number, Partial, Ref
from symprop.model.network import Network, Range, Role
from symprop.model.reader import read_network
from symprop.model.written import Derivative

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.net"))
TEXTS = {
    "layers by number": "inputs x[3]\ntargets t\nweights W_1[2,3] W_2[2]\nz_1[j] = Σ_k W_1[j,k] x[k]\nh_1[j] = tanh(z_1[j])\n"
    "y = Σ_j W_2[j] h_1[j]\nminimize E = (t - y)²",
    "layers by index": "inputs x[n]\ntargets t[n]\nweights w[L,n,n]\nconstants s\n"
    "a[0,j] = x[j]\na[l=1..L,j=1..n] = tanh(Σ_k w[l,j,k] a[l-1,k])\nminimize E = Σ_j (t[j] - a[L,j])²",
    "softmax of a list": "y_1 = softmax(w_1 x, w_2 x)[1]\ny_2 = softmax(w_1 x, w_2 x)[2]\n"
    "minimize E = -t_1 log(y_1) - t_2 log(y_2)",
    "open function": "function f_1\nh = f_1(w x + b)\nminimize E = ½ (t - h)²",
    "values of arrays": "inputs x[2]\nweights w[2]\ny = Σ_k w[k] x[k]\n"
    "minimize E = ½ (t - y)²\nvalues w = [0.5, -1], x = [2, 3], t = 1",
}


def networks() -> dict[str, Network]:
    """The examples, and a few of other kinds."""
    found = {path.stem: read_network(path.read_text(), path.name) for path in EXAMPLES}
    return found | {name: read_network(text) for name, text in TEXTS.items()}


@pytest.mark.parametrize("name", networks())
def test_its_world_has_the_values_of_the_network(name: str) -> None:
    network = networks()[name]
    theory = from_network(network)
    for number in range(2):
        world = World(theory, f"seed {number}", 3 + number)
        compare(network, theory, world)


def compare(network: Network, theory: Theory, world: World) -> None:
    sizes = {size: world.depth if size in theory.lasts else world.dims.size(("size", size)) for size in network.sizes}

    def entry(name: str, at: tuple[int, ...]) -> Node:
        ref = as_written(name, tuple(Number(Fraction(place)) for place in at))
        value = world.value(Ref(ref.name, ref.indices))
        assert isinstance(value, Node)
        return value

    def draw(key: Key) -> object:
        return entry(*key).value

    valuation = Valuation(network, Point(sizes, draw, lambda name: sampled(world, name)))
    seen = 0
    for definition in network.definitions:
        for at in places(network.axes(definition.name), sizes):
            ref = Ref(definition.name, tuple(Number(Fraction(place)) for place in at))
            expected = valuation.value(ref)
            assert abs(entry(definition.name, at).value - expected) <= 1e-30 * max(1, abs(expected)), ref
            seen += 1
    assert seen
    assert network.cost is not None
    for leaf in network.leaves.values():
        if leaf.role is Role.WEIGHT:
            at = next(places(leaf.axes, sizes))
            indices = tuple(Number(Fraction(place)) for place in at)
            expected = valuation.value(Partial(Ref(network.cost), Ref(leaf.name, indices)))
            found = world.value(Derivative(as_written(network.cost), as_written(leaf.name, indices)))
            assert isinstance(found, Node)
            assert abs(found.value - expected) <= 1e-30 * max(1, abs(expected)), leaf


def places(axes: tuple[Range, ...], sizes: dict[str, int]) -> itertools.product[tuple[int, ...]]:
    ends = [(int(rational(own.lower, sizes)), int(rational(own.upper, sizes))) for own in axes]
    return itertools.product(*(range(low, high + 1) for low, high in ends))


def test_names_are_written_as_documents_write_them() -> None:
    assert as_written("net_h1") == Ref("net", (Ref("h1"),))
    assert as_written("w_5") == Ref("w", (Number(Fraction(5)),))
    assert as_written("E_total") == Ref("E", (Ref("total"),))
    assert as_written("x1") == Ref("x", (Number(Fraction(1)),))
    assert as_written("eta") == Ref("η")


def test_a_network_tells_the_reader_its_words_and_functions() -> None:
    found = vocabulary([read_network("function f\nnet_h = w in_1\nout_h = f(net_h)\nminimize E = ½ (goal - out_h)²")])
    assert {"net", "out", "in", "goal"} <= found.words
    assert found.functions == {"f"}


def test_values_roles_and_the_update_are_known() -> None:
    theory = from_network(networks()["two-two-two"])
    assert theory.values["w", (5,)] == Fraction(2, 5)
    assert Ref("w", (Number(Fraction(1)),)) in theory.weights
    assert not any(ref.name == "b" for ref in theory.weights)
    assert theory.update is not None
    assert theory.update.sign == -1
    assert theory.cost == Ref("E", (Ref("total"),))


def test_layers_stand_where_the_document_has_them() -> None:
    """A document that writes a layer in a superscript means the first index of the network."""
    network = networks()["layers by index"]
    formula = Formula(Source("a", "a.md"), "a", range(2), Setting.INLINE)
    written = Ref("a^", (Ref("l"), Ref("j")))
    side = Side(0, 1, "a", written)
    reading = Reading(Document(formula.source, ()), Vocabulary(), (Statement(formula, (side, side), (Sign.EQUALS,), (0,)),))
    theory = given([network], reading).theory
    assert "a^" in theory.rules
    assert "a" not in theory.rules


def test_formulas_are_not_judged_at_the_given_values() -> None:
    """Both weights are 1/2 here, which makes them equal by chance only."""
    network = read_network("y = w_1 x + w_2\nminimize E = (t - y)²\nvalues w_1 = 0.5, w_2 = 0.5, x = 1, t = 1")
    judge = Judge(from_network(network))
    y, w_1, w_2 = Ref("y"), as_written("w_1"), as_written("w_2")
    assert judge.equal(w_1, w_2).holds is False
    assert judge.equal(Derivative(y, w_2), Number(Fraction(1))).holds
