r"""Expressions as LaTeX formulas: what a textbook prints, accepted by pdfLaTeX with amsmath, by KaTeX and by MathJax.

A bracket stands where the formula would else mean something else, and where the author's tree has one (a
product in a product); it stretches only around what is tall.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from symprop.derivation.step import Layers
from symprop.model.build import numeric_value
from symprop.model.expr import (
    ONE,
    Add,
    Apply,
    Diag,
    Div,
    Expr,
    Hadamard,
    Identity,
    Increment,
    Indicator,
    MatMul,
    Mul,
    Neg,
    Norm,
    Number,
    Ones,
    Partial,
    Pow,
    Ref,
    Softmax,
    Sum,
    Transpose,
)
from symprop.model.functions import FUNCTIONS
from symprop.model.names import latex_name, latex_name_parts, normal, with_subscript
from symprop.model.network import Network, Range
from symprop.model.printer import is_literal, number_text
from symprop.render.colours import colour_of
from symprop.render.notation import PLAIN, PRODUCTS, Notation

_LOOSE, _ADD, _HADAMARD, _OPEN, _PRODUCT, _UNIT, _POWER, _ATOM = range(8)
"""What a piece binds like.  ``_OPEN`` is a product that ends in a sum, which would take a factor behind it."""

_COMPARISONS = {"≤": r"\le", "≥": r"\ge", "≠": r"\ne"}
_SPELLED = {"ln": r"\ln", "silu": r"\operatorname{SiLU}", "SiLU": r"\operatorname{SiLU}"}
_SCIENTIFIC = re.compile(r"([0-9.]+)[eE]([+-]?[0-9]+)")


class Piece(NamedTuple):
    """A formula, what it binds like, whether it is taller than a line, and whether it brings its own space before it."""

    text: str
    level: int
    tall: bool = False
    operator: bool = False


def to_latex(
    expr: Expr, *, network: Network | None = None, notation: Notation = PLAIN, ranges: Sequence[Range] = (), layers: Layers = None
) -> str:
    r"""*expr* as LaTeX for math mode, without delimiters.

    Args:
        expr: any expression.
        network: where it gives the range of a sum (with the free indices' *ranges*), the range is left out.
        notation: how products, fractions and derivatives are spelled.
        ranges: of the free indices.
        layers: the layers of the parts of *expr*, each of which then has the colour of that number.
    """
    return _Printer(network, notation, tuple(ranges)).layered(expr, layers).text


def differential(text: str, notation: Notation, network: Network | None = None) -> str:
    r"""``\partial w`` or ``dw``; ``\mathrm{d}w`` where a quantity of *network* is called d."""
    return _Printer(network, notation, ()).differential(text)


class _Printer:
    """Prints one expression; one method a node."""

    def __init__(self, network: Network | None, notation: Notation, ranges: tuple[Range, ...]) -> None:
        self.network = network
        self.thin = notation.product == "none"
        self.sign = PRODUCTS[notation.product].latex
        self.over = notation.fraction == "over"
        self.total = notation.derivative == "d"
        self.ranges = ranges

    @cached_property
    def taken(self) -> frozenset[str]:
        """Keys of the network's quantities: a function must not look like one of them."""
        if self.network is None:
            return frozenset()
        return frozenset(normal(name) for name in (*self.network.leaves, *self.network.by_name))

    def piece(self, expr: Expr, level: int = _LOOSE) -> Piece:
        """The formula of *expr*, in brackets where it binds looser than *level*."""
        own = _PRINTERS[type(expr)](self, expr)
        return own if own.level >= level else Piece(_bracketed(own.text, own.tall), _ATOM, own.tall)

    def layered(self, expr: Expr, layers: Layers, level: int = _LOOSE) -> Piece:
        """The formula of *expr* with a colour for each layer; signs and brackets between layers have none."""
        if not isinstance(layers, tuple):
            found = self.piece(expr, level)
            return found if layers is None else found._replace(text=_coloured(found.text, layers))
        own = _LAYERED[type(expr)](self, expr, layers)
        return own if own.level >= level else Piece(_bracketed(own.text, own.tall), _ATOM, own.tall)

    def number(self, e: Number) -> Piece:
        text = number_text(e)
        scientific = _SCIENTIFIC.fullmatch(text)
        if scientific:
            power = _script("10", "^", str(int(scientific[2])))
            return Piece(power, _POWER) if scientific[1] == "1" else Piece(rf"{scientific[1]} \cdot {power}", _PRODUCT)
        above, slash, below = text.partition("/")
        return self.fraction(above, below) if slash else Piece(text, _ATOM)

    def fraction(self, above: str, below: str) -> Piece:
        """One over the other, in the way that was asked for."""
        text = rf"{{{above} \over {below}}}" if self.over else rf"\frac{{{above}}}{{{below}}}"
        return Piece(text, _UNIT, tall=True)

    def differential(self, text: str = "") -> str:
        """The sign of a derivative before *text*."""
        if not self.total:
            return _command(r"\partial", text)
        return (r"\mathrm{d}" if "d" in self.taken else "d") + text

    def ref(self, e: Ref) -> Piece:
        head, subscripts = latex_name_parts(e.name)
        indices = [self.tight(index) for index in e.indices]
        joined = "".join(indices) if all(len(index) == 1 for index in indices) else ",".join(indices)
        return Piece(with_subscript(head, ",".join((*subscripts, joined) if joined else subscripts)), _ATOM)

    def tight(self, index: Expr) -> str:
        """An index expression without the spaces that TeX ignores there anyway."""
        return self.piece(index).text.replace(" - ", "-").replace(" + ", "+")

    def add(self, e: Add, layers: Sequence[Layers] = ()) -> Piece:
        own = layers or [None] * len(e.terms)
        first = self.layered(e.terms[0], own[0], _ADD if isinstance(e.terms[0], Neg) else _HADAMARD)
        text, tall = first.text, first.tall
        for term, layer in zip(e.terms[1:], own[1:], strict=True):
            minus = isinstance(term, Neg)
            inner = layer[0] if minus and isinstance(layer, tuple) else layer
            part = self.layered(term.operand if isinstance(term, Neg) else term, inner, _OPEN if minus else _HADAMARD)
            text += f" {'-' if minus else '+'} {part.text}"
            tall = tall or part.tall
        return Piece(text, _ADD, tall)

    def neg(self, e: Neg, layers: Sequence[Layers] = (None,)) -> Piece:
        part = self.layered(e.operand, layers[0], _OPEN)
        return Piece(f"-{part.text}", _ADD, part.tall)

    def mul(self, e: Mul, layers: Sequence[Layers] = ()) -> Piece:
        """Neighbours of one layer share one colour."""
        own = layers or [None] * len(e.factors)
        open_end = isinstance(e.factors[-1], Sum)
        last = _OPEN if open_end else _PRODUCT if isinstance(e.factors[-1], MatMul) else _UNIT
        levels = [*[_UNIT] * (len(e.factors) - 1), last]
        nested = [layer if isinstance(layer, tuple) else None for layer in own]
        parts = [self.layered(factor, layer, level) for factor, layer, level in zip(e.factors, nested, levels, strict=True)]
        runs = [(own[0], parts[0].text)]
        for place, (left, right) in enumerate(pairwise(e.factors), start=1):
            sign = self.between(left, right, parts[place])
            if own[place] == own[place - 1]:
                runs[-1] = (runs[-1][0], runs[-1][1] + sign + parts[place].text)
            else:
                runs += [(None, sign), (own[place], parts[place].text)]
        text = "".join(_coloured(run, layer) if isinstance(layer, int) else run for layer, run in runs)
        return Piece(text, _OPEN if open_end else _PRODUCT, any(part.tall for part in parts), parts[0].operator)

    def between(self, left: Expr, right: Expr, shown: Piece) -> str:
        """The sign between two factors; *shown* is the right one's piece.  ``y(1 - y)`` is read as one thing."""
        if shown.text[0].isdigit() or left == ONE or isinstance(left, Partial) or isinstance(right, Partial):
            return PRODUCTS["dot"].latex if self.thin else self.sign
        if right == Add((ONE, Neg(left))) or (is_literal(left) and (self.thin or numeric_value(right) is None)):
            return ""
        if self.thin and (shown.operator or shown.text.startswith(("(", r"\left("))):
            return ""
        return self.sign

    def hadamard(self, e: Hadamard) -> Piece:
        # Brackets around products of matrices are not needed, and everybody writes them.
        parts = [self.piece(factor, _UNIT if isinstance(factor, MatMul) else _PRODUCT) for factor in e.factors]
        return Piece(r" \odot ".join(part.text for part in parts), _HADAMARD, any(part.tall for part in parts))

    def div(self, e: Div) -> Piece:
        above, below = self.piece(e.numerator), self.piece(e.denominator)
        return self.fraction(above.text, below.text)

    def pow(self, e: Pow) -> Piece:
        base = self.piece(e.base, _ATOM)
        if isinstance(e.exponent, Div) and is_literal(e.exponent):  # a fraction would be too small to read up there
            exponent = f"{self.piece(e.exponent.numerator).text}/{self.piece(e.exponent.denominator).text}"
        else:
            exponent = self.piece(e.exponent).text
        return Piece(_script(base.text, "^", exponent), _POWER, base.tall, base.operator)

    def apply(self, e: Apply) -> Piece:
        parts = [self.piece(argument) for argument in e.arguments]
        inner, tall = ", ".join(part.text for part in parts), any(part.tall for part in parts)
        special = _SPECIAL.get(e.function) if e.primes == 0 else None
        if special is not None and not (e.function == "exp" and tall):
            return special(inner, tall)
        name, operator = self.function(e)
        return Piece(f"{name}{chr(39) * e.primes}{_bracketed(inner, tall)}", _ATOM, tall, operator)

    def function(self, e: Apply) -> tuple[str, bool]:
        """The function's symbol, and whether TeX sets a space before it."""
        entry = FUNCTIONS.get(e.function)
        if entry is None:
            return latex_name(e.function), False
        latex = _SPELLED.get(e.spelling, entry.latex)
        if latex == r"\sqrt" or (latex in _LETTERS and normal(entry.spellings[0]) in self.taken):
            latex = rf"\operatorname{{{e.function}}}"
        return latex, latex not in _LETTERS

    def softmax(self, e: Softmax) -> Piece:
        parts = [self.piece(argument) for argument in e.arguments]
        inner, bound = ", ".join(part.text for part in parts), ""
        if e.lower is not None and e.upper is not None:
            vector = e.arguments[0]
            plain = isinstance(vector, Ref) and vector.indices == (Ref(e.index),)
            if isinstance(vector, Ref) and plain and self.inferred(vector, e.index) == (e.lower, e.upper):
                inner = latex_name(vector.name)
            else:
                bound = self.bound(e.index, e.lower, e.upper, vector)
        tall = any(part.tall for part in parts)
        text = rf"\operatorname{{softmax}}{bound}{_bracketed(inner, tall)}"
        return Piece(_script(text, "_", self.tight(e.at)), _UNIT, tall, operator=True)

    def sum(self, e: Sum) -> Piece:
        body = self.piece(e.body, _OPEN)
        return Piece(rf"\sum{self.bound(e.index, e.lower, e.upper, e.body)} {body.text}", _OPEN, tall=True, operator=True)

    def bound(self, index: str, lower: Expr, upper: Expr, body: Expr) -> str:
        """Subscript and superscript of what binds *index*; the range only where the network does not give it."""
        letter = latex_name(index)
        if self.inferred(body, index) == (lower, upper):
            return with_subscript("", letter)
        return _script(f"_{{{letter}={self.tight(lower)}}}", "^", self.tight(upper))

    def inferred(self, body: Expr, index: str) -> tuple[Expr, Expr] | None:
        if self.network is None:
            return None
        from symprop.model.ranges import infer_range

        return infer_range(body, index, self.network, self.ranges)

    def indicator(self, e: Indicator) -> Piece:
        parts = [self.piece(operand, _ADD) for operand in e.operands]
        text = parts[0].text
        for operator, part in zip(e.operators, parts[1:], strict=True):
            text += f" {_COMPARISONS.get(operator, operator)} {part.text}"
        # `\left[`, since a bare `[` at the start of a row would be an argument of the `\\` before it.
        return Piece(rf"\left[{text}\right]", _ATOM, any(part.tall for part in parts))

    def partial(self, e: Partial) -> Piece:
        below = self.differential(self.piece(e.wrt).text)
        of = self.piece(e.of)
        if isinstance(e.of, Ref):
            return self.fraction(self.differential(of.text), below)
        operator = self.fraction(self.differential(), below)
        return operator._replace(text=operator.text + _bracketed(of.text, of.tall))

    def increment(self, e: Increment) -> Piece:
        return Piece(_command(r"\Delta", self.piece(e.weight).text), _UNIT)

    # ---------------------------------------------------------------------------------------------------- matrices
    def matmul(self, e: MatMul) -> Piece:
        """Side by side, as books write it; a thin space where two letters would look like one name."""
        parts = [self.piece(factor, _UNIT) for factor in e.factors]
        text = parts[0].text
        for left, right in pairwise(parts):
            text += (" " if right.text.startswith(("(", r"\left(")) and not left.tall else r" \, ") + right.text
        return Piece(text, _PRODUCT, any(part.tall for part in parts), parts[0].operator)

    def transpose(self, e: Transpose) -> Piece:
        part = self.piece(e.operand, _ATOM)
        return Piece(rf"{part.text}^{{\top}}", _POWER, part.tall, part.operator)

    def norm(self, e: Norm) -> Piece:
        part = self.piece(e.operand)
        left, right = (r"\left\lVert", r"\right\rVert") if part.tall else (r"\lVert", r"\rVert")
        return Piece(f"{left} {part.text} {right}", _ATOM, part.tall)

    def ones(self, e: Ones) -> Piece:
        return Piece(_script(r"\mathbf{1}", "_", self.tight(e.size)), _ATOM)

    def identity(self, e: Identity) -> Piece:
        return Piece(_script(r"\mathbf{I}", "_", self.tight(e.size)), _ATOM)

    def diag(self, e: Diag) -> Piece:
        part = self.piece(e.operand)
        return Piece(rf"\operatorname{{diag}}{_bracketed(part.text, part.tall)}", _ATOM, part.tall, operator=True)


_PRINTERS: dict[type[Expr], Callable[..., Piece]] = {
    Number: _Printer.number,
    Ref: _Printer.ref,
    Add: _Printer.add,
    Neg: _Printer.neg,
    Mul: _Printer.mul,
    Hadamard: _Printer.hadamard,
    Div: _Printer.div,
    Pow: _Printer.pow,
    Apply: _Printer.apply,
    Softmax: _Printer.softmax,
    Sum: _Printer.sum,
    Indicator: _Printer.indicator,
    Partial: _Printer.partial,
    Increment: _Printer.increment,
    MatMul: _Printer.matmul,
    Transpose: _Printer.transpose,
    Norm: _Printer.norm,
    Ones: _Printer.ones,
    Identity: _Printer.identity,
    Diag: _Printer.diag,
}


_LAYERED: dict[type[Expr], Callable[..., Piece]] = {Add: _Printer.add, Neg: _Printer.neg, Mul: _Printer.mul}
"""Nodes whose parts may belong to different layers."""


def _coloured(text: str, layer: int) -> str:
    return rf"\textcolor{{{colour_of(layer).name}}}{{{text}}}"


def _exp(inner: str, _tall: bool) -> Piece:
    return Piece(_script("e", "^", inner), _POWER)


def _sqrt(inner: str, tall: bool) -> Piece:
    return Piece(rf"\sqrt{{{inner}}}", _UNIT, tall)


def _abs(inner: str, tall: bool) -> Piece:
    left, right = (r"\left\lvert", r"\right\rvert") if tall else (r"\lvert", r"\rvert")
    return Piece(_command(left, inner) + right, _ATOM, tall)


_SPECIAL: dict[str, Callable[[str, bool], Piece]] = {"exp": _exp, "sqrt": _sqrt, "abs": _abs}
"""Functions with a notation of their own; ``exp`` of something tall stays a function."""

_LETTERS = frozenset({r"\sigma", r"\Phi", r"\varphi"})
"""Function symbols that are letters, so that TeX sets no space before them."""


def _bracketed(text: str, tall: bool) -> str:
    return rf"\left({text}\right)" if tall else f"({text})"


def _command(command: str, text: str) -> str:
    """*command* before *text*, with the space that a letter behind a command needs."""
    return f"{command} {text}" if text[:1].isalnum() else command + text


def _script(base: str, mark: str, text: str) -> str:
    """*text* as a script of *base*, braced unless it is one character or one command."""
    if len(text) == 1 or re.fullmatch(r"\\[A-Za-z]+", text):
        return f"{base}{mark}{text}"
    return f"{base}{mark}{{{text}}}"
