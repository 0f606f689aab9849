"""A lower detail's lines are among those of the higher one: in every style, over every example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from symprop.calculus.rules import RULES
from symprop.cli.bundled import examples
from symprop.derivation import STYLES, Derivation, derive
from symprop.errors import InputError
from symprop.model.expr import Apply, Expr
from symprop.model.network import Range
from symprop.model.printer import to_text
from symprop.model.reader import read_network
from symprop.model.walk import walk

LONG = {("skip", "expanded"), ("recurrent", "expanded"), ("two-two-two", "expanded"), ("xor", "expanded")}
FEW: Mapping[str, str] = {"matrix-batch": "chain", "matrix-sigmoid": "delta", "rows": "delta", "recurrent-vectors": "delta"}
"""Networks in matrices whose lines come from indices that other examples tell in every style."""

CASES = [
    pytest.param(name, style, marks=pytest.mark.slow if (name, style) in LONG else ())
    for name in examples()
    for style in STYLES
    if FEW.get(name, style) == style
]


@dataclass(frozen=True)
class Claim:
    """``left = right`` as the page claims it: the beginning of a chain and one of the forms that follow."""

    left: Expr
    relation: str
    right: Expr
    ranges: frozenset[Range]

    def __str__(self) -> str:
        return f"{to_text(self.left)} {self.relation} {to_text(self.right)}"


def claims(derivation: Derivation) -> set[Claim]:
    return {
        Claim(chain.left, link.relation, link.expr, frozenset(chain.ranges))
        for chain in derivation.chains
        for link in chain.links
    }


def told(name: str, style: str, detail: int) -> Derivation:
    try:
        return derive(read_network(examples()[name].read_text("utf-8")), style=style, detail=detail)
    except InputError as refusal:
        if "--style" not in refusal.hint:
            raise
        pytest.skip(str(refusal))


@pytest.mark.parametrize(("name", "style"), CASES)
def test_a_lower_detail_tells_some_of_the_lines_of_the_higher_one(name: str, style: str) -> None:
    by_detail = [told(name, style, detail) for detail in (1, 2, 3)]
    for derivation in by_detail:
        assert all(step.verdict.holds and step.rule in RULES for step in derivation.steps)
    lower, middle, upper = map(claims, by_detail)
    assert not [str(claim) for claim in lower - middle]
    assert not [str(claim) for claim in middle - upper]
    assert lower < middle < upper


@pytest.mark.parametrize("name", ["two-two-two", "relu-mlp", "recurrent-any-length", "softmax-cross-entropy"])
def test_the_delta_style_shows_each_local_derivative_at_detail_three(name: str) -> None:
    derivation = told(name, "delta", 3)
    derived = {chain.left for chain in derivation.chains if len(chain.links) > 1}
    partials = {node for claim in claims(told(name, "chain", 3)) for node in walk(claim.left) if node == claim.left}
    assert derived & partials


def test_the_slope_of_an_activation_function_is_derived_once() -> None:
    for style in ("chain", "delta", "paths"):
        derivation = told("two-two-two", style, 3)
        primed = [c for c in derivation.chains if c.links and isinstance(c.links[0].expr, Apply) and c.links[0].expr.primes]
        assert [len(chain.links) > 2 for chain in primed].count(True) == 1
