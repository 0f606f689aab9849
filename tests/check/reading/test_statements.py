"""Places, repairs, tags, words and notes of statements; overriding what was inferred."""

from __future__ import annotations

import pytest

from symprop.check.document import Setting, Sign, Statement, Vocabulary
from symprop.check.reading import read
from symprop.model.expr import Ref
from symprop.model.walk import children
from tests.check.reading.sexpr import show, show_statement
from tests.check.reading.test_readings import document


def statements(*formulas: str, setting: Setting = Setting.DISPLAY) -> tuple[Statement, ...]:
    return read(document(list(formulas), setting)).statements


def test_sides_and_signs_have_their_places() -> None:
    (found,) = statements(r"\begin{align} a &= \frac{b}{2} \\ &\approx {c}^2 \end{align}")
    assert [side.latex for side in found.sides] == ["a", r"\frac{b}{2}", "{c}^2"]
    assert found.signs == (Sign.EQUALS, Sign.APPROXIMATES)
    text = found.formula.text
    assert [text[place:].split()[0] for place in found.places] == ["=", r"\approx"]
    assert [text[side.start : side.end] for side in found.sides] == [side.latex for side in found.sides]


@pytest.mark.parametrize(
    ("text", "repaired", "reading"),
    [
        (r"E = (a - b)) c", r"(a - b) c", "(* (+ a (- b)) c)"),
        (r"E = x (y + z", r"x (y + z)", "(* x (+ y z))"),
        (r"E = {\partial (w_o)) \over \partial w_o} + 1", r"{\partial (w_o) \over \partial w_o} + 1", "(+ (∂ w[o] w[o]) 1)"),
        (r"E = \left[ a + b", r"\left[ a + b]", "(+ a b)"),
    ],
)
def test_one_bracket_is_repaired(text: str, repaired: str, reading: str) -> None:
    (found,) = statements(text)
    problem = found.sides[1].unread
    assert problem is not None
    assert problem.reading is not None
    assert (problem.repaired, show(problem.reading)) == (repaired, reading)
    assert found.formula.text[problem.start] in "()\\"


def test_one_side_that_cannot_be_read_costs_no_other() -> None:
    (found,) = statements(r"a = \mystery{b} = c")
    assert [side.expr is None for side in found.sides] == [False, True, False]
    problem = found.sides[1].unread
    assert problem is not None
    assert r"\mystery" in problem.message
    assert found.formula.text[problem.start : problem.end] == r"\mystery"


def test_tags_words_and_notes() -> None:
    (found,) = statements(r"a_j = b_j \tag{2.1} \quad \text{for } j \neq k")
    assert (found.tag, found.words) == ("2.1", "for")
    assert [show_statement(note) for note in found.notes] == ["j other k"]
    (found,) = statements(r"E = a \text{ ... eq.(1.2)}")
    assert found.tag == "1.2"
    (found,) = statements(r"E = a \text{ (from eq.(1.2))}")
    assert (found.tag, found.words) == ("", "(from eq.(1.2))")


def test_a_display_that_begins_with_a_sign_continues() -> None:
    first, second = statements(r"y = a", r"= b = c")
    assert (first.continues, second.continues) == (False, True)
    assert (len(second.sides), len(second.signs), len(second.places)) == (2, 2, 2)


def test_names_carry_their_place() -> None:
    (found,) = statements(r"\alpha + w_{ij}^2 = 3")
    expr = found.sides[0].expr
    assert expr is not None
    refs = [
        node
        for term in children(expr)
        for node in (term, *(children(term) if not isinstance(term, Ref) else ()))
        if isinstance(node, Ref)
    ]
    assert [ref.span.text for ref in refs if ref.span] == [r"\alpha", "w_{ij}^2"]


def test_bare_formulas_have_long_subscripts() -> None:
    (found,) = statements("out_h1 = sigma(net_h1)", setting=Setting.BARE)
    assert show_statement(found) == "out[h,1] = (σ() net[h,1])"


def test_what_is_declared_wins() -> None:
    formulas = document([r"y = q(a + b)", r"z^s = qv_1"])
    assert [show_statement(s) for s in read(formulas).statements] == ["y = (* q (+ a b))", "(^ z s) = (* q v[1])"]
    declared = Vocabulary(functions=frozenset({"q"}), layered=frozenset({"z"}), words=frozenset({"qv"}))
    assert [show_statement(s) for s in read(formulas, declared).statements] == ["y = (q() (+ a b))", "z^[s] = qv[1]"]


def test_a_formula_with_a_problem_is_unread() -> None:
    formulas = document(["a = b"])
    broken = type(formulas)(
        formulas.source, tuple(type(f)(f.source, f.text, f.places, f.setting, problem="not closed") for f in formulas.formulas)
    )
    (found,) = read(broken).statements
    assert found.sides[0].unread is not None
    assert found.sides[0].unread.message == "not closed"
