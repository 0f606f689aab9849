"""Any text ends in statements: soups of tokens, deep nesting, long formulas."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symprop.check.document import Setting
from symprop.check.reading import read
from tests.check.reading.sexpr import show_statement
from tests.check.reading.test_readings import document

_SOUP = r"""
\frac \sqrt { } ( ) [ ] \{ \} \left( \right) \left. \right| | \| ^ _ ' \prime + - = \cdot \odot \otimes . , ; & \\
\sum \max \prod x w e d \partial \nabla \Delta \delta \sigma f 1 2 0.5 \text{if} \text{and} \text \mathbf \hat \vec
\begin{cases} \end{cases} \begin{align} \end{align} \begin{bmatrix} \end{bmatrix} \over \tag{1} \Rightarrow \to \in :
< > \le \quad \, T \top {(l)} ^{(l)} _{ij} ^T \log \tanh \exp dE/dw \partial_w \pdv \underbrace \color{red} \mathbb{1}
\mathcal \operatorname \rm \ldots \infty \pm ! % $ ’ ∑ ½ ² ₁ \foo \langle \rangle \forall \substack \stackrel [0.8em]
\mathrm net_{h1} o1 \neq σ ∂ ⊙ \parbox \ 1,000 .5 ' \kern \hspace \label \middle √
"""
_TOKENS = _SOUP.split()


def _holds(texts: list[str], setting: Setting) -> None:
    reading = read(document(texts, setting))
    assert {id(s.formula) for s in reading.statements} == {id(f) for f in reading.document.formulas}
    for statement in reading.statements:
        show_statement(statement)
        assert len(statement.signs) == len(statement.places) == max(len(statement.sides) - (not statement.continues), 0)
        for side in statement.sides:
            assert (side.expr is None) != (side.unread is None)
            assert 0 <= side.start <= side.end <= len(statement.formula.text)
            if side.unread is not None:
                assert side.start <= side.unread.start <= side.unread.end <= len(statement.formula.text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(_TOKENS), max_size=25).map(" ".join), min_size=1, max_size=3), st.sampled_from(Setting))
def test_soups_of_tokens_end_in_statements(texts: list[str], setting: Setting) -> None:
    _holds(texts, setting)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_ends_in_statements(text: str) -> None:
    _holds([text], Setting.INLINE)


@pytest.mark.parametrize("text", [
    "(" * 5000 + "x" + ")" * 5000, "f(" * 3000 + "x" + ")" * 3000, "{" * 3000 + "x" + "}" * 3000, "x^{" * 2000 + "x" + "}" * 2000,
    "-" * 20000 + "x", r"\hat" * 3000 + "x", "|" * 3000, r"\nabla" * 5000 + " w", "x+" * 10000 + "x", "x" * 10000,
    r"\log " * 5000 + "x",
    "a = b, " * 3000, r"a=b\\" * 3000, r"\begin{align}" * 100, "(x)/" * 3000, "dx/" * 3000 + "d", r"\frac{d}{dx}" * 2000 + "y",
    "x=1" + ",2" * 5000, "(" * 5000 + "]" * 5000, "d" * 5000 + "/d", r"\left(" * 3000, "x_{" * 100 + "}" * 100,
    r"a \otimes " * 3000 + "b",
], ids=lambda text: text[:12])  # fmt: skip
def test_long_and_deep_formulas_end_soon(text: str) -> None:
    begin = time.perf_counter()
    _holds([text], Setting.DISPLAY)
    assert time.perf_counter() - begin < 5
