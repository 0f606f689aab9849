"""Formulas as people write them: one printer, and a table of notations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import singledispatch

from tools.campaign import nodes as a

ADD, HADAMARD, MUL, UNARY, POW, ATOM = range(6)


FUNCTIONS: Mapping[str, str] = {
    "sigmoid": r"\sigma",
    "tanh": r"\tanh",
    "softplus": r"\operatorname{softplus}",
    "exp": r"\exp",
    "log": r"\log",
    "unknown": r"\varphi",
    "softmax": r"\operatorname{softmax}",
    "relu": r"\operatorname{ReLU}",
}


@dataclass(frozen=True)
class Notation:
    r"""How one author writes.

    Args:
        label: what a tally calls it.
        dot: what stands between factors (`` ``, ``\cdot``, ``.``).
        fraction: numerator and denominator to text.
        partial: the quantity and what it is differentiated by to text.
        bare_fraction: fractions are written with a slash and need brackets.
        half: how one half is written in front of a product.
        sums: ranges of sums are written.
        functions: names of functions.
        suffix: of the document's name.
        preamble, before, after, closing: around the document and around each formula.
        transpose, hadamard: the signs.
        joined: the sign of a transpose stands inside the superscript that a name has.
    """

    label: str
    dot: str = " "
    fraction: Callable[[str, str], str] = lambda above, below: rf"\frac{{{above}}}{{{below}}}"
    partial: Callable[[str, str], str] = lambda of, wrt: rf"\frac{{\partial {of}}}{{\partial {wrt}}}"
    bare_fraction: bool = False
    half: str = r"\frac{1}{2}"
    sums: bool = True
    functions: Mapping[str, str] = field(default_factory=lambda: FUNCTIONS)
    suffix: str = ".md"
    preamble: str = ""
    before: str = "$$"
    after: str = "$$"
    closing: str = ""
    transpose: str = "^T"
    joined: bool = False
    hadamard: str = r"\odot"
    prime: str = "'"
    minus: str = "-"
    total: str = r"\sum"


_BARE_NUMBER = re.compile(r"(?<![\w}])\d+$")
_ARTICLE = r"""\documentclass{article}
\usepackage{amsmath}
\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
\begin{document}
"""


def _over(above: str, below: str) -> str:
    return rf"{{{above} \over {below}}}"


NOTATIONS: Mapping[str, Notation] = {
    notation.label: notation
    for notation in (
        Notation("plain"),
        Notation(
            "dots and over",
            dot=".",
            fraction=_over,
            partial=lambda of, wrt: rf"{{\partial {of} \over \partial {wrt}}}",
            half=r"{1 \over 2}",
            suffix=".txt",
        ),
        Notation("stars", dot=" * ", suffix=".txt", functions={**FUNCTIONS, "unknown": "f"}),
        Notation("times", dot=r" \times ", partial=lambda of, wrt: rf"\frac{{d{of}}}{{d{wrt}}}", before=r"\[", after=r"\]"),
        Notation(
            "cdot", dot=r" \cdot ", half=r"\tfrac12", sums=False, functions={**FUNCTIONS, "unknown": r"\phi", "log": r"\ln"}
        ),
        Notation(
            "article",
            dot=r" \, ",
            partial=lambda of, wrt: rf"\pd{{{of}}}{{{wrt}}}",
            half=r"\frac12",
            suffix=".tex",
            preamble=_ARTICLE,
            before=r"\begin{equation} ",
            after=r" \end{equation}",
            closing="\\end{document}\n",
            transpose=r"^\top",
            functions={**FUNCTIONS, "unknown": "g"},
        ),
        Notation(
            "unicode",
            dot="·",
            fraction=lambda above, below: f"{above}/{below}",
            partial=lambda of, wrt: f"∂{of}/∂{wrt}",
            bare_fraction=True,
            half="½",
            suffix=".txt",
            functions={**FUNCTIONS, "sigmoid": "σ", "unknown": "φ"},
            transpose="ᵀ",
            hadamard="⊙",
            prime="′",
            minus="−",
            total="∑",
        ),
    )
}


@dataclass(frozen=True)
class Printer:
    """A notation, and how it spells the names of one network (``{0}`` is the first index)."""

    notation: Notation
    names: Mapping[str, str]

    def text(self, node: a.Node) -> str:
        """The formula as text."""
        return self._at(node, ADD)

    def _at(self, node: a.Node, level: int) -> str:
        text, own = _shown(node, self)
        return f"({text})" if own < level else text

    def name(self, node: a.Q) -> str:
        """A quantity with its indices."""
        if not node.indices:
            return self.names[node.name]
        spelled = (self._at(index, ADD).replace(" ", "") for index in node.indices)
        return self.names[f"{node.name}/{len(node.indices)}"].format(*spelled)

    def number(self, node: a.Num) -> tuple[str, int]:
        """A number as written."""
        if node.text:
            return node.text, ATOM
        if node.value.denominator == 1:
            return str(node.value), ATOM
        if node.value.denominator == 2 and node.value.numerator == 1:
            return self.notation.half, MUL if self.notation.bare_fraction else ATOM
        return self.notation.fraction(str(node.value.numerator), str(node.value.denominator)), MUL

    def add(self, node: a.Add) -> tuple[str, int]:
        """Terms with their signs."""
        text = self._at(node.terms[0], ADD) if not isinstance(node.terms[0], a.Add) else self._at(node.terms[0], HADAMARD)
        for term in node.terms[1:]:
            if isinstance(term, a.Neg):
                text += f" {self.notation.minus} {self._at(term.operand, HADAMARD)}"
            else:
                text += f" + {self._at(term, HADAMARD)}"
        return text, ADD

    def negative(self, node: a.Neg) -> tuple[str, int]:
        """A minus sign in front of a product."""
        return f"{self.notation.minus}{self._at(node.operand, HADAMARD)}", ADD

    def product(self, node: a.Mul | a.MatMul) -> tuple[str, int]:
        """Factors with the author's sign between them; a number at the front needs none before brackets and names."""
        text = ""
        for place, factor in enumerate(node.factors):
            last = place == len(node.factors) - 1
            closed = isinstance(factor, (a.Big, a.Neg, a.Add, a.Had, a.Mul, a.MatMul)) and not (
                isinstance(factor, a.Big) and last
            )
            shown = f"({self.text(factor)})" if closed else self._at(factor, MUL if isinstance(factor, (a.Big, a.Num)) else UNARY)
            text += (self._between(text, shown, arrays=isinstance(node, a.MatMul)) if place else "") + shown
        return text, MUL

    def _between(self, before: str, shown: str, *, arrays: bool) -> str:
        sign = " " if arrays else self.notation.dot
        if sign == "." and _BARE_NUMBER.search(before):  # ``2.`` would begin a decimal fraction
            return " "
        if sign in {" ", r" \, "} and (shown[:1].isdigit() or shown.startswith(r"\frac12")):
            return r" \cdot "
        return sign

    def quotient(self, node: a.Div) -> tuple[str, int]:
        """A fraction."""
        if self.notation.bare_fraction:
            return self.notation.fraction(self._at(node.above, UNARY), self._at(node.below, POW)), MUL
        return self.notation.fraction(self.text(node.above), self.text(node.below)), UNARY

    def power(self, node: a.Pow) -> tuple[str, int]:
        """``x^n``; that of a function stands behind its name."""
        base = node.base
        if isinstance(base, a.Fn) and base.name == "tanh":
            return f"{self._function(base)}^{{{node.exponent}}}({self.text(base.argument)})", POW
        atomic = isinstance(base, a.Q) and "^" not in self.name(base)
        text = self._at(base, ATOM) if atomic else f"({self.text(base)})"
        return f"{text}^{node.exponent}" if 0 <= node.exponent < 10 else f"{text}^{{{node.exponent}}}", POW

    def _function(self, node: a.Fn) -> str:
        return self.notation.functions[node.name] + self.notation.prime * node.primes

    def application(self, node: a.Fn) -> tuple[str, int]:
        """``f'(x)``; ``e^{x}`` for the exponential."""
        if node.name == "exp":
            return f"e^{{{self.text(node.argument)}}}", ATOM
        return f"{self._function(node)}({self.text(node.argument)})", ATOM

    def partial(self, node: a.Par) -> tuple[str, int]:
        """``∂of/∂wrt``."""
        return self.notation.partial(self.name(node.of), self.text(node.wrt)), UNARY

    def entry(self, node: a.Entry) -> tuple[str, int]:
        """``W_{jk}``; with the layer before the places."""
        spelled = (self._at(index, ADD).replace(" ", "") for index in (*node.of.indices, *node.at))
        return self.names[f"{node.of.name}@{len(node.at)}"].format(*spelled), ATOM

    def word(self, name: str, node: a.Diag) -> tuple[str, int]:
        """``diag(v)``."""
        return rf"\operatorname{{{name}}}({self.text(node.operand)})", ATOM

    def big(self, node: a.Big) -> tuple[str, int]:
        """A sum, with its range where the author writes ranges."""
        total = self.notation.total
        body = self._at(node.body, HADAMARD) if not isinstance(node.body, a.Add) else f"({self.text(node.body)})"
        if not self.notation.sums:
            return rf"{total}_{node.index} {body}", MUL
        return rf"{total}_{{{node.index}={self.text(node.low)}}}^{{{self.text(node.high)}}} {body}", MUL

    def entrywise(self, node: a.Had) -> tuple[str, int]:
        """``a ⊙ b``."""
        return f" {self.notation.hadamard} ".join(self._at(factor, MUL) for factor in node.factors), HADAMARD

    def transpose(self, node: a.Tr) -> tuple[str, int]:
        """``Wᵀ``; a name with a superscript is put in brackets, or the sign joins its superscript."""
        simple = isinstance(node.operand, a.Ones) or (isinstance(node.operand, a.Q) and "^" not in self.name(node.operand))
        text = self._at(node.operand, ATOM) if simple else f"({self.text(node.operand)})"
        if self.notation.joined and not simple and isinstance(node.operand, a.Q) and text[-3:] in (")})", "]})"):
            return f"{text[1:-2]}{self.notation.transpose.removeprefix('^')}}}", ATOM
        return f"{text}{self.notation.transpose}", ATOM

    def norm(self, node: a.NormSq) -> tuple[str, int]:
        """``‖v‖²``."""
        return rf"\| {self.text(node.operand)} \|^2", ATOM

    def length(self, node: a.Norm) -> tuple[str, int]:
        """``‖v‖``."""
        return rf"\| {self.text(node.operand)} \|", ATOM


