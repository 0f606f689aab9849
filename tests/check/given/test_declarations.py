"""Declarations in comments: what they say is known, what is wrong with them is said at its place."""

from __future__ import annotations

from fractions import Fraction

import pytest

from symprop.check.checker import check
from symprop.check.given.declarations import read_declarations
from symprop.check.given.knowing import Known, known
from symprop.check.given.writing import declaration
from symprop.check.judge import Judge
from symprop.check.numbers import Numbers
from symprop.check.sources import read_document
from symprop.check.understanding.theories import Understanding, understand
from symprop.errors import InputError
from symprop.model.expr import Number, Ref


def page(block: str, text: str = "") -> str:
    return f"{text}\n\n<!-- symprop\n{block}\n-->\n"


def read_known(block: str, text: str = "") -> Known:
    return known(read_document(page(block, text), "page.md"))


def understood(block: str, text: str = "") -> tuple[Known, Understanding]:
    found = read_known(block, text)
    return found, understand(found.reading, found.given)


def holds(block: str, text: str) -> bool | None:
    """Whether the last relation of the document is an identity."""
    found, meaning = understood(block, text)
    line = meaning.lines[len(meaning.lines) - 1 - len(found.claims)]
    left, right = line.exprs[-2:]
    assert left is not None
    assert right is not None
    return Judge(meaning.at(line.number)).equal(left, right).holds


def test_names_functions_and_the_like_go_to_the_reader() -> None:
    found = read_declarations(
        read_document(page("names net out target; functions phi\nindexed delta\nlayered a z\nvectors x\nmatrices W"), "page.md")
    )
    assert {"net", "out", "target"} <= found.vocabulary.words
    assert found.vocabulary.functions == {"φ"}
    assert found.vocabulary.indexed == {"δ"}
    assert found.vocabulary.layered == {"a", "z"}
    assert found.vocabulary.arrays == {"x", "W"}
    assert found.ranks == {"x": 1, "W": 2}


def test_the_notation_of_networks_is_understood() -> None:
    found, meaning = understood(
        "inputs i\nweights w_h w_o   # both\nr_h = w_h i\nr_o = w_o r_h\nvalues w_h = 0.5, i = 2", "$$a = b$$"
    )
    assert holds("r_h = w_h i\nr_o = w_o r_h", r"$$\frac{\partial r_o}{\partial w_h} = w_o i$$")
    assert holds("r_h = w_h i\nr_o = w_o r_h", r"$$\frac{\partial r_o}{\partial w_h} = w_h i$$") is False
    assert found.given.theory.values["w", (Ref("h").name,)] == Fraction(1, 2)
    assert meaning.theories[0][1].cost is None or meaning.theories[0][1].cost.name != "declared_without_cost"


def test_a_definition_may_be_let_in_either_notation() -> None:
    text = r"$$\frac{\partial y}{\partial w_1} = \phi'(w_1 x_1) x_1$$"
    assert holds(r"functions phi; let y = \phi(w_1 x_1)", text)
    assert holds("functions φ\nlet y = φ(w_1 x_1)", text)
    assert holds("functions φ\nlet y = φ(w_1 x_1 + x_1)", text) is False


def test_two_spellings_may_be_one_name() -> None:
    text = "$$y = w x$$\n\n$$" + r"\frac{\partial Y}{\partial w} = x$$"
    assert holds("same Y = y", text)
    assert not holds("", text)


def test_a_letter_runs_over_its_range() -> None:
    text = "$$E = E_{o1} + E_{o2}$$\n\n$$E_{o1} = a^2$$\n\n$$E_{o2} = a + b$$\n\n" + r"$$E = \sum_o E_o$$"
    assert holds("range o in o1, o2", text)


def test_values_of_names_and_arrays() -> None:
    found = read_declarations(read_document(page("values T = 2, hh_1 = -0.75, x = [1, 2.5], W = [[1, 2], [3, 1/4]]"), "page.md"))
    assert [(value.name, value.at, value.number) for value in found.values] == [
        ("T", (), 2),
        ("hh_1", (), Fraction(-3, 4)),
        ("x", (1,), 1),
        ("x", (2,), Fraction(5, 2)),
        ("W", (1, 1), 1),
        ("W", (1, 2), 2),
        ("W", (2, 1), 3),
        ("W", (2, 2), Fraction(1, 4)),
    ]


