"""How LaTeX and Markdown write things; Markdown's formulas survive what GitHub does to them first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from symprop.derivation.step import Layers, Phrase
from symprop.model.build import numeric_value
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.functions import FUNCTIONS
from symprop.model.names import latex_name
from symprop.model.network import Network, Range
from symprop.render import escape
from symprop.render.document import Speller
from symprop.render.latex_math import differential, to_latex
from symprop.render.membership import Member
from symprop.render.notation import PLAIN, UPDATES, Notation
from symprop.render.notes import joined

_RELATIONS = {"←": r"\leftarrow", "≈": r"\approx"}


def latex_speller(network: Network, notation: Notation = PLAIN) -> Speller:
    """Formulas between dollars, prose escaped for TeX."""
    formula = _Formula(network, notation)

    def inline(expr: Expr) -> str:
        return f"${formula.inline(expr)}$"

    def note(phrase: Phrase) -> str:
        return "".join(escape.tex(part) if isinstance(part, str) else inline(part) for part in phrase)

    layered = formula.layered if notation.colour else None
    return Speller(formula.math, inline, escape.tex, note, formula.condition, _relation, formula.updated, layered, members=True)


def markdown_speller(network: Network, notation: Notation = PLAIN) -> Speller:
    """Formulas between dollars, respelled where Markdown would act on them; prose escaped for Markdown."""
    formula = _Formula(network, notation)

    def math(expr: Expr, ranges: Sequence[Range]) -> str:
        return tame(formula.math(expr, ranges))

    def inline(expr: Expr) -> str:
        return f"${tame(formula.inline(expr), in_sentence=True)}$"

    def note(phrase: Phrase) -> str:
        # Dollars inside \text end a block on GitHub, so formulas stand between pieces of text, not in them.
        parts = (rf"\text{{{_words(part)}}}" if isinstance(part, str) else tame(formula.inline(part)) for part in phrase)
        return joined("".join(parts))

    def condition(ranges: tuple[Range, ...]) -> str:
        return tame(formula.condition(ranges))

    return Speller(math, inline, escape.markdown, note, condition, _relation, formula.updated, members=True)


@dataclass(frozen=True, slots=True)
class _Formula:
    """LaTeX in the notation of one page."""

    network: Network
    notation: Notation

    def math(self, expr: Expr, ranges: Sequence[Range] = ()) -> str:
        return to_latex(expr, network=self.network, notation=self.notation, ranges=ranges)

    def layered(self, expr: Expr, ranges: Sequence[Range], layers: Layers) -> str:
        return to_latex(expr, network=self.network, notation=self.notation, ranges=ranges, layers=layers)

    def inline(self, expr: Expr) -> str:
        """In a sentence a partial of a name stands on one line, so that lines of prose keep their distance."""
        if isinstance(expr, Partial) and isinstance(expr.of, Ref):
            above, below = (differential(self.math(ref), self.notation, self.network) for ref in (expr.of, expr.wrt))
            return f"{above}/{below}"
        return self.member(expr) if isinstance(expr, Member) else self.math(expr)

    def member(self, expr: Member) -> str:
        r"""``W_l \in \mathbb{R}^{n \times m}``."""
        sizes = r" \times ".join(map(self.math, expr.sizes))
        said = rf"{self.math(expr.of)} \in \mathbb{{R}}^{{{sizes}}}"
        return rf"{said}\ ({self.condition(expr.ranges)})" if expr.ranges else said

    def condition(self, ranges: tuple[Range, ...]) -> str:
        return r",\ ".join(f"{self.math(Ref(r.index))} = {self.math(r.lower)}, {self._until(r)}" for r in ranges)

    def _until(self, span: Range) -> str:
        """The upper end, behind dots where there is something between the ends."""
        low, high = numeric_value(span.lower), numeric_value(span.upper)
        dots = "" if low is not None and high == low + 1 else r"\dots, "
        return dots + self.math(span.upper)

    def updated(self, left: str) -> tuple[str, str]:
        """The new value of a weight, and the relation between it and what it is."""
        mark = UPDATES[self.notation.update].latex
        return (left + mark, "=") if mark else (left, _relation("←"))


def _relation(relation: str) -> str:
    return _RELATIONS.get(relation, relation)


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


def tame(tex: str, in_sentence: bool = False) -> str:
    """*tex* with everything respelled that GitHub's Markdown would act on before its formulas are set."""
    for pattern, replacement in _TAMED:
        tex = pattern.sub(replacement, tex)
    return _SENTENCE_TAMED.sub(lambda sign: _SENTENCE_WORDS[sign[1]], tex) if in_sentence else tex


def function_symbols(network: Network) -> frozenset[str]:
    """Symbols that look like a quantity but are applied to the bracket behind them."""
    symbols = {*(entry.latex for entry in FUNCTIONS.values()), *map(latex_name, network.functions)}
    return frozenset(symbols | {tame(symbol) for symbol in symbols})
