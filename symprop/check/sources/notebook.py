"""The Markdown cells of a Jupyter notebook, with the place of each character in the file."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from symprop.check.sources.placed import Placed
from symprop.errors import InputError, Source, Span

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_HINT = "a notebook is one JSON object; save it anew in Jupyter, or check the Markdown itself"


@dataclass
class _Level:
    """An open object or array: the key that its next value belongs to."""

    is_object: bool
    key: str = ""
    expects_key: bool = True


@dataclass
class _Cell:
    """What is known of the cell being read: its kind and the string tokens of its source."""

    depth: int
    kind: str = ""
    tokens: list[tuple[int, int]] = field(default_factory=list)


def markdown_cells(source: Source) -> Iterator[Placed]:
    """The texts of the Markdown cells, in order.

    Raises:
        InputError: the file is no JSON, or holds no cells.
    """
    _require_notebook(source)
    levels: list[_Level] = []
    cell: _Cell | None = None
    for match in _TOKEN.finditer(source.text):
        part = match[0]
        if part in "{[":
            if part == "{" and len(levels) >= 2 and levels[-2].key == "cells" and not levels[-1].is_object:
                cell = _Cell(len(levels) + 1)
            levels.append(_Level(part == "{"))
        elif part in "}]":
            if cell is not None and len(levels) == cell.depth:
                if cell.kind == "markdown":
                    yield _joined(source.text, cell.tokens)
                cell = None
            levels.pop()
        elif part in ",:":
            levels[-1].expects_key = part == ","
        elif part[0] == '"':
            _take_string(source.text, match.span(), levels, cell)


def _take_string(text: str, span: tuple[int, int], levels: list[_Level], cell: _Cell | None) -> None:
    if not levels:
        return
    level = levels[-1]
    if level.is_object and level.expects_key:
        level.key = text[span[0] + 1 : span[1] - 1]
    elif cell is not None and cell.depth <= len(levels) <= cell.depth + 1:
        key = levels[cell.depth - 1].key
        if key == "source":
            cell.tokens.append(span)
        elif key == "cell_type":
            cell.kind = text[span[0] + 1 : span[1] - 1]


def _require_notebook(source: Source) -> None:
    try:
        data = json.loads(source.text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        end = min(error.pos + 1, len(source.text))
        raise InputError(f"the notebook is not valid JSON: {error.msg}", Span(source, min(error.pos, end), end), _HINT) from None
    except RecursionError:
        raise InputError("the notebook is nested too deeply to be read", Span(source, 0, 1), _HINT) from None
    if not isinstance(data, dict) or not ("cells" in data or "worksheets" in data):
        raise InputError("the file is JSON but no notebook: it has no cells", Span(source, 0, 1), _HINT)


def _joined(text: str, tokens: list[tuple[int, int]]) -> Placed:
    pieces: list[str] = []
    places = array("L")
    end = tokens[-1][1] - 1 if tokens else 0
    for start, stop in tokens:
        done = start + 1
        for match in _ESCAPE.finditer(text, start + 1, stop - 1):
            pieces.append(text[done : match.start()])
            places.extend(range(done, match.start()))
            decoded: str = json.loads(f'"{match[0]}"')
            pieces.append(decoded)
            places.extend([match.start()] * len(decoded))
            done = match.end()
        pieces.append(text[done : stop - 1])
        places.extend(range(done, stop - 1))
    places.append(end)
    return Placed("".join(pieces), places)
