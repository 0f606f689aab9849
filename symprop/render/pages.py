"""LaTeX and Markdown pages: how they spell things, how wide they are, and the templates that put them together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from symprop.derivation.step import Derivation, Phrase
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.functions import FUNCTIONS
from symprop.model.names import latex_name
from symprop.model.network import Network, Range
from symprop.render import escape
from symprop.render.document import Display, Document, Paragraph, Speller, describe
from symprop.render.latex_math import to_latex
from symprop.render.layout import Grid, Page, lay_out
from symprop.render.mathlist import width
from symprop.render.templating import PLAIN_SYNTAX, TEX_SYNTAX, Syntax, fill


@dataclass(frozen=True, slots=True)
class Markup:
    """A format made by a template."""

    template: str
    syntax: Syntax
    page: Page
    markdown: bool = False


def markup_page(derivation: Derivation, markup: Markup, templates: Path | None = None) -> str:
    """*derivation* as the text of *markup*; a template in the folder *templates* wins over ours."""
    speller = _markdown_speller(derivation.network) if markup.markdown else _latex_speller(derivation.network)
    document = describe(derivation, speller)
    return fill(markup.template, _data(derivation, document, markup.page), markup.syntax, templates)


def _data(derivation: Derivation, document: Document, page: Page) -> Mapping[str, object]:
    """What a template sees: strings, numbers, and dataclasses of them."""
    functions = _function_symbols(derivation.network)
    parts = [
        {"level": part.level, "title": part.title, "blocks": [_laid_out(block, page, functions) for block in part.blocks]}
        for part in document.parts
    ]
    return {
        "title": document.title,
        "roles": document.roles,
        "parts": parts,
        "closing": document.closing,
        "style": derivation.style,
        "detail": derivation.detail,
    }


def _laid_out(block: Paragraph | Display, page: Page, functions: frozenset[str]) -> Paragraph | Grid:
    return lay_out(block, page, functions) if isinstance(block, Display) else block


def _function_symbols(network: Network) -> frozenset[str]:
    """Symbols that look like a quantity but are applied to the bracket behind them."""
    return frozenset({*(entry.latex for entry in FUNCTIONS.values()), *map(latex_name, network.functions)})


# ------------------------------------------------------------------------------------------------ spelling

_RELATIONS = {"←": r"\leftarrow"}


def _latex_speller(network: Network) -> Speller:
    def math(expr: Expr, ranges: Sequence[Range]) -> str:
        return to_latex(expr, network=network, ranges=ranges)

    def inline(expr: Expr) -> str:
        return f"${_inline(expr, network)}$"

    def note(phrase: Phrase) -> str:
        return "".join(escape.tex(part) if isinstance(part, str) else inline(part) for part in phrase)

    return Speller(math, inline, escape.tex, note, lambda ranges: _condition(ranges, network), _relation)


def _markdown_speller(network: Network) -> Speller:
    def math(expr: Expr, ranges: Sequence[Range]) -> str:
        return _tame(to_latex(expr, network=network, ranges=ranges))

    def inline(expr: Expr) -> str:
        return f"${_tame(_inline(expr, network), in_sentence=True)}$"

    def note(phrase: Phrase) -> str:
        # Dollars inside \text end a block on GitHub, so formulas stand between pieces of text, not in them.
        parts = (rf"\text{{{_words(part)}}}" if isinstance(part, str) else _tame(_inline(part, network)) for part in phrase)
        return "".join(parts)

    return Speller(math, inline, escape.markdown, note, lambda r: _tame(_condition(r, network)), _relation)


def _relation(relation: str) -> str:
    return _RELATIONS.get(relation, relation)


def _inline(expr: Expr, network: Network) -> str:
    """In a sentence a partial of a name stands on one line, so that lines of prose keep their distance."""
    if isinstance(expr, Partial) and isinstance(expr.of, Ref):
        return rf"\partial {to_latex(expr.of, network=network)}/\partial {to_latex(expr.wrt, network=network)}"
    return to_latex(expr, network=network)


def _condition(ranges: tuple[Range, ...], network: Network) -> str:
    def spelled(expr: Expr) -> str:
        return to_latex(expr, network=network)

    return r",\ ".join(rf"{spelled(Ref(r.index))} = {spelled(r.lower)}, \dots, {spelled(r.upper)}" for r in ranges)


_WORDS_IN_MATH = {"\\": "/", "{": "(", "}": ")", "$": "", "%": "", "&": "and", "#": "no. ", "_": " ", "^": "", "~": " "}


def _words(text: str) -> str:
    r"""Words in ``\text`` inside a Markdown formula, where hardly any escape survives both Markdown and the formula."""
    return "".join(_WORDS_IN_MATH.get(c, c) for c in text)


_TAMED = (
    (re.compile(r"\\operatorname\*?(?=\{)"), r"\\mathrm"),  # GitHub forbids \operatorname
    (re.compile(r"<"), r"\\lt "),  # would begin an HTML tag
    (re.compile(r">"), r"\\gt "),
    (re.compile(r"\](?=[(\[])"), "] "),  # would be a link
    (re.compile(r"(?<=[^\w\s\\])_"), "_ "),  # an underscore after a sign could begin emphasis
    (re.compile(r"\*"), r"\\ast "),
)
_SENTENCE_TAMED = re.compile(r"\\([,:;!{}|])")
_SENTENCE_WORDS = {
    ",": r"\thinspace ", ":": r"\medspace ", ";": r"\thickspace ", "!": r"\negthinspace ",
    "{": r"\lbrace ", "}": r"\rbrace ", "|": r"\Vert ",
}  # fmt: skip
"""In a sentence Markdown drops the backslash before a sign."""


def _tame(tex: str, in_sentence: bool = False) -> str:
    """*tex* with everything respelled that GitHub's Markdown would act on before its formulas are set."""
    for pattern, replacement in _TAMED:
        tex = pattern.sub(replacement, tex)
    return _SENTENCE_TAMED.sub(lambda sign: _SENTENCE_WORDS[sign[1]], tex) if in_sentence else tex


# ------------------------------------------------------------------------------------------------ widths

_LETTER = 0.45  # of prose, in em
_SMALL = 0.82  # \footnotesize beside normal size


def _tex_note_width(note: str) -> float:
    """Width of prose with formulas between dollars, in small print."""
    pieces = note.replace(r"\$", "S").split("$")
    words, formulas = pieces[0::2], pieces[1::2]
    letters = sum(len(re.sub(r"\\[A-Za-z]+|[{}]", "", part)) for part in words)
    return _SMALL * (_LETTER * letters + sum(map(width, formulas)))


def _markdown_note_width(note: str) -> float:
    return 0.9 * width(note)


LATEX = Markup("latex/derivation.tex.j2", TEX_SYNTAX, Page(34.0, 13.0, _tex_note_width))
"""A fragment, narrow enough for the default page of ``article`` on A4."""

LATEX_STANDALONE = Markup("latex/standalone.tex.j2", TEX_SYNTAX, Page(42.0, 15.0, _tex_note_width))
"""A page of its own, with its own margins."""

MARKDOWN = Markup("markdown/derivation.md.j2", PLAIN_SYNTAX, Page(46.0, 24.0, _markdown_note_width), markdown=True)
"""As wide as a page of GitHub shows without scrolling."""
