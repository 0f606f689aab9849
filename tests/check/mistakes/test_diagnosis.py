"""Diagnoses in many notations; none where nothing small helps; the same every time."""

from __future__ import annotations

import pytest

from symprop.check.checker import check
from symprop.check.report import Outcome
from tests.check.mistakes.claims import document, last

CELL = r"$z = w x + b$, $y = \sigma(z)$, $E = \frac{1}{2}(y - t)^2$"
LOGISTIC = r"$z = w x$, $y = \frac{1}{1 + e^{-z}}$, $E = \frac{1}{2}(y - t)^2$"
LAYERS = r"$z^l_j = \sum_k w^l_{jk} a^{l-1}_k + b^l_j$, $a^l_j = \sigma(z^l_j)$, $C = \frac{1}{2} \sum_j (a^L_j - y_j)^2$"
ARRAYS = (
    r"$\mathbf{z} = \mathbf{W} \mathbf{x}$, $\mathbf{h} = \sigma(\mathbf{z})$, $\mathbf{y} = \mathbf{V} \mathbf{h}$, "
    r"$E = \frac{1}{2} \| \mathbf{y} - \mathbf{t} \|^2$"
)
INDEX = r"$z_j = \sum_k w_{jk} x_k$, $h_j = \sigma(z_j)$, $y_i = \sum_j v_{ij} h_j$, $E = \frac{1}{2} \sum_i (y_i - t_i)^2$"


@pytest.mark.parametrize(
    ("given", "claim", "kind", "right"),
    [
        (LOGISTIC, r"\frac{\partial E}{\partial w} = (y - t) y x", "lost factor", "(y - t) y (1 - y) x"),
        (LOGISTIC, r"\frac{\partial E}{\partial w} = (y - t) y (1 + y) x", "sign", "(y - t) y (1 - y) x"),
        (LOGISTIC, r"\frac{dE}{dw} = 2 * (y - t) * y * (1 - y) * x", "factor two", "(y - t) * y * (1 - y) * x"),
        ("$u = z$", r"\tanh(u) = 2 \sigma(u) - 1", "factor two", r"2 \sigma(2 u) - 1"),
        (CELL, r"-\frac{\partial E}{\partial b} = (y - t) \sigma'(z)", "sign", r"-(y - t) \sigma'(z)"),
        (CELL, r"\frac{\partial E}{\partial b} = y \sigma'(z)", "lost term", r"(y - t) \sigma'(z)"),
        (
            CELL,
            r"\frac{\partial E}{\partial b} = \frac{\partial E}{\partial z} \frac{\partial z}{\partial x}",
            "chain rule",
            None,
        ),
        (INDEX, r"\frac{\partial E}{\partial h_j} = (y_j - t_j) v_{jj}", "sum", r"\sum_i (y_i - t_i) v_{ij}"),
        (INDEX, r"\frac{\partial h_j}{\partial z_k} = \sigma'(z_j)", "lost factor", None),
        (INDEX, r"y_i = \sum_j v_{ij} z_j", "activation", r"\sum_j v_{ij} h_j"),
        (
            LAYERS,
            r"\frac{\partial C}{\partial b^l_j} = \sigma'(z^l_j) \sum_k w^{l+1}_{jk} \frac{\partial C}{\partial z^{l+1}_k}",
            "order of indices",
            None,
        ),
        (
            ARRAYS,
            r"\frac{\partial E}{\partial \mathbf{z}} = \mathbf{V}^T (\mathbf{y} - \mathbf{t}) \odot \sigma'(\mathbf{h})",
            "argument",
            r"\mathbf{V}^T (\mathbf{y} - \mathbf{t}) \odot \sigma'(\mathbf{z})",
        ),
        (
            ARRAYS,
            r"\frac{\partial E}{\partial \mathbf{V}} = \mathbf{h} (\mathbf{y} - \mathbf{t})^T",
            "transpose",
            r"(\mathbf{y} - \mathbf{t}) \mathbf{h}^T",
        ),
    ],
)
def test_mistakes_in_other_places(given: str, claim: str, kind: str, right: str | None) -> None:
    judged = last(document(given, claim))
    assert not judged.judgement.holds
    assert judged.diagnosis is not None
    assert judged.diagnosis.kind == kind
    assert judged.diagnosis.suggestion
    assert right is None or judged.diagnosis.suggestion == right
    left = claim.split(" = ", 1)[0]
    assert last(document(given, f"{left} = {judged.diagnosis.suggestion}")).judgement.holds


@pytest.mark.parametrize(
    ("given", "claim"),
    [
        (CELL, r"\frac{\partial E}{\partial w} = t^3 \sigma(b) + x^2"),  # nothing small helps
        (CELL, r"2 + 2 = 5"),  # a result, not a formula
        (r"$E = x_1 + x_2$", r"E = x_1 + x_2 + \ldots + x_3"),  # dots stand for anything
        (ARRAYS, r"\frac{\partial E}{\partial \mathbf{V}} = \mathbf{y} - \mathbf{t}"),  # shapes alone show no lost factor
        (ARRAYS, r"\mathbf{h} = \mathbf{y}"),
    ],
)
def test_nothing_is_made_up(given: str, claim: str) -> None:
    judged = last(document(given, claim))
    assert not judged.judgement.holds
    assert judged.diagnosis is None


def test_the_left_side_is_never_put_on_the_right() -> None:
    judged = last(document(CELL, r"\frac{\partial E}{\partial w} = t^3 x"))
    assert judged.diagnosis is None or r"\frac{\partial E}{\partial w}" not in judged.diagnosis.suggestion


def test_the_same_document_has_the_same_diagnoses() -> None:
    text = document(LAYERS, r"\frac{\partial C}{\partial w^l_{jk}} = a^l_k \frac{\partial C}{\partial z^l_j}")
    assert last(text) == last(text)


def test_a_report_names_the_mistake() -> None:
    text = document(CELL, r"\frac{\partial E}{\partial w} = (y - t) \sigma(z) x")
    found = check(text, "notes.md").findings[-1]
    assert (found.outcome, found.code, found.kind) == (Outcome.FAILS, "SP210", "prime")
    assert found.suggestion == r"(y - t) \sigma'(z) x"


def test_right_relations_have_no_remarks() -> None:
    text = document(CELL, r"\frac{\partial E}{\partial w} = (y - t) \sigma'(z) x = \frac{\partial E}{\partial z} x")
    for finding in check(text, "notes.md").findings:
        assert finding.outcome in (Outcome.DEFINES, Outcome.HOLDS)
        assert not finding.code
        assert not finding.suggestion
