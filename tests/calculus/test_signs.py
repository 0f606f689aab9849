"""Signs move, values stay: over random trees, and over the forms that people write."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.calculus.signs import Residuals, collected, opposite
from symprop.model.expr import ONE, TWO, Add, Div, Expr, Mul, Neg, Number, Pow, Ref, Sum
from symprop.model.network import Network
from symprop.model.reader import read_expression, read_network

NETWORK = read_network("z = w x + v; y = σ(z); inputs x; targets t s; minimize E = ½ (t - y)² + ½ (s - z)²")
NAMES = st.sampled_from(["t", "s", "y", "z", "w", "x"]).map(Ref)
POINT = {
    "t": Fraction(3, 7),
    "s": Fraction(-5, 3),
    "y": Fraction(2, 9),
    "z": Fraction(11, 4),
    "w": Fraction(-1, 5),
    "x": Fraction(7, 2),
}


def _wider(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    several = st.lists(inner, min_size=2, max_size=4).map(tuple)
    residual = st.tuples(st.sampled_from(["t", "s"]).map(Ref), inner).map(lambda pair: Add((pair[0], Neg(pair[1]))))
    return st.one_of(
        several.map(Add),
        several.map(Mul),
        residual,
        inner.map(Neg),
        st.tuples(inner, st.sampled_from([2, 3, 4])).map(lambda pair: Pow(pair[0], Number(Fraction(pair[1])))),
        inner.map(lambda e: Div(e, TWO)),
    )


TREES = st.recursive(NAMES, _wider, max_leaves=12)


def value(expr: Expr) -> Fraction:
    match expr:
        case Ref():
            return POINT[expr.name]
        case Number():
            return expr.value
        case Neg():
            return -value(expr.operand)
        case Add():
            return sum((value(term) for term in expr.terms), Fraction(0))
        case Mul():
            result = Fraction(1)
            for factor in expr.factors:
                result *= value(factor)
            return result
        case Pow():
            return value(expr.base) ** int(value(expr.exponent))
        case Div():
            return value(expr.numerator) / value(expr.denominator)
    raise AssertionError(expr)


@given(TREES)
def test_the_value_stays(expr: Expr) -> None:
    assert value(opposite(expr)) == -value(expr)
    assert value(collected(expr)) == value(expr)
    residuals = Residuals.of(NETWORK)
    for first in (True, False):
        assert value(residuals.turned(expr, target_first=first)) == value(expr)


@given(TREES, TREES)
def test_residuals_stand_as_in_another_expression(expr: Expr, body: Expr) -> None:
    assert value(Residuals.of(NETWORK).as_in(body, expr)) == value(expr)


def read(text: str) -> Expr:
    return read_expression(text, NETWORK)


@pytest.mark.parametrize(
    ("text", "output_first"),
    [
        ("t - y", "-(y - t)"),
        ("-(t - y)", "y - t"),
        ("y - t", "y - t"),
        ("-(t - y) y (1 - y)", "(y - t) y (1 - y)"),
        ("(t - y)²", "(y - t)²"),
        ("(t - y)^3", "-(y - t)^3"),
        ("1 - t", "1 - t"),  # a number is no output
        ("t - s", "t - s"),  # nor is another target
        ("t y - z", "t y - z"),  # nor is a target that is multiplied by one a target
        ("abs(t - y)", "abs(t - y)"),  # not inside a function
    ],
)
def test_what_is_turned(text: str, output_first: str) -> None:
    assert Residuals.of(NETWORK).turned(read(text), target_first=False) == read(output_first)


@pytest.mark.parametrize(
    ("text", "plain"), [("-w - x", "-(w + x)"), ("y (-w - x)", "-(y (w + x))"), ("w - x", "w - x"), ("-w", "-w")]
)
def test_a_common_sign_is_collected(text: str, plain: str) -> None:
    assert collected(read(text)) == (Neg(Mul((Ref("y"), Add((Ref("w"), Ref("x")))))) if "y" in plain else read(plain))


def test_the_sign_of_all_summands_is_in_front_of_the_sum() -> None:
    inner = Sum(Neg(Ref("x", (Ref("k"),))), "k", ONE, Ref("n"))
    assert collected(inner) == Neg(Sum(Ref("x", (Ref("k"),)), "k", ONE, Ref("n")))


def test_without_targets_the_inputs_are_what_is_to_be_met() -> None:
    network: Network = read_network("inputs x; y = w x; minimize E = ½ (x - y)²")
    assert Residuals.of(network).targets == {"x"}
