"""Lists in braces, laid out in columns as ``clang-format`` does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symprop.codegen.c_breaks import CONTINUATION, WIDTH, broken
from symprop.codegen.c_tokens import tokens_of

_FEWEST = 6
"""Items from which on a list goes in columns."""

_MOST_COLUMNS = WIDTH // 3
_RAGGED = 10
"""Columns whose items differ by more are not made."""

_PRICE_OF_ROW, _PRICE_OF_BREAK = 41, 59


@dataclass(frozen=True, slots=True)
class _Columns:
    """A way to set a list: how wide each column is, and what that comes to."""

    sizes: tuple[int, ...]
    rows: int
    width: int


def table(head: str, items: Sequence[str], indent: int, *, open_end: bool = False) -> list[str]:
    """``head{item, item};`` in one line or in columns; *open_end*: a comma behind the last item, and ``};`` below it."""
    pad = " " * indent
    whole = f"{pad}{head}{{{', '.join(items)}}};"
    if not open_end and len(whole) <= WIDTH:
        return [whole]
    tail = "," if open_end else "};"
    ways = _ways(items, len(tail)) if len(items) >= _FEWEST - open_end else []
    behind, below = len(pad) + len(head) + 1, indent + CONTINUATION
    if open_end:
        rows = _rows(items, _chosen(ways, WIDTH - below) or _Columns((0,), len(items), 0), below)
        return [f"{pad}{head}{{", *rows[:-1], f"{rows[-1]},", f"{pad}}};"]
    if not ways:
        return broken(tokens_of(f"{head}{{{', '.join(items)}}};"), indent)
    one, other = _chosen(ways, WIDTH - behind), _chosen(ways, WIDTH - below)
    if one is not None and (other is None or one.rows * _PRICE_OF_ROW <= other.rows * _PRICE_OF_ROW + _PRICE_OF_BREAK):
        rows = _rows(items, one, behind)
        return [f"{pad}{head}{{{rows[0].lstrip()}", *rows[1:-1], f"{rows[-1]}{tail}"]
    rows = _rows(items, other or _Columns((0,), len(items), 0), below)
    return [f"{pad}{head}{{", *rows[:-1], f"{rows[-1]}{tail}"]


def _ways(items: Sequence[str], tail: int) -> list[_Columns]:
    """Every number of columns that is possible, fewest first.  Commas count; what is behind the list does in the last column."""
    lengths = [len(item) + 1 for item in items]
    lengths[-1] += -1 if tail > 1 else 0
    made = []
    for count in range(1, min(_MOST_COLUMNS, len(items)) + 1):
        columns = [lengths[place::count] for place in range(count)]
        if (len(items) - 1) % count == count - 1:
            columns[-1][-1] = len(items[-1]) + tail
        if any(max(column) - min(column) > _RAGGED for column in columns[:-1]):
            continue
        sizes = tuple(max(column) for column in columns)
        way = _Columns(sizes, -(-len(items) // count), sum(sizes) + count - 1)
        if way.width <= WIDTH or count == 1:
            made.append(way)
    return made


def _chosen(ways: Sequence[_Columns], width: int) -> _Columns | None:
    """The fewest rows that fit, with the fewest columns."""
    best: _Columns | None = None
    for way in reversed(ways):
        if way.width <= width or len(way.sizes) == 1:
            if best is not None and way.rows > best.rows:
                break
            best = way
    return best


def _rows(items: Sequence[str], way: _Columns, column: int) -> list[str]:
    count = len(way.sizes)
    rows = []
    for start in range(0, len(items), count):
        row = items[start : start + count]
        ends = start + count >= len(items)
        cells = [f"{item}," for item in row]
        cells[-1] = row[-1] if ends else cells[-1]
        text = " ".join(cell.ljust(size) for cell, size in zip(cells, way.sizes, strict=False))
        rows.append(" " * column + text.rstrip())
    return rows