@singledispatch
def _shown(node: a.Node, printer: Printer) -> tuple[str, int]:
    raise TypeError(f"{type(node)} for {printer}")


@_shown.register
def _(node: a.Ix, _printer: Printer) -> tuple[str, int]:
    return node.letter, ATOM


@_shown.register
def _(node: a.Q, printer: Printer) -> tuple[str, int]:
    return printer.name(node), ATOM


@_shown.register
def _(node: a.Num, printer: Printer) -> tuple[str, int]:
    return printer.number(node)


@_shown.register
def _(node: a.Add, printer: Printer) -> tuple[str, int]:
    return printer.add(node)


@_shown.register
def _(node: a.Neg, printer: Printer) -> tuple[str, int]:
    return printer.negative(node)


@_shown.register
def _(node: a.Mul, printer: Printer) -> tuple[str, int]:
    return printer.product(node)


@_shown.register
def _(node: a.MatMul, printer: Printer) -> tuple[str, int]:
    return printer.product(node)


@_shown.register
def _(node: a.Had, printer: Printer) -> tuple[str, int]:
    return printer.entrywise(node)


@_shown.register
def _(node: a.Div, printer: Printer) -> tuple[str, int]:
    return printer.quotient(node)


@_shown.register
def _(node: a.Pow, printer: Printer) -> tuple[str, int]:
    return printer.power(node)


@_shown.register
def _(node: a.Fn, printer: Printer) -> tuple[str, int]:
    return printer.application(node)


@_shown.register
def _(node: a.Par, printer: Printer) -> tuple[str, int]:
    return printer.partial(node)


@_shown.register
def _(node: a.Big, printer: Printer) -> tuple[str, int]:
    return printer.big(node)


@_shown.register
def _(node: a.Tr, printer: Printer) -> tuple[str, int]:
    return printer.transpose(node)


@_shown.register
def _(node: a.NormSq, printer: Printer) -> tuple[str, int]:
    return printer.norm(node)


@_shown.register
def _(node: a.Norm, printer: Printer) -> tuple[str, int]:
    return printer.length(node)


@_shown.register
def _(node: a.Diag, printer: Printer) -> tuple[str, int]:
    return printer.word("diag", node)


@_shown.register
def _(_node: a.Ones, _printer: Printer) -> tuple[str, int]:
    return r"\mathbf{1}", ATOM


@_shown.register
def _(node: a.Entry, printer: Printer) -> tuple[str, int]:
    return printer.entry(node)
