"""Cost curves as pictures and as text."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symprop.training import Record, plot, svg
from symprop.training.scale import label, scale_of

CURVES = {
    "falling": [Record(n, 1 / (n + 1) ** 2) for n in range(0, 1000, 10)],
    "one": [Record(0, 0.3)],
    "two": [Record(0, 0.3), Record(1, 0.2)],
    "flat": [Record(n, 0.5) for n in range(10)],
    "nothing": [Record(n, 0.0) for n in range(10)],
    "negative": [Record(n, -100 / (n + 1)) for n in range(50)],
    "huge": [Record(0, 1e308), Record(1, -1e308)],
    "tiny": [Record(0, 5e-324), Record(1, 1e-310)],
    "many": [Record(n, math.exp(-n / 9000) + 0.01) for n in range(50_000)],
}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("records", CURVES.values(), ids=CURVES)
def test_a_picture_is_well_formed_and_inside_of_its_frame(records: list[Record]) -> None:
    text = svg(records, "a < b & c", "E")
    tree = ET.fromstring(text)  # noqa: S314 - our own text
    (line,) = tree.iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert len(points) <= 1502
    assert all(72 <= x <= 608 and 44 <= y <= 328 for x, y in points)
    assert "a < b & c" in [node.text for node in tree.iter(f"{SVG}title")]
    assert "prefers-color-scheme: dark" in text


@pytest.mark.parametrize("records", CURVES.values(), ids=CURVES)
@pytest.mark.parametrize("width", [0, 10, 24, 40, 80, 200])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_plot_keeps_to_its_width(records: list[Record], width: int, ascii_only: bool) -> None:
    text = plot(records, "E", width, ascii_only=ascii_only)
    assert all(len(row) <= width for row in text.splitlines())
    assert text.isascii() or not ascii_only
    if width >= 40:
        assert re.search(r"[*\u2801-\u28ff]", text)


def test_a_curve_that_falls_goes_down() -> None:
    text = plot([Record(n, float(100 - n)) for n in range(101)], "E", 60, ascii_only=True)
    rows = text.splitlines()[1:-2]
    columns = [row.index("*") for row in rows if "*" in row]
    assert columns == sorted(columns)
    assert len(columns) > 5


def test_different_orders_of_magnitude_ask_for_logarithms() -> None:
    assert scale_of([1.0, 0.001]).logarithmic
    assert not scale_of([1.0, 0.5]).logarithmic
    assert not scale_of([1.0, -0.001]).logarithmic
    assert "logarithmic" in svg(CURVES["falling"], "", "E")


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=5), st.integers(2, 9))
def test_ticks_are_inside_and_few(values: list[float], most: int) -> None:
    scale = scale_of(values)
    assert all(0 <= scale.share(value) <= 1 for value in values)
    ticks = scale.ticks(most)
    assert len(ticks) <= most
    assert all(-0.01 <= scale.share(tick) <= 1.01 for tick in ticks)
    assert list(ticks) == sorted(set(ticks))


@pytest.mark.parametrize(("value", "text"), [(0.25, "0.25"), (1e-5, "1e-5"), (2000.0, "2000"), (0.0, "0"), (3e20, "3e20")])
def test_labels_are_short(value: float, text: str) -> None:
    assert label(value) == text
