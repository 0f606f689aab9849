"""LaTeX and Markdown pages: how wide they are, and the templates that put them together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from symprop.derivation.step import Derivation
from symprop.model.network import Network
from symprop.render import notes
from symprop.render.colours import COLOURS
from symprop.render.document import Document, Paragraph, Speller, describe
from symprop.render.layout import Grid, Page, lay_out
from symprop.render.notation import PLAIN, PRODUCTS, Notation
from symprop.render.spelling import function_symbols, latex_speller, markdown_speller, tame
from symprop.render.templating import PLAIN_SYNTAX, TEX_SYNTAX, Syntax, fill


@dataclass(frozen=True, slots=True)
class Markup:
    """A format made by a template."""

    template: str
    syntax: Syntax
    page: Page
    speller: Callable[[Network, Notation], Speller]
    tame: Callable[[str], str] = str


def markup_page(derivation: Derivation, markup: Markup, templates: Path | None = None, notation: Notation = PLAIN) -> str:
    """*derivation* as the text of *markup*; a template in the folder *templates* wins over ours."""
    document = describe(derivation, markup.speller(derivation.network, notation))
    starred = notation.product == "star" and derivation.register == "matrix"  # between arrays * is ⊙ to many
    sign = PRODUCTS["dot" if notation.product == "none" or starred else notation.product].latex.strip()
    page = replace(markup.page, sign=markup.tame(sign))
    return fill(markup.template, _data(derivation, document, page), markup.syntax, templates)


def _data(derivation: Derivation, document: Document, page: Page) -> Mapping[str, object]:
    """What a template sees: strings, numbers, and dataclasses of them."""
    functions = function_symbols(derivation.network)
    laid_out = [lay_out(part.blocks, page, functions) for part in document.parts]
    parts = [
        {"level": part.level, "title": part.title, "blocks": blocks}
        for part, blocks in zip(document.parts, laid_out, strict=True)
    ]
    shown = {name for blocks in laid_out for block in blocks for name in _colours(block)}
    return {
        "colours": [colour for colour in COLOURS if colour.name in shown],
        "title": document.title,
        "roles": document.roles,
        "parts": parts,
        "closing": document.closing,
        "style": derivation.style,
        "detail": derivation.detail,
    }


def _colours(block: Paragraph | Grid) -> Iterator[str]:
    """The names of the colours in *block*."""
    for row in block.rows if isinstance(block, Grid) else ():
        yield from re.findall(r"\\textcolor\{(\w+)\}", row.left + row.right)


LATEX = Markup("latex/derivation.tex.j2", TEX_SYNTAX, Page(33.0, 13.0, notes.tex_width), latex_speller)
"""A fragment, narrow enough for the default page of ``article`` on A4."""

LATEX_STANDALONE = Markup("latex/standalone.tex.j2", TEX_SYNTAX, Page(40.0, 15.0, notes.tex_width), latex_speller)
"""A page of its own, with its own margins."""

MARKDOWN = Markup(
    "markdown/derivation.md.j2",
    PLAIN_SYNTAX,
    Page(44.0, 22.0, notes.markdown_width, notes.markdown_rows),
    markdown_speller,
    tame,
)
"""As wide as a page of GitHub shows without scrolling."""
