"""Derivations by matrices: wrong mutants never hold, rewrites never fail; shapes, sizes and entries are understood."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from symprop.check.checker import check
from symprop.check.report import Finding, Outcome
from tools.campaign.array_edits import ARRAY_MISTAKES
from tools.campaign.documents import MATRICES, campaign
from tools.campaign.families import wrong_claims
from tools.campaign.matrix_case import Plan
from tools.campaign.mutations import mutants
from tools.campaign.nodes import Add, MatMul, Mul, Neg, NormSq, Num, Par, Q, Tr
from tools.campaign.oracle import Rule
from tools.campaign.stacks import stack

MUTANTS, REWRITES = 30, 20


def shown(*formulas: str) -> str:
    return "".join(f"$${formula}$$\n\n" for formula in formulas)


LAYER = shown("z = W x + b", "y = f(z)", r"E = \frac12 \|y - t\|^2", r"\delta = \frac{\partial E}{\partial z}")


def last(text: str) -> Finding:
    return check(text, "notes.md").findings[-1]


@pytest.mark.parametrize("family", MATRICES.cases)
def test_right_claims_are_right_by_the_oracle(family: str) -> None:
    for seed in range(2):
        assert list(wrong_claims(MATRICES.cases[family](random.Random(f"{family}-{seed}")))) == []


def test_the_oracle_knows_shapes_and_derivatives() -> None:
    case = stack(random.Random(9))
    assert case.plan is not None
    plan = Plan(1, rows=False, batch=False, mean=False, function="tanh", deltas=False)
    x, z, w, cost, t = Q("x"), Q("z1"), Q("W1"), Q("cost"), Q("t")
    rules = {
        "z1": Rule((), MatMul((w, x))),
        "cost": Rule((), NormSq(Add((z, Neg(t))))),
    }
    plain = replace(case, plan=plan, rules=rules)
    residual = Mul((Num(Fraction(2)), Add((z, Neg(t)))))
    assert not plain.differ(Par(cost, w), MatMul((residual, Tr(x))), {})
    assert plain.differ(Par(cost, w), MatMul((x, Tr(residual))), {})
    assert plain.differ(Par(cost, w), MatMul((residual, x)), {})
    assert not plain.differ(Par(z, x), w, {})
    assert not plain.differ(Par(z, x), Tr(w), {})  # the other layout of a Jacobian
    assert plain.differ(Par(cost, x), MatMul((w, residual)), {})


def test_mutants_are_of_many_kinds() -> None:
    dice = random.Random(5)
    kinds = {kind for seed in range(3) for kind, _, _ in mutants(stack(random.Random(seed)), dice, 8, ARRAY_MISTAKES)}
    assert len(kinds) > 8
    assert len({stack(random.Random(seed)).label for seed in range(60)}) >= 8


@pytest.mark.slow
def test_the_judge_is_right_about_matrices() -> None:
    tally = campaign(check, mutants=MUTANTS, rewrites=REWRITES, seed=41, work=MATRICES)
    assert [f"{placed.kind}: {placed.text} {finding.outcome.value}" for _, placed, finding in tally.offences] == []
    assert tally.crashes == []
    assert [f"{paper.name}: {finding.latex}" for paper, finding in tally.broken] == []
    undecided = sum(tally.count(wrong=False, outcome=outcome) for outcome in (Outcome.UNDECIDED, Outcome.UNREAD))
    assert undecided <= 0.05 * tally.count(wrong=False) + 1, tally.summary()


@pytest.mark.parametrize(
    ("claim", "outcome", "says"),
    [
        (r"\frac{\partial E}{\partial W} = \delta x^T", Outcome.HOLDS, ""),
        (r"\frac{\partial E}{\partial W} = \delta x", Outcome.FAILS, r"multiplies (entries of b) × 1 by (entries of x) × 1."),
        (r"\frac{\partial E}{\partial x} = W \delta", Outcome.FAILS, "W must be W^T."),
        (r"\frac{\partial y}{\partial z} = \operatorname{diag}(f'(z))", Outcome.HOLDS, ""),
        (r"\frac{\partial E}{\partial W_{jk}} = \delta_j x_k", Outcome.HOLDS, ""),
        (r"\frac{\partial E}{\partial W_{jk}} = \delta_k x_j", Outcome.FAILS, ""),
        (r"z_j = \sum_k W_{jk} x_k + b_j", Outcome.HOLDS, ""),
        (r"z_j = \sum_k W_{kj} x_k + b_j", Outcome.FAILS, ""),
    ],
)
def test_one_layer(claim: str, outcome: Outcome, says: str) -> None:
    found = last(LAYER + shown(r"\frac{\partial E}{\partial x} = W^T \delta", claim))
    assert (found.outcome, says in found.message) == (outcome, True), found.message


def test_sizes_are_called_as_the_document_calls_them() -> None:
    said = r"With $W \in \mathbb{R}^{m \times n}$, $x \in \mathbb{R}^n$ and $b, t \in \mathbb{R}^m$:" + "\n\n" + LAYER
    found = last(said + shown(r"\frac{\partial E}{\partial W} = \delta x"))
    assert found.message == r"\delta x multiplies m × 1 by n × 1. The outer product \delta x^T is due."
    assert found.suggestion == r"\delta x^T"


def test_sizes_of_layers_are_those_of_the_layer() -> None:
    said = r"Here $W_l \in \mathbb{R}^{n_l \times n_{l-1}}$ and $b_l \in \mathbb{R}^{n_l}$." + "\n\n"
    layers = shown("z_l = W_l a_{l-1} + b_l", "a_l = f(z_l)", r"E = \frac12 \|a_L - t\|^2")
    claim = shown(r"\delta_l = \frac{\partial E}{\partial z_l}", r"\delta_l = W_{l+1} \delta_{l+1} \odot f'(z_l)")
    assert r"W_{l+1} \delta_{l+1} multiplies n_{l+1} × n_l by n_{l+1} × 1." in last(said + layers + claim).message


@pytest.mark.parametrize("square", [r"$W \in \mathbb{R}^{n \times n}$ and $x, b, t \in \mathbb{R}^n$", ""])
def test_a_transpose_is_missed_where_shapes_let_it_pass(square: str) -> None:
    assert last(f"{square}\n\n{LAYER}" + shown(r"\frac{\partial E}{\partial x} = W \delta")).kind == "transpose"


def test_a_star_is_what_the_document_uses_it_for() -> None:
    text = LAYER + shown(r"\frac{\partial E}{\partial W} = ((y - t) * f'(z)) x^T")
    assert last(text).outcome is Outcome.HOLDS
    assert last(text + shown(r"\frac{\partial E}{\partial x} = W^T * \delta")).outcome is not Outcome.HOLDS
    assert last(text + shown(r"\delta = f'(z) * (y - t)")).outcome is Outcome.HOLDS


def test_ones_add_up_a_batch() -> None:
    batch = shown(r"Z = W X + b \mathbf{1}^T", r"L = \frac{1}{2N} \|Z - Y\|^2", r"G = \frac{\partial L}{\partial Z}")
    assert last(batch + shown(r"\frac{\partial L}{\partial b} = G \mathbf{1}")).outcome is Outcome.HOLDS
    assert last(batch + shown(r"\frac{\partial L}{\partial b} = \frac{1}{N} G \mathbf{1}")).outcome is Outcome.FAILS
    assert last(batch + shown(r"\frac{\partial L}{\partial b} = G")).outcome is not Outcome.HOLDS


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"\frac{\partial L}{\partial b} = G \mathbf{1}_N", Outcome.HOLDS),
        (r"\frac{\partial L}{\partial b} = 2 G \mathbf{1}_N", Outcome.FAILS),
        (r"\frac{\partial L}{\partial b} = G \mathbf{1}_N^T", Outcome.FAILS),
        (r"\frac{\partial L}{\partial b} = \mathbf{1}_N G", Outcome.FAILS),
        (r"\frac{\partial L}{\partial X} = (W^T G) \odot [X > X - 1]", Outcome.HOLDS),
    ],
)
def test_so_many_ones(claim: str, outcome: Outcome) -> None:
    sizes = shown(r"X \in \mathbb{R}^{n \times N}", r"W \in \mathbb{R}^{m \times n}", r"b \in \mathbb{R}^m")
    batch = shown(r"Z = W X + b", r"L = \frac{1}{2N} \|Z - Y\|^2", r"G = \frac{\partial L}{\partial Z}")
    assert last(sizes + batch + shown(claim)).outcome is outcome


ROWS = shown(
    r"X \in \mathbb{R}^{N \times n}",
    r"W \in \mathbb{R}^{n \times m}",
    r"b \in \mathbb{R}^{1 \times m}",
    r"H = X W + b",
    r"L = \frac{1}{2} \|[H > 0] \odot H - Y\|^2",
    r"G = \frac{\partial L}{\partial H}",
)


def test_where_lines_are_rows_ones_lie_as_most_claims_say() -> None:
    row, column = r"\frac{\partial L}{\partial b} = \mathbf{1}_N G", r"\frac{\partial L}{\partial b} = \mathbf{1}_N^T G"
    assert last(ROWS + shown(row)).outcome is Outcome.HOLDS
    assert last(ROWS + shown(column)).outcome is Outcome.HOLDS
    assert last(ROWS + shown(row, row, column)).outcome is Outcome.FAILS
    assert last(ROWS + shown(column, row)).outcome is Outcome.FAILS


def test_a_bracket_of_an_array_is_one_of_each_entry() -> None:
    assert last(ROWS + shown(r"G = ([H > 0] \odot H - Y) \odot [H > 0]")).outcome is Outcome.HOLDS
    assert last(ROWS + shown(r"G = ([H > 0] \odot H - Y) \odot [H < 0]")).outcome is Outcome.FAILS
    assert last(ROWS + shown(r"G = [H > 0] \odot H - Y")).outcome is Outcome.FAILS


@pytest.mark.parametrize(("entry", "outcome"), [("x_{0,k}", Outcome.HOLDS), ("x_{1,k}", Outcome.FAILS)])
def test_what_is_given_before_the_first_layer_has_entries(entry: str, outcome: Outcome) -> None:
    layers = shown(r"z_1 = W_1 x_0", r"x_1 = f(z_1)", r"z_2 = W_2 x_1", r"x_2 = f(z_2)", r"L = \frac12 \|x_2 - y\|^2")
    says = shown(r"\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial z_1} x_0^\top")
    assert last(layers + says + shown(rf"\frac{{\partial z_{{1,j}}}}{{\partial W_{{1,jk}}}} = {entry}")).outcome is outcome


def test_units_that_are_cut_off_are_no_other_quantities() -> None:
    below = shown("z_1 = W_1 x + b_1", r"a_1 = \operatorname{ReLU}(z_1)", "z_2 = W_2 a_1", r"a_2 = \operatorname{ReLU}(z_2)")
    text = below + shown(r"E = \frac12 \|a_2 - t\|^2")
    right = r"\frac{\partial E}{\partial a_1} = W_2^T \frac{\partial E}{\partial z_2}"
    assert last(text + shown(right)).outcome is Outcome.HOLDS


def test_where_a_kink_hides_a_difference_nothing_is_sure() -> None:
    text = shown(r"Z_l = W_l A_{l-1}", r"A_l = \operatorname{ReLU}(Z_l)", r"L = \frac12 \|A_L - Y\|^2")
    text += shown(r"D_l = \frac{\partial L}{\partial Z_l}")
    wrong = r"D_l = \frac{\partial L}{\partial A_l} \odot \operatorname{ReLU}'(D_l)"
    assert last(text + shown(wrong)).outcome is not Outcome.HOLDS


def test_readings_of_one_claim_are_not_tried_for_the_next() -> None:
    text = shown("z = x W + b", "y = f(z)", r"E = \frac12 \|y - t\|^2")
    text += shown(r"\frac{\partial E}{\partial W} = x^T \frac{\partial E}{\partial z}")
    text += shown(r"\frac{\partial E}{\partial z} = \frac{\partial E}{\partial y}")
    wrong = shown(r"\frac{\partial E}{\partial x} = \left(\frac{\partial E}{\partial z}\right)^T W^T")
    assert last(text + wrong).outcome is not Outcome.HOLDS


@pytest.mark.parametrize("at", ["kn", "nk"])
def test_labels_of_a_batch_add_up_for_each_example(at: str) -> None:
    there = at.replace("k", "j")
    text = shown("Z = W X" if at == "kn" else "Z = X W", rf"P_{{{at}}} = \frac{{e^{{Z_{{{at}}}}}}}{{\sum_j e^{{Z_{{{there}}}}}}}")
    text += shown(rf"L = -\frac{{1}}{{N}} \sum_{{n=1}}^N \sum_k Y_{{{at}}} \log P_{{{at}}}")
    text += shown(r"G = \frac{\partial L}{\partial Z}")
    text += shown(r"\frac{\partial L}{\partial W} = " + ("G X^T" if at == "kn" else "X^T G"))
    assert last(text + shown(r"G = \frac{1}{N} (P - Y)")).outcome is Outcome.HOLDS
    assert last(text + shown("G = P - Y")).outcome is not Outcome.HOLDS


def test_a_product_entry_by_entry_is_none_of_matrices() -> None:
    text = shown(r"Z = X W", r"L = \frac{1}{2N} \|Z - Y\|^2")
    right = shown(r"\frac{\partial L}{\partial W} = X^T \frac{1}{N} (Z - Y)")
    assert last(text + right).outcome is Outcome.HOLDS
    assert last(text + right.replace("X^T", r"X^T \odot")).outcome is not Outcome.HOLDS


def test_a_name_for_a_derivative_gets_no_other_meaning() -> None:
    odd = shown(r"\delta = \frac{\partial E}{\partial q} \odot f'(z)")
    found = check(LAYER + odd + shown(r"\frac{\partial E}{\partial W} = \delta x^T = -\delta x^T"), "notes.md").findings
    assert [finding.outcome for finding in found[-3:]] == [Outcome.UNDECIDED, Outcome.HOLDS, Outcome.FAILS]
