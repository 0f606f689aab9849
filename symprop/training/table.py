"""Tables of numbers as people and programs save them: CSV, TSV and their relatives, with a header of names.

The delimiter (tab, semicolon, comma, bar, blanks) is seen from the header.  Blank lines and lines that begin with ``#`` are
passed over; a header may stand behind a ``#`` itself.  Whatever cannot be used is answered with its line and column.
"""

from __future__ import annotations

import csv
import math
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from symprop.errors import InputError, Source, Span

DELIMITERS = ("\t", ";", ",", "|")
"""What may stand between fields, beside blanks; of two that stand equally often in the header the first one does."""

_BLANKS = ""
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")
_HEADER_HINT = "the first line names the columns: {}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of a line: its text without quotes, and where it stands in the line."""

    text: str
    start: int
    end: int


class Table:
    """A table that has been looked at, not yet read: its columns are known, its rows come from :meth:`rows`.

    Args:
        source: the text and its name.
        wanted: names to tell somebody whose table has no header.

    Raises:
        InputError: there is nothing in it, or its first line is not a header.
    """

    def __init__(self, source: Source, wanted: Sequence[str] = ()) -> None:
        self.source = source
        self._lines = source.text.split("\n")
        self._starts: list[int] = []  # of the lines, made when a place is asked for
        self.header_line, line = self._header_line(wanted)
        self.delimiter = _delimiter(line)
        self.header = tuple(fields(line, self.delimiter))

    @property
    def names(self) -> tuple[str, ...]:
        """The columns."""
        return tuple(cell.text for cell in self.header)

    def span(self, column: int | None = None) -> Span:
        """Where a column is named, or the whole header."""
        if column is None:
            return self._span(self.header_line, 0, len(self._lines[self.header_line - 1]))
        cell = self.header[column]
        return self._span(self.header_line, cell.start, cell.end)

    def rows(self, columns: Sequence[int]) -> tuple[array[float], array[int]]:
        """The numbers of *columns*, row after row, and the line of each row.

        Raises:
            InputError: a row is too short or too long, or a field is no finite number.
        """
        numbers, lines = array("d"), array("l")
        if not columns:
            return numbers, lines
        pick = _picker(columns)
        width = len(self.header)
        for line, row in self._records():
            if len(row) != width:
                raise self._ragged(line, row)
            chosen = pick(row)
            try:
                values = tuple(map(float, chosen))
            except ValueError:
                raise self._bad_field(line, row, columns) from None
            if not math.isfinite(sum(values)) or "_" in self._lines[line - 1]:
                self._check(line, row, columns)
            numbers.extend(values)
            lines.append(line)
        if not lines:
            raise InputError("the table has a header, and no rows", self.span())
        return numbers, lines

    # ------------------------------------------------------------------------------------------------------- lines
    def _header_line(self, wanted: Sequence[str]) -> tuple[int, str]:
        hint = _HEADER_HINT.format(", ".join(wanted[:8]) + (", …" if len(wanted) > 8 else "")) if wanted else ""
        comment = 0
        for number, line in enumerate(self._lines, start=1):
            if line.lstrip().startswith("#"):
                comment = number
            elif line.strip():
                if not _all_numbers(line):
                    return number, line
                behind = self._lines[comment - 1].replace("#", " ", 1) if comment else ""
                if comment and len(fields(behind, _delimiter(line))) == len(fields(line, _delimiter(line))):
                    return comment, behind
                raise InputError("there is no header: the first line holds numbers", self._span(number, 0, len(line)), hint)
        raise InputError(f"{self.source.name} holds no data", None, hint)

    def _content(self, seen: list[int]) -> Iterator[str]:
        """The lines below the header that count; *seen* is told the number of each."""
        for number in range(self.header_line + 1, len(self._lines) + 1):
            line = self._lines[number - 1]
            if line.strip() and not line.lstrip().startswith("#"):
                seen.append(number)
                yield line + "\n"

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        seen: list[int] = []
        content = self._content(seen)
        if self.delimiter == _BLANKS:
            rows: Iterator[list[str]] = (line.split() for line in content)
        else:
            rows = csv.reader(content, delimiter=self.delimiter, skipinitialspace=True, strict=True)
        while True:
            seen.clear()
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                line = seen[0] if seen else self.header_line
                text = self._lines[line - 1]
                raise InputError(f"the quotes of this line do not fit: {error}", self._span(line, 0, len(text))) from None
            yield seen[0], row

    # ------------------------------------------------------------------------------------------------------ errors
    def _ragged(self, line: int, row: Sequence[str]) -> InputError:
        cells, width = fields(self._lines[line - 1], self.delimiter), len(self.header)
        place = cells[width] if len(cells) > width else Cell("", len(self._lines[line - 1]), len(self._lines[line - 1]))
        word = "field" if len(row) == 1 else "fields"
        hint = "numbers are written with a decimal point" if self.delimiter == "," and len(row) == 2 * width else ""
        return InputError(
            f"this row has {len(row)} {word}, and the header has {width}", self._span(line, place.start, place.end), hint
        )

    def _check(self, line: int, row: Sequence[str], columns: Sequence[int]) -> None:
        if any(_trouble(row[column]) for column in columns):
            raise self._bad_field(line, row, columns)

    def _bad_field(self, line: int, row: Sequence[str], columns: Sequence[int]) -> InputError:
        column = next(c for c in columns if _trouble(row[c]))
        message, hint = _trouble(row[column]) or ("", "")
        cells = fields(self._lines[line - 1], self.delimiter)
        cell = cells[column] if column < len(cells) else Cell("", 0, 0)
        name = self.header[column].text
        return InputError(message.format(name=name), self._span(line, cell.start, cell.end), hint)

    def _span(self, line: int, start: int, end: int) -> Span:
        if not self._starts:
            at = 0
            for text in self._lines:
                self._starts.append(at)
                at += len(text) + 1
        offset = self._starts[line - 1]
        return Span(self.source, offset + start, offset + end)


