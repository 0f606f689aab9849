"""Long formulas are broken where a person would, and every row is LaTeX of its own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.model.expr import ONE, Add, Apply, Div, Expr, Mul, Neg, Partial, Pow, Ref, Sum
from symprop.render.document import Display, Line
from symprop.render.latex_math import to_latex
from symprop.render.layout import Grid, Page, broken, lay_out
from symprop.render.mathlist import atoms, width
from symprop.render.notation import PLAIN, Notation
from tests.render.samples import long_sum

NAMES = st.sampled_from(["w_o", "out_h1", "δ_o1", "E_total", "i", "target_o1"]).map(Ref)


def _wider(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=2, max_size=9).map(tuple)
    return st.one_of(
        several.map(Add),
        several.map(Mul),
        inner.map(Neg),
        st.tuples(inner, inner).map(lambda pair: Div(*pair)),
        inner.map(lambda e: Apply("sigmoid", (e,), spelling="σ")),
        inner.map(lambda e: Pow(e, Ref("n"))),
        inner.map(lambda e: Sum(e, "q", ONE, Ref("n_2"))),
        inner.map(lambda e: Partial(e, Ref("w_o"))),
    )


EXPRESSIONS = st.recursive(NAMES, _wider, max_leaves=40)
NOTATIONS = st.sampled_from([PLAIN, Notation("times", "over", "d"), Notation("star", "frac", "d"), Notation("dot", "over")])


@given(EXPRESSIONS, NOTATIONS)
def test_atoms_are_the_formula(expr: Expr, notation: Notation) -> None:
    tex = to_latex(expr, notation=notation)
    assert "".join(atom.tex for atom in atoms(tex)) == tex


@given(EXPRESSIONS, NOTATIONS, st.sampled_from([12.0, 20.0, 34.0]))
def test_every_row_is_balanced(expr: Expr, notation: Notation, room: float) -> None:
    for row in broken(to_latex(expr, notation=notation), room, frozenset({r"\sigma"})):
        assert row.count("{") == row.count("}")
        assert len(re.findall(r"\\left(?![a-z])", row)) == len(re.findall(r"\\right(?![a-z])", row))


@given(EXPRESSIONS)
def test_what_fits_is_left_alone(expr: Expr) -> None:
    tex = to_latex(expr)
    assert broken(tex, width(tex) + 1.0) == [tex]


@pytest.mark.parametrize("room", [16.0, 24.0, 34.0, 42.0])
@pytest.mark.parametrize("terms", [3, 9, 25])
def test_rows_fit(room: float, terms: int) -> None:
    total = long_sum(terms)
    for expr in (total, Div(total, Ref("n")), Div(Ref("n"), total), Neg(Mul((Ref("η"), total, Ref("x"))))):
        rows = broken(to_latex(expr), room)
        assert max(map(width, rows)) <= room + 0.01 or "frac{n}" in rows[0], rows


def test_a_sum_breaks_before_its_signs() -> None:
    rows = broken(to_latex(Add(tuple(Ref(f"a_{k}") for k in range(12)))), 12.0)
    assert len(rows) > 1
    assert all(row.startswith(r"\quad + ") for row in rows[1:])


def test_a_product_breaks_before_a_factor_and_says_so() -> None:
    rows = broken(to_latex(Mul(tuple(Add((ONE, Neg(Ref(f"y_{k}")))) for k in range(6)))), 12.0)
    assert len(rows) > 1
    assert all(row.startswith(r"\quad {}\cdot (1") for row in rows[1:])


def test_a_function_keeps_its_argument() -> None:
    applied = Apply("sigmoid", (Ref("net_o1"),), spelling="σ")
    for room in (4.0, 6.0, 9.0, 12.0):
        for row in broken(to_latex(Mul((applied, Add((ONE, Neg(applied))), Ref("x")))), room, frozenset({r"\sigma"})):
            assert not row.endswith(r"\sigma")


def test_a_bracket_over_two_rows_has_a_fixed_size() -> None:
    tall = Add((Div(Ref("a"), Ref("b")), *(Ref(f"w_{k}") for k in range(20))))
    rows = broken(to_latex(Mul((Ref("η"), tall))), 20.0)
    assert r"\bigl(" in rows[0]
    assert rows[-1].endswith(r"\bigr)")


def test_a_fraction_wider_than_the_page_is_opened() -> None:
    rows = broken(to_latex(Div(long_sum(9), Ref("n"))), 34.0)
    assert rows[0].startswith(r"\frac{1}{n}\bigl(")


def test_a_fraction_with_over_is_as_wide_as_one_without_and_is_opened_too() -> None:
    ratio = Div(long_sum(9), Ref("n"))
    over = to_latex(ratio, notation=Notation(fraction="over"))
    assert width(over) == width(to_latex(ratio))
    assert broken(over, 34.0)[0].startswith(r"{1 \over n}\bigl(")


def test_a_colour_takes_no_room_and_does_not_hide_where_a_line_breaks() -> None:
    factors = Mul(tuple(Add((ONE, Neg(Ref(f"y_{k}")))) for k in range(6)))
    coloured = to_latex(factors, layers=(0, 0, 1, 1, 2, None))
    assert width(coloured) == pytest.approx(width(to_latex(factors)))
    assert coloured.count(r"\textcolor") == 3
    rows = broken(coloured, 16.0)
    assert len(rows) > 1
    assert all(row.count("{") == row.count("}") for row in rows)


@pytest.mark.parametrize("sign", [r"\cdot", r"\times", "*"])
def test_a_row_begins_with_the_sign_of_the_notation(sign: str) -> None:
    rows = broken(to_latex(Mul(tuple(Add((ONE, Neg(Ref(f"y_{k}")))) for k in range(6)))), 12.0, sign=sign)
    assert all(row.startswith(rf"\quad {{}}{sign} (1") for row in rows[1:])


@pytest.mark.parametrize("count", [2, 6, 7, 12])
def test_a_long_equation_may_break_over_pages_but_not_at_its_ends(count: int) -> None:
    lines = tuple(Line("E" if k == 0 else "", "=", f"a_{k}") for k in range(count))
    page = Page(40.0, 15.0, lambda _: 0.0)
    (grid,) = lay_out([Display(lines, compact=False)], page, frozenset())
    assert isinstance(grid, Grid)
    free = [place for place, row in enumerate(grid.rows) if place and row.space != "keep"]
    assert free == ([] if count <= 6 else list(range(2, count - 1)))
