"""Printed numbers: to the last digit, with what was printed before, and never surer than the document allows."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest

from symprop.check.given.networks import given, vocabulary
from symprop.check.numbers import Numbers, NumericVerdict
from symprop.check.reading import read
from symprop.check.sources import read_document
from symprop.check.understanding.theories import understand
from symprop.model.expr import Expr
from symprop.model.reader import read_network

PERCEPTRON = """
inputs x
targets t
weights w
constants c
rate η
net = w x + c
out = σ(net)
minimize E = ½ (t - out)²
values x = 0.5, t = 1, w = 0.8, c = 0.1, η = 0.5
"""
VALUES = "The data: $x = 0.5$, $t = 1$, $w = 0.8$, $c = 0.1$ and $\\eta = 0.5$.\n\n"
FORMULAS = (
    "$$net = w x + c$$\n\n$$out = \\frac{1}{1 + e^{-net}}$$\n\n$$E = \\frac{1}{2}(t - out)^2$$\n\n"
    "$$w^+ = w - \\eta \\frac{\\partial E}{\\partial w}$$\n\n"
)


def verdicts(text: str, network: str = "") -> Iterator[tuple[str, NumericVerdict | None]]:
    """Every link of a document, in order."""
    networks = [read_network(network)] if network else []
    reading = read(read_document(text, "page.md"), vocabulary(networks))
    understanding = understand(reading, given(networks, reading))
    numbers = Numbers(understanding)
    for line in understanding.lines:
        for link in line.links:
            yield line.sides[link + 1].latex, numbers.judge(line, link)
        numbers.learn(line)


def last(text: str, network: str = "") -> NumericVerdict:
    """The verdict on the last link."""
    verdict = list(verdicts(text, network))[-1][1]
    assert verdict is not None
    return verdict


@pytest.mark.parametrize(
    ("formula", "holds", "kind"),
    [
        ("0.15 * 0.05 + 0.35 = 0.3575", True, ""),
        ("0.15 * 0.05 + 0.35 = 0.358", True, ""),
        ("0.15 * 0.05 + 0.35 = 0.3576", True, "rounding"),
        ("0.15 * 0.05 + 0.35 = 0.3577", False, ""),
        ("0.15 * 0.05 + 0.35 = 0.3375", False, ""),
        (r"\frac{1}{1 + e^{-0.5}} = 0.622459331", True, ""),
        (r"\frac{1}{1 + e^{-0.5}} = 0.622459332", True, "rounding"),
        (r"\frac{1}{1 + e^{-0.5}} = 0.622459334", False, ""),
        (r"\frac{1}{1 + e^{-0.5}} \approx 0.62", True, ""),
        (r"\frac{1}{1 + e^{-0.5}} \approx 0.6", True, ""),
        (r"\frac{1}{1 + e^{-0.5}} \approx 1", True, ""),
        (r"\frac{1}{1 + e^{-0.5}} = 1", None, ""),
        (r"\frac{1}{1 + e^{-0.5}} = 2", False, ""),
        ("2 + 2 = 5", False, ""),
        ("2 + 2 = 4", True, ""),
        ("0.1 + 0.2 = 0.4", False, ""),
        ("0.1 + 0.2 = 0.3", True, ""),
        (r"\frac{1}{3} = 0.33", True, ""),
        (r"\frac{2}{3} = 0.666", True, "rounding"),
        (r"\frac{2}{3} = 0.66", True, "rounding"),
        (r"\frac{2}{3} = 0.68", False, ""),
        (r"\frac{2}{3} = 0.6", False, ""),
        ("0.15 * 0.5 = 0.09", False, ""),
        ("0.1 * 0.3 = 0.02", False, ""),
        (r"\frac{1}{2} = \frac{2}{4}", True, ""),
        (r"\frac{1}{2} = \frac{2}{3}", False, ""),
        (r"0.00025 * 2 = 5 \cdot 10^{-4}", True, ""),
        (r"0.00025 * 3 = 5 \cdot 10^{-4}", False, ""),
        ("-(0.01 - 0.75) = 0.74", True, ""),
        ("-(0.01 - 0.75) = -0.74", False, ""),
        ("8 * (0.5 * 1.5 * 4 + 1 * 0.5 * 4) = 40", True, ""),
        ("8 * (0.5 * 1.5 * 4 + 1 * 0.5 * 4) = 41", False, ""),
    ],
)
def test_arithmetic_is_exact_up_to_the_printed_digits(formula: str, holds: bool | None, kind: str) -> None:
    found = last(f"$${formula}$$")
    assert found.holds is holds, found
    assert found.kind == kind


def test_a_rounded_number_stands_for_what_it_was_rounded_from() -> None:
    """0.6225² is 0.38750625, but the square of the full value is 0.38745562: both may be printed."""
    page = r"$$y = \frac{1}{1 + e^{-0.5}} = 0.6225$$" + "\n\n$$z = y^2 = 0.6225^2 = {}$$"
    assert last(page.replace("{}", "0.38745562")).holds
    assert last(page.replace("{}", "0.38750625")).holds
    assert last(page.replace("{}", "0.38760")).holds is False


def test_given_numbers_are_exact() -> None:
    """0.6225 is a datum here, so it stands for nothing else."""
    assert last("$$y = 0.6225$$\n\n$$0.6225^2 = 0.38745562$$").holds is False


def test_the_values_in_a_document_decide_its_formulas() -> None:
    page = VALUES + FORMULAS
    assert last(page + "$$out = 0.6225$$").holds
    assert last(page + "$$out = 0.6325$$").holds is False
    assert last(page + r"$$\frac{\partial E}{\partial w} = -0.0444$$").holds
    assert last(page + r"$$\frac{\partial E}{\partial w} = 0.0444$$").holds is False
    assert last(page + r"$$w^+ = 0.8222$$").holds


def test_a_network_gives_the_values() -> None:
    page = FORMULAS
    assert last(page + "$$net = 0.8 * 0.5 + 0.1$$", PERCEPTRON).holds
    assert last(page + "$$net = 0.8 * 0.5 + 0.2$$", PERCEPTRON).holds is False
    assert last(page + "$$out = 0.622459$$", PERCEPTRON).holds
    assert last(page + "$$w = 0.8$$", PERCEPTRON).holds
    assert last(page + "$$w = 0.7$$", PERCEPTRON).holds is False


def test_without_values_nothing_is_said_and_what_lacks_is_named() -> None:
    found = last(FORMULAS + "$$out = 0.622459331$$")
    assert found.holds is None
    assert {"w", "x", "c"} <= set(found.missing)


def test_printed_values_serve_where_data_lack() -> None:
    page = FORMULAS + "$$net = 0.5$$\n\n"
    assert last(page + r"$$out = \frac{1}{1 + e^{-0.5}} = 0.62245933$$").holds
    assert last(page + "$$out = 0.62245933$$").holds
    assert last(page + "$$out = 0.61245933$$").holds is False
    assert last(page + r"$$\frac{\partial out}{\partial net} = 0.2350037$$").holds


def test_a_value_that_rests_on_a_wrong_one_says_so() -> None:
    page = VALUES + FORMULAS + "$$net = 0.51$$\n\n"
    found = last(page + "$$out = 0.624806$$")
    assert found.holds is False
    assert found.follows_from == page[: page.index("$$net = 0.51")].count("\n") + 1


def test_a_name_with_another_value_later_is_of_another_moment() -> None:
    page = VALUES + FORMULAS + "$$out = 0.622459331$$\n\n"
    after = last(page + "$$out = 0.62506465$$")
    assert after.holds in (True, None)
    assert last(page + "$$out = 0.7$$").holds is None


def test_what_nothing_defines_has_no_derivative() -> None:
    """A printed value says nothing about what a quantity depends on."""
    found = last(r"$$h = w x$$" + "\n\n$$E_2 = 0.25$$\n\n" + r"$$\frac{\partial E_2}{\partial h} = -0.0190$$")
    assert found.holds is None


def test_identities_are_left_to_the_formulas() -> None:
    """A derivative that is 1 for all values is no printed number."""
    assert list(verdicts(r"$$z = w x + b$$" + "\n\n" + r"$$\frac{\partial z}{\partial b} = 1$$"))[-1][1] is None


def test_claims_after_updates() -> None:
    reading = read(read_document(VALUES + FORMULAS, "page.md"))
    understanding = understand(reading)
    numbers = Numbers(understanding)
    for line in understanding.lines:
        numbers.learn(line)
    cost, value = claim("E = 0.0689")
    assert numbers.after_updates(cost, value, 1).holds is False
    x, t, w, c, rate = 0.5, 1.0, 0.8, 0.1, 0.5
    for _ in range(2):
        out = sigmoid(w * x + c)
        w -= rate * -(t - out) * out * (1 - out) * x
    out = sigmoid(w * x + c)
    cost, value = claim(f"E = {(t - out) ** 2 / 2:.8f}")
    assert numbers.after_updates(cost, value, 2).holds


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        ("net = 0.8 x + c", True),
        ("net = 0.8 x + 0.1", True),
        ("net = w \\cdot 0.5 + 0.1", True),
        ("net = 0.9 x + c", None),
        ("net = 0.5 w + 0.1 x", None),
        ("E = \\frac{1}{2} (1 - out)^2", True),
        ("\\frac{\\partial E}{\\partial w} = 1 (out - t) out (1 - out) \\cdot 0.5", True),
        ("\\frac{\\partial E}{\\partial w} = 1 (out - t) out (1 - out)", None),
        ("\\frac{\\partial E}{\\partial w} = \\frac{2}{2} (out - t) out (1 - out) \\eta", None),
        ("net = w x + c", None),
    ],
)
def test_some_names_may_stand_as_their_values(line: str, holds: bool | None) -> None:
    assert substituted(VALUES + FORMULAS + f"$${line}$$") is holds


def substituted(text: str) -> bool | None:
    """What is said of the last link as a formula with values put in."""
    understanding = understand(read(read_document(text, "page.md")))
    numbers = Numbers(understanding)
    for line in understanding.lines[:-1]:
        numbers.learn(line)
    verdict = numbers.substituted(understanding.lines[-1], 0)
    return None if verdict is None else verdict.holds


def test_a_printed_value_may_stand_for_its_name() -> None:
    page = "$$H = w x$$\n\n$$A = f(H)$$\n\n$$H = 2 * 2 = 4$$\n\n"
    assert substituted(page + "$$f(H) = f(4)$$") is True
    assert substituted(page + "$$f(H) = f(5)$$") is None
    assert substituted(page + "$$A = f(4)$$") is True
    page = "$$H_1 = w_1 x_1$$\n\n$$H_1 = 2$$\n\n$$A_2 = f(H_1) + x_1$$\n\n"
    assert substituted(page + "$$A_2 = f(2) + x_1$$") is True
    assert substituted(page + "$$A_2 = f(2) + x_2$$") is None


def test_a_value_put_in_for_a_name_without_one_decides_nothing() -> None:
    understanding = understand(read(read_document(FORMULAS + "$$net = 0.8 x + c$$", "page.md")))
    verdict = Numbers(understanding).substituted(understanding.lines[-1], 0)
    assert verdict is not None
    assert verdict.holds is None
    assert verdict.missing == ("w",)


def claim(text: str) -> tuple[Expr, Expr]:
    statement = read(read_document(f"$${text}$$", "claim.md")).statements[0]
    left, right = (side.expr for side in statement.sides)
    assert left is not None
    assert right is not None
    return left, right


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def test_values_that_are_equal_by_chance_are_not_one_quantity() -> None:
    """``E`` does not depend on ``q``, though ``q`` has the value of ``h`` here."""
    page = "$w = 2$, $x = 3$, $q = 6$\n\n$$h = w x$$\n\n$$E = h^2 + \\sin(q - 6)$$\n\n"
    assert last(page + r"$$\frac{\partial E}{\partial q} = 1.00$$").holds
    page = "$w = 2$, $x = 3$, $q = 6$\n\n$$h = w x$$\n\n$$E = h^2$$\n\n$$F = E + q$$\n\n"
    assert last(page + r"$$\frac{\partial E}{\partial q} = 12.00$$").holds is False


def test_what_a_printed_value_depends_on_is_not_guessed() -> None:
    page = "$$h_2 = 0.59688$$\n\n$w_1 = 0.5$, $x = 2$\n\n$$h_1 = w_1 x$$\n\n$$n = h_1 + h_2$$\n\n"
    assert last(page + r"$$\frac{\partial n}{\partial w_1} = 2.00$$").holds is None
    assert last(page + r"$$n = 1.59688$$").holds
