"""Columns are matched to quantities by name, in any spelling."""

from __future__ import annotations

import pytest

from symprop.errors import InputError
from symprop.model.reader import read_network
from symprop.training.columns import Match, match_columns, unused

SCALARS = read_network("inputs x_1 η; targets out_h1; y = w x_1 + v η; minimize E = (out_h1 - y)²")
VECTOR = read_network("inputs x[n]; targets t; weights w[n]; y = Σ_k w[k] x[k]; minimize E = (t - y)²")
FIXED = read_network("inputs x[3]; targets t; weights w[3]; y = Σ_k w[k] x[k]; minimize E = (t - y)²")
MATRIX = read_network("inputs x[n,m]; targets t; weights w[n,m]; y = Σ_j Σ_k w[j,k] x[j,k]; minimize E = (t - y)²")
SEQUENCE = read_network("inputs x[0..T]; targets t; weights w[0..T]; y = Σ_k w[k] x[k]; minimize E = (t - y)²")
MIXED = read_network("inputs x[2] x_1; targets t; weights w[2] v; y = Σ_k w[k] x[k] + v x_1; minimize E = (t - y)²")


def matched(network: object, *names: str) -> dict[str, Match]:
    return {match.name: match for match in match_columns(network, names, lambda _: None)}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "names", [("x_1", "η", "out_h1"), ("x₁", "eta", "out_{h1}"), ("x_{1}", " η", "out_h1"), ("𝑥_1", "eta", "out_h1")]
)
def test_scalars_in_any_spelling(names: tuple[str, ...]) -> None:
    found = matched(SCALARS, *names)
    assert [found[name].columns for name in ("x_1", "η", "out_h1")] == [(0,), (1,), (2,)]


def test_near_spellings_are_taken_where_only_one_column_has_them() -> None:
    found = matched(SCALARS, "x1", "eta", "outh1")
    assert found["x_1"].loose
    assert found["x_1"].columns == (0,)
    assert not found["η"].loose
    with pytest.raises(InputError, match="two columns are x_1"):
        matched(SCALARS, "x1", "x[1]", "eta", "out_h1")


@pytest.mark.parametrize(
    "names", [("x_1", "x_2"), ("x1", "x2"), ("x[1]", "x[2]"), ("x₁", "x₂"), ("x_{1}", "x_{2}"), ("x[ 1 ]", "x_2")]
)
@pytest.mark.parametrize("turned", [False, True])
def test_entries_of_a_vector(names: tuple[str, ...], turned: bool) -> None:
    given = (*names, "t")
    found = matched(VECTOR, *(given[::-1] if turned else given))
    assert found["x"].shape == (2,)
    assert found["x"].columns == ((2, 1) if turned else (0, 1))


def test_entries_beyond_nine_are_sorted_as_numbers() -> None:
    names = [f"x_{number}" for number in range(12, 0, -1)]
    assert matched(VECTOR, *names, "t")["x"].columns == tuple(range(11, -1, -1))


@pytest.mark.parametrize("form", ["x[{},{}]", "x_{}_{}", "x_{}{}", "x_{}_{{{}}}", "x[{}][{}]", "x_{},{}"])
def test_entries_of_a_matrix(form: str) -> None:
    names = [form.format(j, k) for j in (1, 2) for k in (1, 2, 3)]
    found = matched(MATRIX, "t", *names)["x"]
    assert (found.shape, found.columns) == ((2, 3), (1, 2, 3, 4, 5, 6))


def test_indices_begin_where_the_network_says() -> None:
    assert matched(SEQUENCE, "x[0]", "x[1]", "t")["x"].shape == (2,)
    with pytest.raises(InputError, match=r"no column for x\[0\]"):
        matched(SEQUENCE, "x[1]", "x[2]", "t")


def test_a_quantity_of_that_name_goes_before_an_entry() -> None:
    found = matched(MIXED, "x_1", "x[1]", "x[2]", "t")
    assert found["x_1"].columns == (0,)
    assert found["x"].columns == (1, 2)


def test_one_entry_needs_no_number() -> None:
    assert matched(VECTOR, "x", "t")["x"] == Match("x", (0,), (1,))


@pytest.mark.parametrize(
    ("network", "names", "message"),
    [
        (SCALARS, ("x_1", "etta", "out_h1"), "no column for the input η"),
        (SCALARS, ("x_1", "eta", "out_h2"), "did you mean out_h2"),
        (VECTOR, ("x_1", "x_3", "t"), r"no column for x\[2\]"),
        (VECTOR, ("x_1", "x_999999999999", "t"), r"no column for x\[2\]"),
        (VECTOR, ("x_0", "x_1", "t"), r"x\[0\] is not in the network"),
        (VECTOR, ("y_1", "t"), r"no column for x\[…\]"),
        (VECTOR, ("x_1", "x[1]", "t"), "two columns are x"),
        (FIXED, ("x_1", "x_2", "t"), r"no column for x\[3\]"),
        (FIXED, ("x_1", "x_2", "x_3", "x_4", "t"), r"x\[4\] is not in the network"),
    ],
)
def test_what_is_missing_or_too_much_is_named(network: object, names: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        matched(network, *names)


def test_columns_that_nothing_needs() -> None:
    names = ("id", "x_1", "x_2", "t", "x_a")
    assert unused(match_columns(VECTOR, names, lambda _: None), names) == ["id", "x_a"]
