"""Lines and columns of many spans of one long text, found by bisection instead of by counting from the start."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from symprop.errors import Source, Span


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span begins and ends, lines and columns counted from 1; ``end_column`` is that behind its last character."""

    line: int
    column: int
    end_line: int
    end_column: int


def place_of(span: Span) -> Place:
    """The place of *span* in its source; an end behind a line break belongs to the line before it."""
    starts = _starts(span.source)
    line, end = _line(starts, span.start), max(_last_character(span) + 1, span.start)
    end_line = _line(starts, max(end - 1, span.start))
    return Place(line, span.start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)


def line_of(source: Source, number: int) -> str:
    """The text of the line with that number (from 1), without its end."""
    starts = _starts(source)
    end = starts[number] - 1 if number < len(starts) else len(source.text)
    return source.text[starts[number - 1] : end]


def _last_character(span: Span) -> int:
    """The last character of the span that is no white space."""
    return span.start + len(span.source.text[span.start : span.end].rstrip()) - 1


def _line(starts: tuple[int, ...], offset: int) -> int:
    return bisect_right(starts, offset)


@lru_cache(maxsize=4)  # the documents of one run come one after the other
def _starts(source: Source) -> tuple[int, ...]:
    """The offset of the first character of each line."""
    starts, at = [0], source.text.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = source.text.find("\n", at + 1)
    return tuple(starts)
