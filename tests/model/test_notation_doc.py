"""docs/notation.md keeps its word: each example is read, or refused with the message that it shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from symprop.errors import InputError
from symprop.model.expr import Expr
from symprop.model.names import normal
from symprop.model.printer import network_text
from symprop.model.reader import read_expression, read_network
from symprop.model.reader.statements import KEYWORDS

PAGE = (Path(__file__).parents[2] / "docs" / "notation.md").read_text(encoding="utf-8")
GOOD = re.findall(r"^```symprop\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
BAD = re.findall(r"^```symprop-error\n(.*?)^--\n(.*?)\n^```$", PAGE, re.DOTALL | re.MULTILINE)
GRAMMAR = re.findall(r"^```ebnf\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[0]


def test_the_page_has_examples() -> None:
    assert len(GOOD) >= 12
    assert len(BAD) >= 8


@pytest.mark.parametrize("text", GOOD)
def test_an_example_is_read_and_printed_back(text: str) -> None:
    network = read_network(text)
    again = read_network(network_text(network))
    assert again.definitions == network.definitions
    assert {n: (leaf.role, leaf.axes) for n, leaf in again.leaves.items()} == {
        n: (leaf.role, leaf.axes) for n, leaf in network.leaves.items()
    }


@pytest.mark.parametrize(("text", "message"), BAD)
def test_a_wrong_example_is_refused_with_its_message(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_network(text)
    assert caught.value.message == message


def test_the_table_of_names_is_right() -> None:
    rows = re.findall(r"^\| (`[^|]+`) \| (`[^|]+`) \|$", PAGE.partition("## Numbers")[0], re.MULTILINE)
    assert len(rows) >= 4
    for left, right in rows:
        for one, other in zip(re.findall("`(.+?)`", left), re.findall("`(.+?)`", right), strict=True):
            assert normal(one) == normal(other)


EQUALS = [
    ("1/2 x", "(1/2)·x"),
    ("a x/c d", "((a·x)/c)·d"),
    ("w_o w_h i", "w_o·w_h·i"),
    ("a^c^d", "a^(c^d)"),
    ("-x²", "−(x²)"),
    ("-a x", "−(a·x)"),
    ("2e3", "2000"),
]


@pytest.mark.parametrize(("one", "other"), EQUALS)
def test_formulas_that_the_page_calls_equal_are(one: str, other: str) -> None:
    network = read_network("y = a x c d w_o w_h i")

    def read(text: str) -> Expr:
        return read_expression(text, network)

    assert read(one) == read(other)


def test_the_grammar_defines_what_it_uses() -> None:
    rules = re.sub(r"\(\*.*?\*\)", "", GRAMMAR)
    defined = set(re.findall(r"^([a-z-]+) *=", rules, re.MULTILINE))
    used = set(re.findall(r"[a-z][a-z-]+", re.sub(r'"[^"]*"', "", rules)))
    assert used - defined == {"newline", "nothing", "letter", "digit", "digits", "letter-or-digit", "superscript-digit"}


def test_the_page_names_every_keyword() -> None:
    for keyword in set(KEYWORDS.values()):
        assert f'"{keyword}"' in GRAMMAR
