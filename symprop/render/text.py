"""The page for a terminal: relations under each other, reasons at the right where there is room, below otherwise."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from symprop.derivation.step import Derivation
from symprop.model.expr import Expr
from symprop.model.names import WORDS
from symprop.model.network import Range
from symprop.model.printer import to_text
from symprop.render.document import Display, Document, Line, Paragraph, Part, Speller, describe
from symprop.render.linebreak import DEEPER, PRODUCT, SUM, Room, break_lines
from symprop.render.notation import PLAIN, PRODUCTS, Notation

DEFAULT_WIDTH = 100
_INDENT = 2
_GAP = 3  # between an equation and its reason
_HANG = 2  # of what continues a line, and once more for each bracket around it
_DEEPEST = 2
_NARROWEST = 20

_ASCII = {
    "∂": "d", "Σ": "sum", "·": "*", "×": "x", "⊙": ".*", "−": "-", "←": "<-", "→": "->", "≤": "<=", "≥": ">=", "≠": "!=",
    "…": "...", "–": "-", "—": "-", "½": "1/2", "²": "^2", "³": "^3", "′": "'", "‘": "'", "’": "'", "“": '"', "”": '"',
    "Δ": "Delta", "ᵀ": ".T", "∈": "in", "≈": "~",
}  # fmt: skip


def text_page(
    derivation: Derivation,
    *,
    width: int | None = None,
    color: bool = False,
    ascii_only: bool = False,
    notation: Notation = PLAIN,
) -> str:
    """*derivation* in *width* columns; *color* adds ANSI styles, *ascii_only* spells everything in ASCII."""
    speller = text_speller(derivation, ascii_only, notation)
    return _Page(max(width or DEFAULT_WIDTH, _NARROWEST), color, ascii_only).show(describe(derivation, speller))


def text_speller(derivation: Derivation, ascii_only: bool = False, notation: Notation = PLAIN) -> Speller:
    """How text writes things: every expression as the reader reads it, so of *notation* only the sign of products counts."""
    network, sign = derivation.network, PRODUCTS[notation.product].plain

    def math(expr: Expr, ranges: Sequence[Range] = ()) -> str:
        return to_text(expr, network, ascii_only=ascii_only, ranges=ranges, product=sign)

    def prose(text: str) -> str:
        return to_ascii(text) if ascii_only else text

    def condition(ranges: tuple[Range, ...]) -> str:
        return ", ".join(f"{prose(r.index)} = {math(r.lower)}..{math(r.upper)}" for r in ranges)

    return Speller(
        math=math,
        inline=math,
        prose=prose,
        note=lambda phrase: "".join(prose(p) if isinstance(p, str) else math(p) for p in phrase),
        condition=condition,
        relation=prose,
        updated=lambda left: (left, prose("←")),
    )


def to_ascii(text: str) -> str:
    """*text* with every character that ASCII lacks spelled out; what has no spelling becomes ``?``."""
    return "".join(c if c.isascii() else _ascii_character(c) for c in text)


def _ascii_character(c: str) -> str:
    spelled = _ASCII.get(c) or WORDS.get(c)
    if spelled is None:
        spelled = unicodedata.normalize("NFKD", c).encode("ascii", "ignore").decode()
    return spelled or "?"


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    cost: int | None

    @property
    def width(self) -> float:
        return columns(self.text)


def columns(text: str) -> int:
    """How many columns *text* takes; combining marks take none, wide letters two."""
    return sum((not unicodedata.combining(c)) + (unicodedata.east_asian_width(c) in "WF") for c in text)


def pieces(text: str) -> list[_Piece]:
    """*text* cut at every place where a line may begin: before a sign between terms or factors.

    Nothing is cut inside square brackets and braces: an index or a range is one thing.
    """
    found: list[_Piece] = []
    start = depth = closed = 0
    cost: int | None = None
    for at, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        closed += (c in "[{") - (c in "]}")
        here = None if closed or at == start else _break_before(text, at)
        if here is not None:
            found.append(_Piece(text[start:at], cost))
            start, cost = at, here + DEEPER * depth
    return [*found, _Piece(text[start:], cost)]


def _break_before(text: str, at: int) -> int | None:
    c, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if c in "+−-" and before == after == " ":
        return SUM
    if c in "·×*⊙" and before not in ".*":
        return PRODUCT
    return PRODUCT if c == "." and after == "*" else None


@dataclass(frozen=True, slots=True)
class _Row:
    """One printed line of a display; ``indent`` is where a note below it begins."""

    text: str
    note: str = ""
    indent: int = 0


class _Page:
    """Lays a document out in a fixed number of columns."""

    def __init__(self, width: int, color: bool, ascii_only: bool) -> None:
        self.width = width
        self.color = color
        self.rules = {0: "=", 1: "-"} if ascii_only else {0: "═", 1: "─"}

    def show(self, document: Document) -> str:
        blocks = [self.heading(document.title, 0)]
        if document.roles:
            blocks.append(self.paragraph(document.roles))
        for part in document.parts:
            blocks += self.part(part)
        blocks.append(self.paragraph(document.closing))
        return "\n\n".join(blocks) + "\n"

    def part(self, part: Part) -> list[str]:
        rows = {i: self.rows(block) for i, block in enumerate(part.blocks) if isinstance(block, Display)}
        column = self.note_column([row for group in rows.values() for row in group])
        shown = [
            self.paragraph(block.text) if isinstance(block, Paragraph) else self.display(rows[i], column)
            for i, block in enumerate(part.blocks)
        ]
        return [self.heading(part.title, part.level), *shown] if part.title else shown

    def heading(self, title: str, level: int) -> str:
        lines = textwrap.wrap(title, self.width) or [""]
        rule = self.rules.get(level)
        ruled = [rule * max(columns(line) for line in lines)] if rule else []
        return "\n".join(self.style(line, "1") for line in lines) + "".join(f"\n{line}" for line in ruled)

    def paragraph(self, text: str) -> str:
        return "\n".join(textwrap.wrap(text, self.width, break_long_words=False, break_on_hyphens=False))

    def rows(self, display: Display) -> list[_Row]:
        rows: list[_Row] = []
        left_width = self.left_width(display)
        for line in display.lines:
            if rows and line.left and not display.compact:
                rows.append(_Row(""))
            rows += self.equation(line, left_width)
        return rows

    def display(self, rows: Sequence[_Row], column: int) -> str:
        return "\n".join(line for row in rows for line in self.row(row, column))

    def left_width(self, display: Display) -> int:
        """Columns of the left sides; a long one does not push the rest away."""
        lefts = (columns(line.left) for line in display.lines)
        return max((n for n in lefts if n <= 0.4 * self.width), default=0)

    def equation(self, line: Line, left_width: int) -> list[_Row]:
        """The rows of one line: the left side, the relation, and the formula in as many rows as it needs."""
        own = columns(line.left)
        rows = []
        left = line.left + " " * (left_width - own)
        if own > left_width:
            rows = [_Row(" " * _INDENT + part) for part in self.wrapped(line.left, self.width - _INDENT)]
            left = " " * left_width
        start = f"{' ' * _INDENT}{left} {line.relation} " if left_width else f"{' ' * _INDENT}{line.relation} "
        parts = self.wrapped(line.math, self.width - columns(start))
        tail = f"   ({line.condition})" if line.condition else ""
        beside = columns(start + parts[-1] + tail) <= self.width
        texts = [(start if i == 0 else " " * columns(start)) + part for i, part in enumerate(parts)]
        note = f"({line.number}) {line.note}".strip() if line.number else line.note
        last = _Row(texts[-1] + (tail if beside else ""), note, columns(start) + _HANG)
        rest = [] if beside or not tail else [_Row(" " * 2 * _INDENT + tail.strip())]
        return [*rows, *(_Row(text) for text in texts[:-1]), last, *rest]

    def wrapped(self, formula: str, room: int) -> list[str]:
        lines = break_lines(pieces(formula), Room(room, max(room - (_DEEPEST + 1) * _HANG, 1)))
        texts = ["".join(piece.text for piece in line).strip() for line in lines]
        depths = [min((line[0].cost or 0) // DEEPER, _DEEPEST) for line in lines]
        return [texts[0], *(" " * _HANG * (depth + 1) + text for depth, text in zip(depths[1:], texts[1:], strict=True))]

    def note_column(self, rows: Sequence[_Row]) -> int:
        """Where the reasons of a part begin: the column that the most of them can share.

        0 where fewer than half of them have room at the right: then all stand below, since a lone one looks lost.
        """
        noted = [(columns(row.text) + _GAP, columns(row.note)) for row in rows if row.note]
        roomy = sorted({begin for begin, note in noted if begin + note <= self.width})
        if 2 * sum(begin + note <= self.width for begin, note in noted) < len(noted):
            return 0
        return max(roomy, key=lambda c: sum(begin <= c <= self.width - note for begin, note in noted), default=0)

    def row(self, row: _Row, column: int) -> list[str]:
        if not row.note:
            return [row.text]
        begin = max(columns(row.text) + _GAP, min(column, self.width - columns(row.note)))
        if column and begin + columns(row.note) <= self.width:
            return [row.text + " " * (begin - columns(row.text)) + self.style(row.note, "2")]
        indent = " " * min(row.indent, self.width // 3)
        below = textwrap.wrap(row.note, max(self.width - len(indent), _NARROWEST), break_on_hyphens=False)
        return [row.text, *(indent + self.style(line, "2") for line in below)]

    def style(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color else text
