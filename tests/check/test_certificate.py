"""Certificates: what is proved is equal, what is not equal is never proved."""

from __future__ import annotations

import pytest

from symprop.check.checker import check
from symprop.check.report import Evidence, Outcome

EQUAL = (
    r"-(t - y) x = t x \cdot (-1) + x y",
    r"\frac{1}{2} \cdot 2 (t - y)^{2-1} \cdot (-1) = y - t",
    r"\frac{1}{1 + e^{-x}} \cdot \frac{e^{-x}}{1 + e^{-x}} = \frac{e^{-x}}{(1 + e^{-x})^2}",
    r"\frac{a}{b} + \frac{c}{d} = \frac{a d + b c}{b d}",
    r"(a + b)^{-1} (a + b)^2 = a + b",
)
OTHER = (
    r"-(t - y) x = t x + x y",
    r"\frac{1}{2} (t - y)^{2-1} = t - y",
    r"(a + b)^2 = a^2 + b^2",
    r"\frac{a}{b} + \frac{c}{d} = \frac{a + c}{b + d}",
    r"e^{x} e^{x} = e^{x^2}",
)


@pytest.mark.parametrize("formula", EQUAL)
def test_equal_formulas_are_proved(formula: str) -> None:
    (found,) = check(f"${formula}$", "notes.md").findings
    assert (found.outcome, found.evidence) == (Outcome.HOLDS, Evidence.PROVED)


@pytest.mark.parametrize("formula", OTHER)
def test_other_formulas_are_not(formula: str) -> None:
    (found,) = check(f"${formula}$", "notes.md").findings
    assert found.outcome is not Outcome.HOLDS


def test_arrays_do_not_commute() -> None:
    document = r"$\mathbf{y} = \mathbf{V} \mathbf{W} \mathbf{x}$, $\mathbf{y} = \mathbf{W} \mathbf{V} \mathbf{x}$"
    assert check(document, "notes.md").findings[-1].outcome is not Outcome.HOLDS


def test_a_long_power_is_left_to_values() -> None:
    document = r"$(a + b + c + d)^{12} = (d + c + b + a)^{12}$"
    assert check(document, "notes.md").findings[-1].outcome is Outcome.HOLDS
