"""From a text to its formulas: the kind of document, its passages, and what each formula says without macros and escapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import PurePath

from symprop.check.document import Document, Formula
from symprop.check.sources.bare import bare_lines
from symprop.check.sources.escapes import unescaped
from symprop.check.sources.expansion import Expander
from symprop.check.sources.latex import LatexScanner
from symprop.check.sources.macros import Macros, without_definitions
from symprop.check.sources.markdown import MarkdownScanner
from symprop.check.sources.masking import masked
from symprop.check.sources.notebook import markdown_cells
from symprop.check.sources.passages import Kind, Passage
from symprop.check.sources.placed import Placed
from symprop.check.sources.prose import Words
from symprop.errors import Source

_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"

Clean = Callable[[Placed, Passage], Placed]


class _Collector:
    """Turns passages into formulas; macros live as long as the document."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.macros = Macros()
        self._expander = Expander(self.macros)
        self.formulas: list[Formula] = []
        self.declarations: list[Formula] = []

    def collect(self, text: Placed, prose: str, passages: Iterator[Passage], clean: Clean) -> None:
        """Take in the passages of *text*, in order; each formula is made before the scanner goes on, for macros may be in it.

        *prose* is the text as its readers see it, character for character.
        """
        words = Words(prose)
        for passage in passages:
            body = text.cut(passage.first, passage.last)
            if passage.kind is Kind.DECLARATION:
                self.declare(body, passage.problem)
            elif passage.kind is Kind.FORMULA:
                self._formula(clean(body, passage), passage, words.before(passage.start, passage.setting))
            words.passed(passage)

    def declare(self, body: Placed, problem: str = "") -> None:
        """Take in a block of declarations."""
        self.declarations.append(self._made(body, Passage(Kind.DECLARATION, 0, 0, 0, 0, problem=problem), "", problem))

    def _formula(self, body: Placed, passage: Passage, before: str) -> None:
        body, defines = without_definitions(body, self.macros)
        if defines and not body.text.strip():
            return
        body, problem = self._expander.expanded(body)
        self.formulas.append(self._made(body, passage, before, passage.problem or problem))

    def _made(self, body: Placed, passage: Passage, before: str, problem: str) -> Formula:
        places = body.places if isinstance(body.places, range) else tuple(body.places)
        return Formula(self.source, body.text, places, passage.setting, passage.environment, problem, before)

    def document(self) -> Document:
        """All that was found."""
        return Document(self.source, tuple(self.formulas), tuple(self.declarations))


def read_document(text: str, name: str) -> Document:
    """The formulas of a document, in order, with their places.

    What the document is follows from the suffix of *name* (``.md``, ``.tex``, ``.ipynb``, …), and where that says nothing
    (``.txt``, standard input) from the text.  A byte order mark in front is left out, so that columns are those of an editor.

    Raises:
        InputError: a notebook that is no notebook.
    """
    source = Source(text.removeprefix(_BYTE_ORDER_MARK), name)
    collector = _Collector(source)
    _kind(source)(collector)
    return collector.document()


def _read_markdown(collector: _Collector) -> None:
    _read_cell(collector, Placed.whole(collector.source.text))


def _read_cell(collector: _Collector, cell: Placed) -> None:
    text = cell.text

    def clean(body: Placed, passage: Passage) -> Placed:
        line = text[text.rfind("\n", 0, passage.start) + 1 : passage.start]
        return unescaped(body, passage, quoted=line.lstrip(" \t").startswith(">"))

    collector.collect(cell, text, MarkdownScanner(text, collector.macros).passages(), clean)


def _read_plain(collector: _Collector) -> None:
    _read_markdown(collector)
    if not collector.formulas:
        text = Placed.whole(collector.source.text)
        collector.collect(text, text.text, bare_lines(text.text), lambda body, _: body)


def _read_latex(collector: _Collector) -> None:
    whole = Placed.whole(collector.source.text)
    mask = masked(whole.text)
    for block in mask.declarations:
        first, last = block[0][0], block[-1][1]
        gaps = [(before[1] - first, line[0] - first, "\n") for before, line in pairwise(block)]
        collector.declare(whole.cut(first, last).edited(gaps))

    def clean(body: Placed, passage: Passage) -> Placed:
        shown = mask.text[passage.first : passage.last]
        if shown == body.text:
            return body
        return body.edited((at, at + 1, "") for at, (old, new) in enumerate(zip(body.text, shown, strict=True)) if old != new)

    collector.collect(whole, mask.text, LatexScanner(mask.text, collector.macros).passages(), clean)


def _read_notebook(collector: _Collector) -> None:
    for cell in markdown_cells(collector.source):
        _read_cell(collector, cell)


Reader = Callable[[_Collector], None]

_BY_SUFFIX: dict[str, Reader] = {
    **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdx", ".rmd", ".qmd", ".html", ".htm"), _read_markdown),
    **dict.fromkeys((".tex", ".latex", ".ltx"), _read_latex),
    ".ipynb": _read_notebook,
}
_FIRST = 100_000  # characters that say what a document is


def _kind(source: Source) -> Reader:
    by_suffix = _BY_SUFFIX.get(PurePath(source.name.replace("\0", "")).suffix.lower())
    if by_suffix is not None:
        return by_suffix
    start = source.text[:_FIRST]
    if start.lstrip().startswith("{") and '"cells"' in source.text and '"cell_type"' in source.text:
        return _read_notebook
    if "\\documentclass" in start or "\\begin{document}" in start:
        return _read_latex
    return _read_plain
