"""Wrong mutants never hold and equivalent rewrites never fail; wrong and right by an oracle that knows nothing of the package."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from symprop.check.checker import check
from symprop.check.report import Outcome
from tools.campaign.documents import CASES, campaign, papers
from tools.campaign.families import wrong_claims
from tools.campaign.mutations import MISTAKES, mutants
from tools.campaign.nodes import Big, Fn, Ix, MatMul, Mul, Num, Par, Pow, Q, Tr
from tools.campaign.oracle import Rule, World, number_of
from tools.campaign.rewrites import rewrites

MUTANTS, REWRITES = 80, 40
MOST_UNDECIDED = 0.02


@pytest.mark.parametrize("family", CASES)
def test_right_claims_are_right_and_mutants_are_wrong(family: str) -> None:
    for seed in range(2):
        dice = random.Random(f"{family}-{seed}")
        case = CASES[family](dice)
        if family != "numbers":
            assert list(wrong_claims(case)) == []
        assert all(kind in MISTAKES for kind, _, _ in mutants(case, dice, 4))
        assert rewrites(case, dice, 4) or family == "numbers"


def test_documents_are_in_many_notations() -> None:
    wrong = papers(0, wrong=True)
    assert len({next(wrong).label.partition(" / ")[2] for _ in range(60)}) >= 6


def test_the_oracle_differentiates() -> None:
    x, y = Q("x"), Q("y")
    world = World({"y": Rule((), Mul((Pow(x, 3), Fn("tanh", x))))}, {}, {}, 1, {"x": 0.5})
    step = 1e-6
    above, below = (World(world.rules, {}, {}, 1, {"x": 0.5 + shift}) for shift in (step, -step))
    slope = (number_of(above.value(y, {})) - number_of(below.value(y, {}))) / (2 * step)
    assert abs(number_of(world.value(Par(y, x), {})) - slope) < 1e-8
    assert abs(number_of(world.value(Par(x, y), {}))) == 0


def test_the_oracle_sums_and_multiplies() -> None:
    world = World({}, {"n": 2}, {("W", ()): (2, 2), ("v", ()): (2, 1)}, 3)
    product = world.value(MatMul((Tr(Q("W")), Q("v"))), {})
    weights, vector = world.leaf("W", ()), world.leaf("v", ())
    assert isinstance(product, list)
    assert isinstance(weights, list)
    assert isinstance(vector, list)
    assert product[0][0] == sum(weights[row][0] * vector[row][0] for row in range(2))
    squares = Big("k", Num(Fraction(1)), Ix("n"), Pow(Q("x", (Ix("k"),)), 2))
    expected = sum(number_of(world.leaf("x", (k,))) ** 2 for k in (1, 2))
    assert abs(number_of(world.value(squares, {})) - expected) < 1e-12


@pytest.mark.slow
def test_the_judge_is_right() -> None:
    tally = campaign(check, mutants=MUTANTS, rewrites=REWRITES, seed=77)
    offences = [
        f"{placed.kind}: {placed.text} {finding.outcome.value}\n{paper.alone(placed)}"
        for paper, placed, finding in tally.offences
    ]
    assert offences == []
    assert [f"{paper.name}: {error}" for paper, error in tally.crashes] == []
    assert [f"{paper.name}: {finding.latex}" for paper, finding in tally.broken] == []
    undecided = sum(tally.count(wrong=False, outcome=outcome) for outcome in (Outcome.UNDECIDED, Outcome.UNREAD))
    assert undecided <= MOST_UNDECIDED * tally.count(wrong=False) + 1, tally.summary()