def test_values_decide_numbers() -> None:
    text = "$$y = w_1 x$$\n\n$$y = 0.75$$"
    found, meaning = understood("values w_1 = 0.5, x = 1.5", text)
    numbers = Numbers(meaning)
    line = meaning.lines[-1]
    verdict = numbers.judge(line, 0)
    assert verdict is not None
    assert verdict.holds
    assert not found.claims


def test_claims_stand_behind_the_document_with_their_place() -> None:
    text = "$$y = w x$$\n\n$$E = (1 - y)^2$$\n\n$$w^+ = w - \\eta \\frac{\\partial E}{\\partial w}$$"
    found, meaning = understood("values w = 0.5, x = 1, eta = 0.1\nclaim y = 0.5\nclaim E after 2 updates = 0.1024", text)
    assert [claim.updates for claim in found.claims] == [0, 2]
    assert found.claims[1].span.text == "claim E after 2 updates = 0.1024"
    numbers = Numbers(meaning)
    first, second = meaning.lines[-2:]
    verdict = numbers.judge(first, 0)
    assert verdict is not None
    assert verdict.holds
    left, right = second.exprs
    assert isinstance(left, Ref)
    assert isinstance(right, Number)
    assert numbers.after_updates(left, right, 2).holds
    assert numbers.after_updates(left, right, 1).holds is False


@pytest.mark.parametrize("block", ["assume t one-hot", "assume sum(t[k], k) = 1", "assume Σ_k t[k] = 1"])
def test_labels_may_be_assumed_to_add_up_to_1(block: str) -> None:
    assert read_known(block).given.theory.simplex == {"t"}


@pytest.mark.parametrize(
    ("block", "place", "message"),
    [
        ("names", "names", "names nothing"),
        ("names a 5", "5", "no name"),
        ("functionz phi", "functionz phi", "declares nothing"),
        ("range o", "range o", "a range is"),
        ("values w_1", "w_1", "a name and its value"),
        ("values w_1 = q", "q", "expected a number"),
        ("values w = [1, 2", "", "not closed"),
        ("assume the best", "assume the best", "not understood"),
        ("let y", "let y", "needs an equality"),
        ("let y = (a", "", "bracket"),
        ("claim E = 1 = 2", "claim E = 1 = 2", "one equality"),
        ("y = w x\nz = (y", "", "never closed"),
        ("values w = 1/0", "values w = 1/0", "no number"),
        ("weights", "weights", "names nothing"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(block: str, place: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_known(block, "$a = b$")
    assert caught.value.span is not None
    assert caught.value.span.source.name == "page.md"
    assert place in caught.value.span.text


def test_what_was_inferred_can_be_pasted_back() -> None:
    text = (
        "$$net_{h1} = w_1 i_1 + w_2 i_2$$\n\n$$out_{h1} = f(net_{h1})$$\n\n$$E = E_{o1} + E_{o2}$$\n\n"
        r"$$E = \sum_o E_o$$"
        "\n\n$$"
        r"\delta_j(k) = \sum_i w_{ij} \delta_i(k+1)$$"
    )
    found, meaning = understood("", text)
    block = declaration(found.reading, meaning)
    assert "names" in block
    again, anew = understood(block, text)
    assert again.reading.vocabulary == found.reading.vocabulary
    assert anew.theories[0][1].rules == meaning.theories[0][1].rules
    assert declaration(again.reading, anew) == block


def test_a_document_without_declarations_has_none() -> None:
    assert not read_declarations(read_document("$a = b$", "page.md"))


def test_claims_are_judged_at_the_given_values() -> None:
    text = page(
        "values w = 0.5, x = 1, t = 2, eta = 0.1\nminimize E = ½ (t - y)²\nclaim E = 1.125\nclaim E = 1.2\n"
        "claim E after 1 update = 0.91125\nclaim E after 1 update = 0.92",
        "$$y = w x$$\n\n$$E = 1.125$$",
    )
    found = [finding.outcome.value for finding in check(text, "page.md").findings]
    assert found == ["defines", "holds", "holds", "fails", "holds", "fails"]
