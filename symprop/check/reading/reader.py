"""The two doors of the reading room: a document, and one formula with a vocabulary that is known."""

from __future__ import annotations

from collections.abc import Sequence

from symprop.check.document import Document, Formula, Reading, Setting, Statement, Vocabulary
from symprop.check.reading.builder import build
from symprop.check.reading.items import Item, Unreadable
from symprop.check.reading.statements import statements, unreadable
from symprop.check.reading.vocabulary import infer, merged


def read(document: Document, overrides: Vocabulary | None = None) -> Reading:
    """All statements of *document*; what its names are is inferred from all its formulas, and *overrides* are added.

    Never raises for what a document holds: what cannot be read is in the statements, with its place.
    """
    built = [(formula, _built(formula)) for formula in document.formulas]
    vocabulary = infer([(formula, items) for formula, items in built if not isinstance(items, Unreadable)])
    if overrides is not None:
        vocabulary = merged(vocabulary, overrides)
    found: list[Statement] = []
    for formula, items in built:
        found += _statements(formula, items, vocabulary)
    return Reading(document, vocabulary, tuple(found))


def read_formula(formula: Formula, vocabulary: Vocabulary) -> tuple[Statement, ...]:
    """The statements of one formula, where *vocabulary* is known; one at least."""
    return _statements(formula, _built(formula), vocabulary)


def _built(formula: Formula) -> Sequence[Item] | Unreadable:
    if formula.problem:
        return Unreadable(formula.problem, 0, len(formula.text))
    try:
        return build(formula.text, bare=formula.setting is Setting.BARE)
    except Unreadable as error:
        return error


def _statements(formula: Formula, items: Sequence[Item] | Unreadable, vocabulary: Vocabulary) -> tuple[Statement, ...]:
    if isinstance(items, Unreadable):
        return unreadable(formula, items.message, items.start, items.end)
    return statements(formula, items, vocabulary)
