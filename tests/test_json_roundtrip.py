"""Every expression in ``derive --format json`` reads back as the same tree: over all examples and random networks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from random_networks import random_network

from symprop.cli.bundled import examples
from symprop.derivation import STYLES, derive
from symprop.derivation.step import Derivation
from symprop.errors import InputError
from symprop.model.expr import Expr
from symprop.model.network import Network, Range
from symprop.model.printer import to_text
from symprop.model.reader import read_expression, read_matrices, read_network
from symprop.render import render

IN_MATRICES = frozenset(name for name, path in examples().items() if "‖" in path.read_text(encoding="utf-8"))
CASES = [
    (name, style, detail)
    for name in examples()
    for style in STYLES
    for detail in (1, 3)
    if name not in IN_MATRICES or (style, detail) in (("delta", 3), ("chain", 1))
]


def told(text: str, style: str, detail: int = 2) -> tuple[Derivation, Any]:
    """The derivation of a network, and what a script finds in its JSON."""
    derivation = derive(read_network(text), style=style, detail=detail)
    return derivation, json.loads(render(derivation, "json"))


def reread(network: Network, derivation: Derivation, text: str, ranges: list[Mapping[str, str]]) -> Expr:
    """*text* as a script would read it: with nothing but the JSON's own network and ranges."""
    bound = tuple(Range(r["index"], read_expression(r["lower"], network), read_expression(r["upper"], network)) for r in ranges)
    read = read_matrices if derivation.register == "matrix" else read_expression
    return read(text, network, {delta.name: delta for delta in derivation.deltas.values()}, bound)


def expressions(derivation: Derivation, page: Any) -> Iterator[tuple[str, list[Mapping[str, str]], Expr]]:
    """Each expression string of *page* with its ranges and the tree that it was printed from."""
    yield page["of"], [], derivation.of
    for name, gradient in derivation.gradients.items():
        entry = page["gradients"][name]
        ranges = entry.get("ranges", [])
        yield entry["delta_form"], ranges, gradient.delta_form
        yield entry["expanded"], ranges, gradient.expanded
        if gradient.update is not None:
            left, _, right = entry["update"].partition(" ← ")
            yield left, ranges, gradient.quantity
            yield right, ranges, gradient.update
    for name, delta in derivation.deltas.items():
        entry = page["deltas"][name]
        ranges = entry.get("ranges", [])
        yield entry["meaning"], ranges, delta.meaning
        yield entry["name"] + _indices(ranges), ranges, delta.ref
        if "delta_form" in entry:
            yield entry["delta_form"], ranges, derivation.delta_forms[name]
    for entry, step in zip(page["steps"], derivation.steps, strict=True):
        yield entry["before"], entry["ranges"], step.before
        yield entry["after"], entry["ranges"], step.after


def _indices(ranges: list[Mapping[str, str]]) -> str:
    return f"[{','.join(r['index'] for r in ranges)}]" if ranges else ""


SCALAR_STYLES = ("expanded", "paths")


def assert_round_trip(text: str, style: str, detail: int = 2) -> None:
    try:
        derivation, page = told(text, style, detail)
    except InputError as refusal:
        if style in SCALAR_STYLES and "--style" in refusal.hint:
            return  # a style for scalar, or for short, networks says which one to take
        raise
    network = read_network(page["network"]["text"])
    assert network.definitions == derivation.network.definitions
    for printed, ranges, expr in expressions(derivation, page):
        again = reread(network, derivation, printed, ranges)
        assert again == expr, f"{printed} reads back as {to_text(again, network)}: {again} instead of {expr}"


@pytest.mark.parametrize(("name", "style", "detail"), CASES)
def test_examples(name: str, style: str, detail: int) -> None:
    assert_round_trip(examples()[name].read_text(encoding="utf-8"), style, detail)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_random_networks(seed: int) -> None:
    style = list(STYLES)[seed % len(STYLES)]
    layers = 2 if style == "expanded" else 2 + seed % 3  # what is written out in full grows with every layer
    assert_round_trip(random_network(seed, layers=layers).text, style)


@pytest.mark.parametrize("name", examples())
def test_shape(name: str) -> None:
    """The keys that the contract names are there, with the author's names, and all statuses are of the two kinds."""
    derivation, page = told(examples()[name].read_text(encoding="utf-8"), "delta")
    assert page["schema"] == "symprop.derivation/1"
    assert page["network"]["cost"] == derivation.network.cost
    assert list(page["gradients"]) == list(derivation.gradients)
    assert {"delta_form", "expanded", "latex", "update"} <= set.intersection(*map(set, page["gradients"].values()))
    assert set(page["deltas"]) <= {definition.name for definition in derivation.network.definitions}
    for step in page["steps"]:
        assert {"rule", "before", "after", "because", "verdict"} <= set(step)
        assert step["verdict"]["status"] in ("proved", "sampled")
        assert step["verdict"]["evidence"]
