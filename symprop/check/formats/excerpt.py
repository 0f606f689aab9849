"""The lines of a document that a finding is about, cut to the width of a terminal, with the place underlined."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from symprop.check.formats.places import line_of, place_of
from symprop.errors import Span

MOST_LINES = 3
"""Lines of a formula that are shown; a matrix may have fifty."""

LEAST_ROOM = 20
_CUT = "…"


def excerpt(span: Span, width: int) -> list[str]:
    """Pairs of lines: ``12 │ source``, and ``   │ ^^^`` under what is meant; at most *width* columns wide."""
    place = place_of(span)
    last = min(place.end_line, place.line + MOST_LINES - 1)
    gutter = len(str(last))
    room = max(width - gutter - 3, LEAST_ROOM)
    found = []
    for number in range(place.line, last + 1):
        line = line_of(span.source, number)
        start = place.column - 1 if number == place.line else len(line) - len(line.lstrip())
        end = place.end_column - 1 if number == place.end_line else len(line.rstrip())
        shown, marks = _cut(line, start, end, room)
        found += [f"{number:>{gutter}} │ {shown}".rstrip(), f"{'':>{gutter}} │ {marks}".rstrip()]
    if place.end_line > last:
        found.append(f"{'':>{gutter}} │ {_CUT}")
    return found


def printable(text: str) -> str:
    """*text* on one line, without what would move the cursor or turn the writing around."""
    return "".join(c if c.isprintable() else " " if c in "\t\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def columns(text: str) -> int:
    """How many columns *text* takes; combining marks take none, wide letters two."""
    return sum(map(_columns, text))


def clip(text: str, width: int) -> str:
    """*text* in at most *width* columns; "" where not even a letter has room."""
    end = _fit(text, 0, width)
    return text if end == len(text) else text[: _fit(text, 0, width - 1)] + _CUT * (width > 1)


def _columns(c: str) -> int:
    return 0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1


def _cut(line: str, start: int, end: int, room: int) -> tuple[str, str]:
    """The part of *line* that shows the characters from *start* to *end*, or their beginning, and the marks below it."""
    text = printable(line)
    first = 0 if columns(text) <= room else _first(text, start, end, room)
    before = _CUT if first else ""
    last = _fit(text, first, room - len(before))
    after = "" if last == len(text) else _CUT
    if after:
        last = _fit(text, first, room - len(before) - 1)
    end = min(max(end, start + 1), max(last, start + 1))
    blank = columns(before) + columns(text[first:start])
    return before + text[first:last] + after, " " * blank + "^" * max(columns(text[start:end]), 1)


def _first(text: str, start: int, end: int, room: int) -> int:
    """Where the part begins: as far to the left as lets the whole place be seen, or else shortly before the place."""
    wanted = columns(text[start:end])
    context = max(room - wanted - 2, room // 4) - 1
    first = start
    while first and context >= _columns(text[first - 1]):
        first -= 1
        context -= _columns(text[first])
    return first


def _fit(text: Sequence[str], first: int, room: int) -> int:
    """The end of the longest stretch from *first* on that takes at most *room* columns."""
    last = first
    while last < len(text) and room >= _columns(text[last]):
        room -= _columns(text[last])
        last += 1
    return last
