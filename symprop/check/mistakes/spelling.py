r"""How an author spells names: ``\mathbf{W}^{[l]}_{jk}`` where the tree has ``W``, the letters of its indices, and no looks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from symprop.check.document import Formula, Reading, Setting, Vocabulary
from symprop.check.mistakes.latex import Style, Unprintable, latex
from symprop.check.reading import read_formula
from symprop.check.trees import nodes, transformed
from symprop.check.understanding.lines import Line, lines
from symprop.check.written_names import CHANGE, LAYER, base, version
from symprop.errors import Source
from symprop.model.expr import Add, Div, Expr, Neg, Number, Ref
from symprop.model.names import GREEK
from symprop.model.written import BRACKETED, SUPERSCRIPTED, Call, Product

_COMMANDS = {
    letter: "\\" + name
    for name, letter in sorted(GREEK.items(), key=lambda pair: (pair[0].startswith("var"), pair[0]), reverse=True)
}
_ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot", "\u0308": "ddot", "\u030c": "check"}
_FUNCTIONS = frozenset(["exp", "log", "tanh", "sinh", "cosh", "sin", "cos", "tan", "max", "min", "arctan", "det"])
_WORDS = frozenset({"in", "te", "tr"})
_HEAD = re.compile(
    r"\\[A-Za-z]+\s*(?:\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*|\{(?:[^{}]|\{[^{}]*\})*\}|[^\W\d_]+|.", re.DOTALL
)
_TRANSPOSED = re.compile(r"\^\s*(\{\\top\}|\\top|\{T\}|T|\{\\intercal\}|\\intercal)(?![A-Za-z])")
_POINT = re.compile(r"[a-zA-Z_0-9}){]\.[a-zA-Z({\\]")
_POWER = re.compile(r"\s*\^\s*(?:\{[^{}]*\}|\\[A-Za-z]+|.)")
_RAISED = re.compile(r"\^\s*\{?\s*(\\left)?([(\[]?)")


@dataclass
class Spelling:
    """The names of a document as its author writes them."""

    exact: dict[Ref, str] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)
    raised: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    arrays: frozenset[str] = frozenset()

    def learn(self, expr: Expr, read: Callable[[str], Expr | None]) -> None:
        """Note how the names of *expr* are written where they stand, as far as that is read as them."""
        for node in nodes(expr):
            if isinstance(node, Call):
                text = _source(node.function).rstrip("'’‘′´ ")
                if text and "^" not in text and "}" not in text.replace("{}", "")[-1:]:
                    self.functions.setdefault(node.function.name, _head(text))
                if text[:1] == "e":
                    self.functions.setdefault("exp", "e")
            elif isinstance(node, Ref) and node.span is not None and node not in self.exact:
                for text in _candidates(_source(node)):
                    if read(text) == node:
                        self._note(node, text)
                        break

    def _note(self, ref: Ref, text: str) -> None:
        self.exact.setdefault(ref, text)
        self.heads.setdefault(ref.name, _head(text))
        style = _RAISED.search(text)
        if style is not None:
            self.raised.setdefault(ref.name, style[2])

    def reference(self, ref: Ref) -> str:
        """A name with its indices: as it stands elsewhere, else put together from parts that do.

        Raises:
            Unprintable: a mark among superscripts.
        """
        if ref in self.exact:
            return self.exact[ref]
        name, kind = base(ref.name).split(LAYER, 1)[0], version(ref.name)
        plain = Ref(name, ref.indices)
        if kind == CHANGE:
            return rf"\Delta {self.reference(plain)}"
        if plain in self.exact and kind:
            return _marked(self.exact[plain], kind)
        head = (
            self.heads.get(ref.name)
            or self.heads.get(name)
            or self._named(name.removesuffix(BRACKETED).removesuffix(SUPERSCRIPTED))
        )
        text = self._scripted(head, name, ref.indices)
        return _marked(text, kind) if kind else text

    def _scripted(self, head: str, name: str, indices: tuple[Expr, ...]) -> str:
        raised, bracket = name.removesuffix(BRACKETED).endswith(SUPERSCRIPTED), name.endswith(BRACKETED)
        above, rest = (indices[:1], indices[1:]) if raised else ((), indices)
        behind, below = (rest[:1], rest[1:]) if bracket else ((), rest)
        text = head
        if below:
            text += f"_{_braced(self._indices(below))}"
        if above:
            opening = self.raised.get(name, "")
            closing = {"(": ")", "[": "]", "": ""}[opening]
            text += f"^{_braced(opening + self.index(above[0]) + closing)}"
        return text + (f"({self.index(behind[0])})" if behind else "")

    def _indices(self, indices: Sequence[Expr]) -> str:
        texts = [self.index(index) for index in indices]
        letters = len(texts) == 2 and all(len(text) == 1 and text.isalpha() for text in texts)
        return "".join(texts) if letters and "".join(texts) not in _WORDS else ", ".join(texts)

    def index(self, index: Expr) -> str:
        """One index."""
        if isinstance(index, Ref):
            return _label(index.name) if not index.indices else f"{_label(index.name)}_{_braced(self._indices(index.indices))}"
        if isinstance(index, Number):
            return str(index.value)
        if isinstance(index, Neg):
            return f"-{self.index(index.operand)}"
        if isinstance(index, Add):
            return "+".join(self.index(term) for term in index.terms).replace("+-", "-")
        if isinstance(index, Product):
            return " ".join(self.index(factor) for factor in index.factors)
        if isinstance(index, Div):
            return f"{self.index(index.numerator)}/{self.index(index.denominator)}"
        raise Unprintable("index")

    def function(self, ref: Ref) -> str:
        """The name of a function."""
        name = base(ref.name).removesuffix(BRACKETED).removesuffix(SUPERSCRIPTED)
        if name == "exp":
            return "e" if self.functions.get("exp", "e") == "e" else r"\exp"
        head = self.functions.get(ref.name) or (rf"\{name}" if name in _FUNCTIONS else self._named(name))
        return self._scripted(head, ref.name, ref.indices)

    def _named(self, name: str) -> str:
        """A name that stands nowhere, so that nobody can say how it is spelled."""
        decomposed = unicodedata.normalize("NFD", name)
        if len(decomposed) == 2 and decomposed[1] in _ACCENTS:
            return rf"\{_ACCENTS[decomposed[1]]}{{{decomposed[0]}}}"
        if len(name) > 1:
            return rf"\mathrm{{{name}}}"
        text = _COMMANDS.get(name, name)
        return rf"\mathbf{{{text}}}" if name in self.arrays and text == name else text


def _source(node: Expr) -> str:
    span = node.span
    return "" if span is None else span.source.text[span.start : span.end].strip()


def _head(text: str) -> str:
    found = _HEAD.match(text)
    return found[0].strip() if found is not None else text


def _candidates(text: str) -> Iterator[str]:
    """What of a name's place in the source may be the name: all, without Markdown's escapes, without a power."""
    if not text:
        return
    yield text
    plain = text.replace(r"\_", "_").replace(r"\*", "*").replace("\\\\", "\\")
    if plain != text:
        yield plain
    for shorter in (_POWER.sub("", plain, count=1), plain + "}", plain.lstrip("{")):
        if shorter and shorter != plain:
            yield shorter


def _label(name: str) -> str:
    if len(name) == 1:
        return _COMMANDS.get(name, {"→": r"\to "}.get(name, name))
    primes = len(name) - len(name.rstrip("'"))
    if primes and len(name) == primes + 1:
        return name
    if len(name) > 1 and name[0].isalpha() and name[1:].isdigit():
        return name
    return rf"\text{{{name}}}"


def _marked(text: str, mark: str) -> str:
    if "^" in text:
        raise Unprintable("a mark among superscripts")
    return text + mark if not mark.strip("'") else f"{text}^{{{mark if len(mark) == 1 else rf'({mark})'}}}"


def _braced(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


# ---- writing ---------------------------------------------------------------------------------------------------------------


class Writer:
    """Writes trees as the author of a document would, and makes sure that they are read back.

    The document's names are looked at when the first tree is written.
    """

    def __init__(self, reading: Reading | None = None) -> None:
        self._reading = reading
        self._vocabulary = Vocabulary() if reading is None else reading.vocabulary

    @cached_property
    def _lines(self) -> tuple[Sequence[Line], Callable[[Expr], Expr]]:
        return ([], lambda expr: expr) if self._reading is None else lines(self._reading)

    @cached_property
    def style(self) -> Style:
        """The author's style."""
        spelling = Spelling(arrays=self._vocabulary.arrays)
        for line in self._lines[0]:
            for expr in line.exprs:
                if expr is not None:
                    spelling.learn(expr, self.read)
        text = "" if self._reading is None else self._reading.document.source.text
        return _style(text, spelling, self._vocabulary)

    @cached_property
    def generic(self) -> Style:
        """The same without the author's spelling of names."""
        plain = Spelling(arrays=self._vocabulary.arrays)
        return replace(self.style, reference=plain.reference, function=plain.function)

    def text(self, expr: Expr) -> str:
        """LaTeX of *expr*.

        Raises:
            Unprintable: there is none.
        """
        return latex(_bare(expr), self.style)

    def suggestion(self, expr: Expr, agrees: Callable[[Expr], bool]) -> str:
        """LaTeX of *expr* that is read back as the same, or as something that *agrees*; "" if there is none."""
        for style in (self.style, replace(self.style, dotted=True), self.generic):
            try:
                text = latex(_bare(expr), style)
            except Unprintable:
                continue
            read = self.read(text)
            if read is not None and (_bare(read) == _bare(expr) or agrees(read)):
                return text
        return ""

    def read(self, text: str) -> Expr | None:
        """What the document would mean by *text* on the right of a sign; None if it cannot be read."""
        whole = f"0 = {text}"
        formula = Formula(Source(whole), whole, range(len(whole) + 1), Setting.DISPLAY)
        statements = read_formula(formula, self._vocabulary)
        if len(statements) != 1 or len(statements[0].sides) != 2 or statements[0].sides[1].expr is None:
            return None
        return self._lines[1](statements[0].sides[1].expr)


def _bare(expr: Expr) -> Expr:
    """Without what the letters of indices add to names."""

    def change(node: Expr) -> Expr:
        return Ref(node.name.split(LAYER, 1)[0], node.indices) if isinstance(node, Ref) and LAYER in node.name[1:] else node

    return transformed(expr, change)


def _style(text: str, spelling: Spelling, vocabulary: Vocabulary) -> Style:
    partial = r"\partial" in text or "∂" in text or re.search(r"\\(d|t)?frac\s*\{\s*d", text) is None
    transposed = _TRANSPOSED.search(text)
    return Style(
        reference=spelling.reference,
        index=spelling.index,
        function=spelling.function,
        derivative=r"\partial " if partial else "d",
        transposed=transposed[1] if transposed is not None else "T",
        hadamard=r"\circ" if r"\circ" in text and r"\odot" not in text else r"\odot",
        kronecker=vocabulary.kronecker,
        dot=next((sign for sign in (r"\cdot", "·", "⋅") if sign in text), "." if _POINT.search(text) else r"\cdot"),
        indicator=next((sign for sign in (r"\mathbb{1}", r"\mathbf{1}") if sign in text), ""),
    )
