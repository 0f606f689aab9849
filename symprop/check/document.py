"""What a document is to the judge: formulas with their places, and after reading, statements made of sides and signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from symprop.errors import Source, Span
from symprop.model.expr import Expr


class Setting(Enum):
    """How a formula is set in its document."""

    INLINE = "inline"  # within a sentence
    DISPLAY = "display"  # on a line of its own
    BARE = "bare"  # without delimiters, in plain text


@dataclass(frozen=True, slots=True)
class Formula:
    r"""One formula of a document.

    Args:
        source: the document (text as in the file, name as messages speak of it).
        text: the formula's LaTeX without delimiters, with macros expanded and Markdown's escapes undone.
        places: for each character of *text*, and for its end, the offset in ``source.text`` that it comes from (a range where
            nothing was changed: a tuple would take 40 bytes a character).
        setting: inline, display or bare.
        environment: ``align*``, ``equation``, … where the formula is the body of one; "" for ``$$`` and ``\[``.
        problem: why the formula cannot be read at all ("the display is not closed"), "" if it can.
        before: the words of the sentence before it, some 80 characters, without formulas; "" at the start of a paragraph, unless
            it is a display and the paragraph before ends in a colon or a comma.
    """

    source: Source
    text: str
    places: Sequence[int]
    setting: Setting
    environment: str = ""
    problem: str = ""
    before: str = ""

    def span(self, start: int, end: int) -> Span:
        """The place in the document of the characters ``[start, end)`` of the formula."""
        last = self.places[end - 1] + 1 if end > start else self.places[start]
        return Span(self.source, self.places[start], max(last, self.places[start]))


@dataclass(frozen=True, slots=True)
class Document:
    """A document's formulas in order, and the declaration blocks found in its comments.

    ``declarations`` holds for each block the text between its markers with the places of its characters.
    """

    source: Source
    formulas: tuple[Formula, ...]
    declarations: tuple[Formula, ...] = ()


class Sign(Enum):
    """What stands between two sides."""

    EQUALS = "="
    DEFINES = ":="
    IDENTICAL = "≡"
    APPROXIMATES = "≈"
    ASSIGNS = "←"
    PROPORTIONAL = "∝"
    IMPLIES = "⇒"
    MAPS = "→"
    OTHER = "other"  # <, ≤, ∈, ≠, …: no claim of equality


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a side could not be read.

    ``message`` is one phrase ("a closing bracket without its opening one"), ``start`` and ``end`` the place in the formula's
    text, ``repaired`` the side with one bracket more or less (LaTeX) and ``reading`` what it then means, where that is possible.
    """

    message: str
    start: int
    end: int
    repaired: str = ""
    reading: Expr | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relation: its place in the formula, its LaTeX, and what it means or why that is not known."""

    start: int
    end: int
    latex: str
    expr: Expr | None = None
    unread: Unread | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    r"""A chain ``a = b = c`` (one sign fewer than sides), or a formula that claims nothing (one side).

    Args:
        formula: where it stands.
        sides: in reading order, without empty ones.
        signs: what stands between them; where ``continues`` is set, one more at the front.
        places: where in the formula's text each sign stands.
        continues: it begins with a sign (``= 2 - 0.03``): the last side of the statement before is its first.
        tag: the number of the equation as written (``1``, ``2.4``), "" if none.
        words: text within and behind it ("from eq.(2.4)", "for all weights w").
        notes: side conditions beside it, as statements of their own: ``(j = 1, \dots, m)``, ``k \neq j``, ``\forall i``.
    """

    formula: Formula
    sides: tuple[Side, ...]
    signs: tuple[Sign, ...] = ()
    places: tuple[int, ...] = ()
    continues: bool = False
    tag: str = ""
    words: str = ""
    notes: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the reader must know of a document's names before it can read a formula; all names in normal form.

    Args:
        words: runs of letters that are one name (``net``, ``hy``).
        functions: names whose brackets hold arguments (``φ``, ``f``).
        indexed: names whose brackets hold indices (``δ`` in ``δ_j(k+1)``).
        layered: names whose superscript is an index (``a`` in ``a^l``), not a power.
        arrays: names set in bold, under an arrow, transposed, or multiplied entry by entry.
        euler: ``e`` is Euler's number wherever it is the base of a power.
        numbered: layered names in whose superscript a number is an index, too (``a^2`` beside ``a^1`` and ``a^l``).
        digitwise: names whose digits in a subscript are an index each (``w_{21}`` beside ``w_{ij}``).
        kronecker: ``δ`` with two indices is Kronecker's.
    """

    words: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    indexed: frozenset[str] = frozenset()
    layered: frozenset[str] = frozenset()
    arrays: frozenset[str] = frozenset()
    euler: bool = True
    numbered: frozenset[str] = frozenset()
    digitwise: frozenset[str] = frozenset()
    kronecker: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read: every formula has one statement at least."""

    document: Document
    vocabulary: Vocabulary
    statements: tuple[Statement, ...] = field(default=())
