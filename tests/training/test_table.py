"""Tables in the spellings that people and programs save, and messages with the line and the column."""

from __future__ import annotations

import pytest

from symprop.errors import InputError, Source
from symprop.model.reader import read_network
from symprop.training import from_table
from symprop.training.table import Table

NETWORK = read_network("inputs a b; targets t; y = w_1 a + w_2 b; minimize E = (t - y)²")
PLAIN = "a,b,t\n1,2,3\n4,5,6\n"

SPELLINGS = {
    "commas": PLAIN,
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "bars": PLAIN.replace(",", "|"),
    "blanks": PLAIN.replace(",", "  "),
    "blanks around": PLAIN.replace(",", " ,  "),
    "quotes": '"a","b","t"\n"1","2","3"\n4,"5",6\n',
    "no last line end": PLAIN.rstrip(),
    "blank lines": "\n\na,b,t\n\n1,2,3\n   \n4,5,6\n\n\n",
    "comments": "# made by hand\na,b,t\n1,2,3\n# half way\n4,5,6\n",
    "header in a comment": "# first\n# a,b,t\n1,2,3\n4,5,6\n",
    "other columns": "name,a,t,b,note\nx,1,3,2,\ny,4,6,5,n/a\n",
    "order": "t,b,a\n3,2,1\n6,5,4\n",
    "exponents": "a,b,t\n1e0,+2.0,.3e1\n4.,5.0E+0,60e-1\n",
}


@pytest.mark.parametrize("text", SPELLINGS.values(), ids=SPELLINGS)
def test_a_table_is_read_in_any_spelling(text: str) -> None:
    data = from_table(NETWORK, text, "d.csv")
    assert data.examples == 2
    assert {name: block.values.tolist() for name, block in data.blocks.items()} == {"a": [1, 4], "b": [2, 5], "t": [3, 6]}
    assert list(data.inputs) == ["a", "b"]
    assert list(data.targets) == ["t"]


TROUBLE = {
    "empty": ("", "holds no data", None),
    "only comments": ("# a,b,t\n", "holds no data", None),
    "only a header": ("a,b,t\n", "no rows", (1, 1)),
    "no header": ("1,2,3\n4,5,6\n", "no header", (1, 1)),
    "text": ("a,b,t\n1,2,3\n4,red,6\n", "value of b is 'red', which is no number", (3, 3)),
    "text with braces": ("a,b,t\n1,{b},3\n", "'{b}'", (2, 3)),
    "a group mark": ("a,b,t\n1,1_000,3\n", "'1_000', which is no number", (2, 3)),
    "decimal comma": ("a;b;t\n1;2;3\n4;0,5;6\n", "write it with a decimal point: 0.5", (3, 3)),
    "nan": ("a,b,t\n1,2,nan\n", "value of t is nan", (2, 5)),
    "infinite": ("a,b,t\n1,-inf,3\n", "value of b is -inf", (2, 3)),
    "no value": ("a,b,t\n1,,3\n", "no value for b", (2, 3)),
    "short row": ("a,b,t\n\n1,2\n", "2 fields, and the header has 3", (3, 4)),
    "long row": ("a,b,t\n1,2,3,4\n", "4 fields, and the header has 3", (2, 7)),
    "open quote": ('a,b,t\n1,"2,3\n4,5,6\n', "quotes", (2, 1)),
    "missing column": ("a,b\n1,2\n", "no column for the target t", (1, 1)),
    "two columns": ("a,b,t,{a}\n1,2,3,4\n", "two columns are a", (1, 7)),
}


@pytest.mark.parametrize(("text", "message", "place"), TROUBLE.values(), ids=TROUBLE)
def test_what_cannot_be_used_is_said_with_its_place(text: str, message: str, place: tuple[int, int] | None) -> None:
    with pytest.raises(InputError) as caught:
        from_table(NETWORK, text, "d.csv")
    assert message in str(caught.value)
    span = caught.value.span
    assert (span and (span.line, span.column)) == place


def test_values_too_large_to_add_are_finite_all_the_same() -> None:
    data = from_table(NETWORK, "a,b,t\n1e308,1e308,1e308\n", "d.csv")
    assert data.inputs["a"].values.tolist() == [1e308]


def test_the_hint_shows_a_header_that_would_do() -> None:
    indexed = read_network("inputs x[n]; targets t; weights w[n]; y = Σ_k w[k] x[k]; minimize E = (t - y)²")
    with pytest.raises(InputError, match="x_1, x_2, …, t"):
        from_table(indexed, "1,2\n", "d.csv")


def test_a_row_over_several_lines_is_named_by_its_first_one() -> None:
    table = Table(Source('a,note\n1,"two\nlines"\n2,\n'))
    numbers, lines = table.rows([0])
    assert (numbers.tolist(), list(lines)) == ([1, 2], [2, 4])


def test_examples_know_their_lines() -> None:
    data = from_table(NETWORK, "# so\na,b,t\n\n1,2,3\n# half\n4,5,6\n", "d.csv")
    assert [data.place(0), data.place(1)] == ["line 4 of d.csv", "line 6 of d.csv"]


def test_what_is_not_needed_is_told() -> None:
    assert from_table(NETWORK, "a,b,t,z\n1,2,3,4\n", "d.csv").notes == ("one example from d.csv", "columns not used: z")


def test_a_network_without_leaves_learns_nothing_from_data() -> None:
    with pytest.raises(InputError, match="no inputs and no targets"):
        from_table(read_network("minimize E = (w - 3)²"), PLAIN, "d.csv")