def fields(line: str, delimiter: str) -> list[Cell]:
    """The fields of one line; a delimiter in quotes or in the brackets of ``x[1,2]`` does not count."""
    if delimiter == _BLANKS:
        return [Cell(m[0], m.start(), m.end()) for m in re.finditer(r"\S+", line)]
    found, start, quoted, depth = [], 0, False, 0
    for place, c in enumerate(line):
        if c == '"':
            quoted = not quoted
        elif not quoted:
            depth += (c in "[{") - (c in "]}")
            if c == delimiter and depth <= 0:
                found.append(_cell(line, start, place))
                start = place + 1
    return [*found, _cell(line, start, len(line))]


def _cell(line: str, start: int, end: int) -> Cell:
    raw = line[start:end]
    text = raw.strip()
    start += len(raw) - len(raw.lstrip())
    end = start + len(text)
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('""', '"').strip()
    return Cell(text, start, end)


def _delimiter(line: str) -> str:
    counts = {delimiter: len(fields(line, delimiter)) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: counts[delimiter])
    if counts[best] > 1:
        return best
    return _BLANKS if len(line.split()) > 1 else ","


def _picker(columns: Sequence[int]) -> Callable[[list[str]], Sequence[str]]:
    only = columns[0]
    return itemgetter(*columns) if len(columns) > 1 else lambda row: (row[only],)


def _all_numbers(line: str) -> bool:
    return all(_number(cell.text) is not None for cell in fields(line, _delimiter(line)))


def _number(text: str) -> float | None:
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None


def _trouble(text: str) -> tuple[str, str] | None:
    """What is wrong with a field, and what to do about it; None if it is a finite number."""
    text = text.strip()
    value = _number(text)
    if value is not None and math.isfinite(value):
        return None
    if not text:
        return "this row has no value for {name}", "leave the row out, or fill the value in"
    shown = text if len(text) <= 40 else text[:40] + "…"
    shown = shown.replace("{", "{{").replace("}", "}}")
    if value is not None:
        return f"the value of {{name}} is {shown}, and training needs finite numbers", "leave the row out"
    if _DECIMAL_COMMA.fullmatch(text):
        return f"{shown!r} is no number", f"write it with a decimal point: {text.replace(',', '.')}"
    return f"the value of {{name}} is {shown!r}, which is no number", "leave the row out, or give categories numbers"
