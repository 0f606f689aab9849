"""What is suggested is LaTeX in the author's spelling, and is read back as the same tree."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symprop.check.mistakes.latex import Unprintable
from symprop.check.mistakes.spelling import Writer
from symprop.check.reading import read
from symprop.check.sources import read_document
from symprop.check.understanding.lines import lines
from symprop.model.expr import Number, Ref
from tests.check.mistakes.written_formulas import CORPUS
from tools.campaign.expected import DOCUMENTS

PAGES = sorted(path for path in DOCUMENTS.iterdir() if path.suffix in {".md", ".tex", ".txt"} and path.name != "seeds.txt")


def sides(name: str, text: str):
    reading = read(read_document(text, name))
    writer = Writer(reading)
    for line in lines(reading)[0]:
        for side, expr in zip(line.sides, line.exprs, strict=True):
            if expr is not None:
                yield writer, side.latex, expr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_documents_come_back(page) -> None:
    for writer, latex, expr in sides(page.name, page.read_text(encoding="utf-8")):
        assert writer.read(writer.text(expr)) == expr, latex


@pytest.mark.parametrize("formula", CORPUS)
def test_formulas_come_back(formula: str) -> None:
    found = list(sides("one.md", f"$${formula}$$"))
    assert found
    for writer, _, expr in found:
        assert writer.read(writer.text(expr)) == expr


@pytest.mark.parametrize("formula", CORPUS)
def test_formulas_come_back_in_plain_spelling(formula: str) -> None:
    for writer, _, expr in sides("one.md", f"$${formula}$$"):
        assert writer.suggestion(expr, lambda _: False)


@pytest.mark.parametrize(
    "formula",
    [
        r"z^{(l)}_j = \sum_k w^{(l)}_{jk} a^{(l-1)}_k + b^{(l)}_j",
        r"\delta = \mathbf{W}^\top \mathbf{e} \circ f'(\mathbf{z})",
        r"\frac{dL}{dw} = 2 (y - t) x",
        r"net_{h1} = w_1 * i_1 + w_2 * i_2 + b_1 * 1",
        r"y = \frac{1}{1 + e^{-z}}",
        r"\hat{y} = \sigma(\theta \cdot x)",
    ],
)
def test_an_author_is_quoted(formula: str) -> None:
    for writer, latex, expr in sides("one.md", f"$${formula}$$"):
        assert writer.text(expr) == latex


def test_names_that_stand_nowhere_are_put_together() -> None:
    text = r"$$z^{[l]}_j = \sum_k \mathbf{W}^{[l]}_{jk} a^{[l-1]}_k$$"
    writer, _, _ = next(iter(sides("one.md", text)))
    assert writer.text(Ref("W^", (Ref("l"), Ref("k"), Ref("j")))) == r"\mathbf{W}_{kj}^{[l]}"
    assert writer.text(Ref("q", (Number(Fraction(2)),))) == "q_2"


def test_what_has_no_latex_is_said_so() -> None:
    with pytest.raises(Unprintable):
        Writer().text(Ref("w^|+", (Ref("l"),)))
