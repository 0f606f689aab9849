"""The page for a terminal."""

from __future__ import annotations

import re

import pytest

from symprop.model.printer import to_text
from symprop.render import render
from symprop.render.text import columns, pieces, to_ascii
from tests.render.samples import layers, linear, long_lines, long_sum

SAMPLES = [linear, layers, long_lines]


@pytest.mark.parametrize("width", [40, 60, 100, 120, 200])
@pytest.mark.parametrize("sample", SAMPLES)
def test_no_line_is_wider_than_the_terminal(sample: object, width: int) -> None:
    lines = render(sample(), "text", width=width).splitlines()  # type: ignore[operator]
    assert max(map(columns, lines)) <= width


@pytest.mark.parametrize("width", [40, 88])
def test_a_wrapped_formula_is_the_formula(width: int) -> None:
    page = "".join(render(long_lines(detail=1), "text", width=width).split())
    assert "".join(to_text(long_sum(14)).split()) in page


def test_pieces_are_the_text() -> None:
    text = "∂E/∂w = −(t − r)·Σ_{q=1..n − 1} δ[q]·W[q,j − 1] ⊙ x .* y"
    assert "".join(piece.text for piece in pieces(text)) == text
    assert all("[" not in piece.text or "]" in piece.text for piece in pieces(text))


def test_relations_stand_under_each_other() -> None:
    lines = render(linear(), "text").splitlines()
    chain = [line for line in lines if re.search(r"chain rule|as derived|differentiation|arithmetic", line)]
    assert len({line.index(" = ") for line in chain}) == 1
    assert len({line.index(word) for line, word in zip(chain, ("chain", "as derived", "diff", "arith"), strict=True)}) == 1


def test_reasons_stand_below_where_there_is_no_room() -> None:
    lines = render(linear(), "text", width=40).splitlines()
    at = next(i for i, line in enumerate(lines) if "chain rule" in line)
    assert "=" not in lines[at]
    assert lines[at - 1].strip().startswith("∂E/∂w_o =")


def test_colour_only_on_demand() -> None:
    assert "\x1b" not in render(linear(), "text")
    coloured = render(linear(), "text", color=True)
    assert "\x1b[1mThe network\x1b[0m" in coloured
    assert "\x1b[2mas derived above\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\dm", "", coloured) == render(linear(), "text")


@pytest.mark.parametrize("sample", SAMPLES)
def test_ascii_is_ascii(sample: object) -> None:
    assert render(sample(), "text", ascii_only=True).isascii()  # type: ignore[operator]


def test_what_has_no_ascii_is_marked() -> None:
    assert to_ascii("δ é … 漢") == "delta e ... ?"
