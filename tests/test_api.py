"""The Python door: reading, deriving, sympy both ways, and what a notebook shows."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest
import sympy as sp
from random_networks import random_network

from symprop import Network
from symprop.cli.bundled import examples
from symprop.errors import InputError


def symbol(name: str) -> sp.Symbol:
    return sp.Symbol(name, real=True)


def assert_same(found: Mapping[str, sp.Expr], expected: Mapping[str, sp.Expr]) -> None:
    """Both are equal at points with all symbols positive and at points of either sign."""
    assert list(found) == list(expected)
    names = sorted(set().union(*(e.free_symbols for e in (*found.values(), *expected.values()))), key=str)
    for k in range(3):
        point = {s: sp.Rational((7 * i + 3 * k) % 11 + 1, 7) * (-1) ** (i * k) for i, s in enumerate(names)}
        for name, value in found.items():
            gap = sp.N(value.subs(point), 30) - sp.N(expected[name].subs(point), 30)
            assert abs(gap) < sp.Float("1e-20"), name


def test_reading_and_printing() -> None:
    net = Network.read("r_o = w_o·w_h·i")
    assert str(Network.read(str(net))) == str(net)
    assert net.derive().result_text("w_o") == "−(t − r_o)·w_h·i"


@pytest.mark.parametrize("name", examples())
def test_every_example_is_read_and_printed_and_read(name: str) -> None:
    net = Network.read(examples()[name].read_text(encoding="utf-8"))
    assert Network.read(str(net)).definitions == net.definitions


def test_reading_says_where_it_fails() -> None:
    with pytest.raises(InputError, match=r"my\.net:1:5: `\(` is never closed"):
        Network.read("y = (w x", "my.net")


@pytest.mark.parametrize("seed", range(100, 112))
def test_gradients_are_those_of_sympy(seed: int) -> None:
    network = random_network(seed, layers=2, smooth=True)
    cost = network.symbolic_cost()
    found = Network.read(network.text).gradients()
    assert_same(found, {name: sp.diff(cost, symbol(name)) for name in found})


def test_gradients_of_indexed_networks() -> None:
    found = Network.read("inputs x[n]\nweights w[n]\ny = Σ_k w[k] x[k]").gradients()["w"]
    written = found.subs(symbol("n"), 3) if symbol("n") in found.free_symbols else found
    assert written.atoms(sp.Indexed), "entries stay entries"


def test_maximizing() -> None:
    assert Network.read("y = w x\nmaximize P = -½ (t - y)²").maximizes
    assert not Network.read("y = w x").maximizes


ODD_NAMES = ["a b", "1x", "x = 3\nq", "__import__('os')", "x; y", "a*b", "x[1]"]


class TestFromSympy:
    """A network that somebody has in sympy."""

    w, x, t, b, y = sp.symbols("w x t b y")

    def test_the_gradients_are_those_of_sympy(self) -> None:
        net = Network.from_sympy(
            {self.y: 1 / (1 + sp.exp(-(self.w * self.x + self.b))), "E": (self.t - self.y) ** 2 / 2},
            cost="E",
            weights=[self.w, self.b],
            targets=[self.t],
        )
        w, x, t, b = (symbol(n) for n in "wxtb")
        cost = (t - 1 / (1 + sp.exp(-(w * x + b)))) ** 2 / 2
        assert_same(net.gradients(), {"w": cost.diff(w), "b": cost.diff(b)})

    def test_roles_and_objective(self) -> None:
        net = Network.from_sympy(
            {"y": self.w * self.x, "P": -((self.t - self.y) ** 2)},
            cost="P",
            maximize=True,
            weights=["w"],
            targets=["t"],
            inputs=["x"],
        )
        assert net.maximizes
        assert str(net) == str(Network.read(str(net)))

    @pytest.mark.parametrize("expression", [sp.I * w, sp.Integral(w, x), sp.Derivative(sp.Function("f")(w), w), sp.oo * w])
    def test_what_the_notation_does_not_have(self, expression: sp.Expr) -> None:
        with pytest.raises(InputError):
            Network.from_sympy({"y": expression})

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_names_of_definitions_carry_no_notation(self, name: str) -> None:
        with pytest.raises(InputError):
            Network.from_sympy({name: self.w * self.x})

    @pytest.mark.parametrize(
        "name",
        ODD_NAMES,
    )
    def test_names_in_expressions_carry_no_notation(self, name: str) -> None:
        with pytest.raises(InputError):
            Network.from_sympy({"y": sp.Symbol(name) * self.w})


class TestNotebooks:
    """What Jupyter shows of a derivation."""

    page = Network.read("h = σ(v x)\ny = w h").derive()

    def test_latex_is_one_display(self) -> None:
        shown = self.page._repr_latex_()
        assert shown.startswith("$$")
        assert shown.endswith("$$")
        assert shown.count("$$") == 2
        assert shown.count(r"\frac{\partial E}{\partial") == 2

    def test_markdown_is_a_page(self) -> None:
        shown = self.page._repr_markdown_()
        assert shown == self.page.to("markdown")
        assert shown.startswith("# Derivation of $")
        assert shown.count("$$") % 2 == 0
        assert not re.search(r"\n\n\n", shown)

    def test_text_is_what_prints(self) -> None:
        assert str(self.page) == self.page.to("text")

    def test_json(self) -> None:
        assert json.loads(self.page.to("json"))["schema"] == "symprop.derivation/1"


@pytest.mark.parametrize(
    "arguments", [{"style": "chian"}, {"detail": 0}, {"detail": 4}, {"of": "q"}, {"wrt": ["q"]}], ids=lambda a: next(iter(a))
)
def test_wrong_arguments_are_told(arguments: Mapping[str, object]) -> None:
    with pytest.raises(InputError):
        Network.read("y = w x").derive(**arguments)  # type: ignore[arg-type]


def test_wrong_formats_are_told() -> None:
    with pytest.raises(InputError, match="no format"):
        Network.read("y = w x").derive().to("pdf")
