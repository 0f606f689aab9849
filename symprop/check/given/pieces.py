"""A block of declarations in pieces: one statement each, with its place in the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from symprop.check.document import Formula, Setting
from symprop.errors import Span

_WORD = re.compile(r"[ \t]*([A-Za-z]+)(?![A-Za-z0-9_]|[ \t]*(?:=|\[|:=))")
_SUBSCRIPT = re.compile(r"_([A-Za-z0-9]+(?:_[A-Za-z0-9]+)*)")
_INDEX = re.compile(r"(?<=[\w}])\[([^\[\]]*)\]")


@dataclass(frozen=True, slots=True)
class Piece:
    """``keyword rest`` of a block: the characters ``[start, end)`` of its text; ``begin`` is where the rest starts."""

    block: Formula
    keyword: str
    start: int
    begin: int
    end: int

    @property
    def rest(self) -> str:
        """What follows the keyword."""
        return self.block.text[self.begin : self.end]

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """The place in the document of a stretch of the rest."""
        stop = self.end if end is None else self.begin + end
        return self.block.span(min(self.begin + start, len(self.block.text)), min(stop, len(self.block.text)))

    def whole(self) -> Span:
        """The place of the statement."""
        return self.block.span(self.start, self.end)

    def formula(self, start: int, end: int) -> Formula:
        """A stretch of the rest as a formula; names and indices of the notation of networks are set as in LaTeX."""
        text, places = _latex(self.rest[start:end], list(self.block.places[self.begin + start : self.begin + end + 1]))
        return Formula(self.block.source, text, places, Setting.INLINE)


def pieces(block: Formula) -> Iterator[Piece]:
    """The statements of a block: lines, or stretches between semicolons; ``#`` begins a comment."""
    start = 0
    for line in block.text.splitlines(keepends=True):
        stop = line.find("#") if "#" in line else len(line)
        for begin, end in _stretches(line[:stop]):
            if line[begin:end].strip():
                yield _piece(block, start + begin, start + end)
        start += len(line)


def _piece(block: Formula, start: int, end: int) -> Piece:
    text = block.text[start:end]
    start += len(text) - len(text.lstrip())
    end -= len(text) - len(text.rstrip())
    match = _WORD.match(block.text, start, end)
    keyword = match[1] if match else ""
    begin = match.end() if match else start
    rest = block.text[begin:end]
    return Piece(block, keyword, start, begin + len(rest) - len(rest.lstrip()), end)


def _stretches(line: str) -> Iterator[tuple[int, int]]:
    """Between semicolons outside brackets."""
    depth, begin = 0, 0
    for place, character in enumerate(line):
        depth += (character in "([{") - (character in ")]}")
        if character == ";" and depth <= 0:
            yield begin, place
            begin = place + 1
    yield begin, len(line)


def _latex(text: str, places: list[int]) -> tuple[str, list[int]]:
    """``out_h1`` as ``out_{h1}``, ``W[j,k]`` as ``W_{j,k}``, each character with its place."""
    for pattern in (_INDEX, _SUBSCRIPT) if "\\" not in text else (_SUBSCRIPT,):
        pieces_, kept, done = [], [], 0
        for match in pattern.finditer(text):
            inside = range(match.start(1), match.end(1))
            pieces_ += [text[done : match.start()], "_{", match[1], "}"]
            kept += [
                *places[done : match.start()],
                *[places[match.start()]] * 2,
                *(places[p] for p in inside),
                places[match.end() - 1],
            ]
            done = match.end()
        text, places = "".join([*pieces_, text[done:]]), [*kept, *places[done:]]
    return text, places
