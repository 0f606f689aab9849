r"""Lay the displays of a LaTeX or Markdown page out in rows that fit its width.

Reasons stand in a column of their own at the right where all equations leave room for it, else each below its
line.  A bracket that spans two lines cannot grow with its content (``\left`` and ``\right`` must share a line), so
it gets a fixed size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from symprop.render.document import Display, Line, Paragraph
from symprop.render.linebreak import DEEPER, Room, break_lines
from symprop.render.mathlist import Atom, atoms, width

_RELATION = 1.4  # the relation with its space
_GAP = 2.0  # between an equation and its reason
_NUMBER = 3.5  # the number of an equation with the space before it
_NARROW = 0.55  # equations are broken to make room for reasons, but not below this share of the page
_WIDEST_LEFT = 0.35  # a left side over this share of the page gets a row of its own …
_WIDE_LEFT = 0.2  # … and over this one, if that makes room for reasons beside the equations
_INDENT = 1.0  # \quad, of what continues a line, and once more for each bracket around it
_DEEPEST = 2
_KEPT_WHOLE = 6  # lines of an equation up to which it stands on one page


@dataclass(frozen=True, slots=True)
class Page:
    """How wide a page is, in em of its formulas, and how wide a reason beside an equation may become.

    ``note_rows`` cuts a reason into rows of a given width; where it is None, the template wraps the reason itself.
    ``sign`` begins a row before which a product without a sign was broken.
    """

    width: float
    note_limit: float
    note_width: Callable[[str], float]
    note_rows: Callable[[str, float], list[str]] | None = None
    sign: str = r"\cdot"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an aligned display: ``left &relation right && note``.

    ``below`` marks a row that holds nothing but the reason of the row above it; ``note_room`` is the width in em in
    which a note must be wrapped, 0 where it fits on one line.  ``space`` before the row: ``apart`` for an equation
    after another, ``keep`` for what must stay on the page of the row above, else nothing special.  ``number`` is that
    of the equation, at the right end.
    """

    left: str = ""
    relation: str = ""
    right: str = ""
    note: str = ""
    note_room: float = 0.0
    below: bool = False
    space: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """An aligned display."""

    rows: tuple[Row, ...]
    kind: str = "display"


def lay_out(blocks: Sequence[Paragraph | Display], page: Page, functions: frozenset[str]) -> list[Paragraph | Grid]:
    """*blocks* with their displays in rows that fit *page*.

    Displays that follow each other share one grid where that costs none of them anything: then their relations
    and their reasons stand under each other.  *functions* are symbols that a line must not be broken behind.
    """
    laid_out: list[Paragraph | Grid] = []
    run: list[Display] = []
    measure = _Measure(page)
    for block in blocks:
        joint = measure.with_lines(block.lines) if isinstance(block, Display) else measure
        if run and not (isinstance(block, Display) and joint.comfortable):
            laid_out.append(_grid(run, measure, functions))
            run = []
        if isinstance(block, Display):
            measure = joint if run else _measured(page, block.lines)
            run.append(block)
        else:
            laid_out.append(block)
    return [*laid_out, _grid(run, measure, functions)] if run else laid_out


@dataclass(frozen=True, slots=True)
class _Measure:
    """Widths in em of the widest left side that shares the column, the widest equation, reason and number."""

    page: Page
    widest_left: float = _WIDEST_LEFT
    left: float = 0.0
    equation: float = 0.0
    note: float = 0.0
    number: float = 0.0

    def with_lines(self, lines: Sequence[Line]) -> _Measure:
        limit = self.widest_left * self.page.width
        notes = max((self.page.note_width(line.note) for line in lines if line.note), default=0.0)
        return replace(
            self,
            left=max(self.left, *(w for w in (width(line.left) for line in lines) if w <= limit), 0.0),
            equation=max(self.equation, *(width(line.math) + width(_tail(line)) for line in lines)),
            note=max(self.note, min(notes, self.page.note_limit)),
            number=max(self.number, _NUMBER if any(line.number for line in lines) else 0.0),
        )

    @property
    def free(self) -> float:
        return self.page.width - self.left - _RELATION - self.number

    @property
    def beside(self) -> float:
        """The room of an equation that has a reason beside it."""
        return self.free - _GAP - self.note if self.note else self.free

    @property
    def comfortable(self) -> bool:
        """Nothing has to be broken or moved."""
        return self.equation <= self.beside

    @property
    def notes_right(self) -> bool:
        """Reasons stand beside the equations, if need be by breaking those."""
        return self.beside >= min(self.equation, _NARROW * self.page.width)

    @property
    def room(self) -> float:
        """How wide an equation may be."""
        return self.beside if self.notes_right else self.free


def _measured(page: Page, lines: Sequence[Line]) -> _Measure:
    """How *lines* are set: a wide left side moves to a row of its own where only that lets reasons stand beside."""
    beside = _Measure(page).with_lines(lines)
    if not beside.note or beside.notes_right:
        return beside
    above = _Measure(page, _WIDE_LEFT).with_lines(lines)
    return above if above.notes_right else beside


