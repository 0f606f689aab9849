"""How LaTeX and Markdown write things; Markdown's formulas survive what GitHub does to them first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from symprop.derivation.step import Phrase
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.functions import FUNCTIONS
from symprop.model.names import latex_name
from symprop.model.network import Network, Range
from symprop.render import escape
from symprop.render.document import Speller
from symprop.render.latex_math import to_latex
from symprop.render.notes import joined

_RELATIONS = {"←": r"\leftarrow", "≈": r"\approx"}


def latex_speller(network: Network) -> Speller:
    """Formulas between dollars, prose escaped for TeX."""

    def math(expr: Expr, ranges: Sequence[Range]) -> str:
        return to_latex(expr, network=network, ranges=ranges)

    def inline(expr: Expr) -> str:
        return f"${_inline(expr, network)}$"

    def note(phrase: Phrase) -> str:
        return "".join(escape.tex(part) if isinstance(part, str) else inline(part) for part in phrase)

    return Speller(math, inline, escape.tex, note, lambda ranges: _condition(ranges, network), _relation)


def markdown_speller(network: Network) -> Speller:
    """Formulas between dollars, respelled where Markdown would act on them; prose escaped for Markdown."""

    def math(expr: Expr, ranges: Sequence[Range]) -> str:
        return _tame(to_latex(expr, network=network, ranges=ranges))

    def inline(expr: Expr) -> str:
        return f"${_tame(_inline(expr, network), in_sentence=True)}$"

    def note(phrase: Phrase) -> str:
        # Dollars inside \text end a block on GitHub, so formulas stand between pieces of text, not in them.
        parts = (rf"\text{{{_words(part)}}}" if isinstance(part, str) else _tame(_inline(part, network)) for part in phrase)
        return joined("".join(parts))

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


def function_symbols(network: Network) -> frozenset[str]:
    """Symbols that look like a quantity but are applied to the bracket behind them."""
    symbols = {*(entry.latex for entry in FUNCTIONS.values()), *map(latex_name, network.functions)}
    return frozenset(symbols | {_tame(symbol) for symbol in symbols})
