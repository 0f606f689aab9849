"""Every spelling that is read, against a table of formulas and their meanings; the table is checked by eye."""

from __future__ import annotations

from pathlib import Path

import pytest

from symprop.check.document import Document, Formula, Setting
from symprop.check.reading import read, read_formula
from symprop.errors import Source
from tests.check.reading.sexpr import show_statement

_TABLE = Path(__file__).with_name("readings.txt")


def document(formulas: list[str], setting: Setting = Setting.DISPLAY) -> Document:
    """A document that holds *formulas* and nothing else."""
    source = Source("\n".join(formulas), "test.md")
    found, begin = [], 0
    for text in formulas:
        found.append(Formula(source, text, tuple(range(begin, begin + len(text) + 1)), setting))
        begin += len(text) + 1
    return Document(source, tuple(found))


def _cases() -> list[list[tuple[str, list[str]]]]:
    """The documents of the table: formulas, each with the statements that are expected."""
    blocks: list[list[tuple[str, list[str]]]] = [[]]
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("% "):
            continue
        if not line.strip():
            blocks.append([])
        elif line.startswith("  ->"):
            blocks[-1][-1][1].append(line[4:].strip())
        else:
            blocks[-1].append((line, []))
    return [block for block in blocks if block]


@pytest.mark.parametrize("block", _cases(), ids=lambda block: block[0][0][:40])
def test_table(block: list[tuple[str, list[str]]]) -> None:
    texts = [text for text, _ in block]
    reading = read(document(texts))
    found: dict[int, list[str]] = {}
    for statement in reading.statements:
        found.setdefault(statement.formula.places[0], []).append(show_statement(statement).strip())
    assert list(found.values()) == [expected for _, expected in block]


@pytest.mark.parametrize("block", _cases(), ids=lambda block: block[0][0][:40])
def test_formulas_are_read_alone_with_the_vocabulary(block: list[tuple[str, list[str]]]) -> None:
    reading = read(document([text for text, _ in block]))
    alone = [statement for formula in reading.document.formulas for statement in read_formula(formula, reading.vocabulary)]
    assert [show_statement(s) for s in alone] == [show_statement(s) for s in reading.statements]