def _grid(displays: Sequence[Display], measure: _Measure, functions: frozenset[str]) -> Grid:
    rows: list[Row] = []
    own_row = False  # of the left side, and with it of all lines of its equation
    for display in displays:
        for place, line in enumerate(display.lines):
            own_row = width(line.left) > measure.left if line.left else own_row
            made = _equation(line, own_row, measure, functions)
            made[-1] = replace(made[-1], number=line.number)
            if line.note:
                made += _noted(made.pop(), line.note, measure)
            starts = rows and (place == 0 or not display.compact)
            first = "apart" if starts and line.left else "" if line.left else _kept(display, place)
            rows += [replace(row, space="keep" if i else first) for i, row in enumerate(made)]
    return Grid(tuple(rows))


def _kept(display: Display, place: int) -> str:
    """Whether a line stays on the page of the one above it: all of a short equation do, of a long one the ends."""
    begin = next(p for p in range(place, -1, -1) if display.lines[p].left)
    end = next((p for p in range(place + 1, len(display.lines)) if display.lines[p].left), len(display.lines))
    inner = end - begin > _KEPT_WHOLE and begin + 1 < place < end - 1
    return "" if inner else "keep"


def _tail(line: Line) -> str:
    return rf"\qquad ({line.condition})" if line.condition else ""


def _equation(line: Line, own_row: bool, measure: _Measure, functions: frozenset[str]) -> list[Row]:
    room, sign = measure.room, measure.page.sign
    begin = [Row(right=part) for part in broken(line.left, room, functions, sign)] if own_row and line.left else []
    shift = r"\quad " if own_row else ""
    parts = broken(line.math, room - (_INDENT if own_row else 0.0), functions, sign)
    tail = _tail(line)
    if tail and width(parts[-1]) + width(tail) <= room:
        parts[-1] += tail
    elif tail:
        parts.append(tail)
    first = Row("" if own_row else line.left, shift + line.relation, parts[0])
    return [*begin, first, *(Row(right=shift + part) for part in parts[1:])]


def _noted(row: Row, note: str, measure: _Measure) -> list[Row]:
    """*row* with *note* beside it or in a row below it."""
    page, right = measure.page, measure.notes_right
    limit = page.note_limit if right else measure.room - 2 * _INDENT
    too_long = page.note_width(note) > limit
    if too_long and page.note_rows is not None:
        notes = [Row(note=part, below=not right) for part in page.note_rows(note, limit)]
    else:
        notes = [Row(note=note, note_room=limit if too_long else 0.0, below=not right)]
    if not right:
        return [row, *notes]
    return [replace(row, note=notes[0].note, note_room=notes[0].note_room), *notes[1:]]


# ------------------------------------------------------------------------------------------------ how a formula is broken


def broken(tex: str, room: float, functions: frozenset[str] = frozenset(), sign: str = r"\cdot") -> list[str]:
    """*tex* in rows no wider than *room* em, as far as it can be broken."""
    whole = enumerate(atoms(tex, functions), start=1)
    pieces = [piece for number, atom in whole for piece in _loosened(atom, room, number, functions)]
    lines = break_lines(pieces, Room(room, room - (_DEEPEST + 1) * _INDENT))
    if len(lines) == 1:
        return ["".join(piece.tex for piece in pieces).strip()]
    split = _split_fences(lines)
    return [_row(line, i > 0, split, sign) for i, line in enumerate(lines)]


def _loosened(atom: Atom, room: float, number: int, functions: frozenset[str]) -> Sequence[Atom]:
    r"""A fraction too wide for any row is set as ``\frac{1}{below} (above)``, which can be broken."""
    if atom.halves is None or atom.width <= room:
        return (atom,)
    above, below = atom.halves
    if width(below) > room:
        return (*_group(above, 2 * number, functions), _SLASH, *_group(below, 2 * number + 1, functions))
    one = rf" {{1 \over {below}}}" if atom.tex.lstrip().startswith("{") else rf" \frac{{1}}{{{below}}}"
    return (replace(atom, tex=one, width=width(one), halves=None), *_group(above, 2 * number, functions))


_SLASH = Atom(" / ", 0.6)


def _group(tex: str, number: int, functions: frozenset[str]) -> Sequence[Atom]:
    """*tex* in brackets of its own, unless it is one thing anyway."""
    inner = atoms(tex, functions)
    return inner if len(inner) == 1 else _numbered(atoms(rf"\left({tex}\right)", functions), number)


def _numbered(inner: Sequence[Atom], number: int) -> list[Atom]:
    """Fences that came out of atom *number* get numbers that no other fence of the line has (those are positive)."""
    return [replace(a, fence=None if a.fence is None else -1000 * number - a.fence) for a in inner]


def _split_fences(lines: Sequence[Sequence[Atom]]) -> set[int]:
    """The growing brackets whose two halves stand on different lines."""
    home: dict[int, int] = {}
    split = set()
    for number, line in enumerate(lines):
        for atom in line:
            if atom.fence is not None and home.setdefault(atom.fence, number) != number:
                split.add(atom.fence)
    return split


def _row(line: Sequence[Atom], continued: bool, split: set[int], sign: str) -> str:
    text = "".join(_fixed(atom.tex) if atom.fence in split else atom.tex for atom in line).strip()
    if not continued:
        return text
    first = line[0]
    deep = min((first.cost or 0) // DEEPER, _DEEPEST)
    return r"\quad" * (deep + 1) + " " + ("{}" + sign + " " + text.removeprefix(r"\,").strip() if first.implied else text)


def _fixed(tex: str) -> str:
    return re.sub(r"\\(left|right)(?![A-Za-z])", lambda m: rf"\big{m[1][0]}", tex)
