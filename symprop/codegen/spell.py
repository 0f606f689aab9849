"""Expressions as text of a language with infix operators: what Python and C have in common.

Loops count from 0, whatever the network counts from: a :class:`Frame` knows where each letter's range begins, and what an
index is then.  Each language overrides the few places where it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from symprop.codegen.shared import whole_power
from symprop.errors import InputError, InternalError
from symprop.model.affine import Affine, affine
from symprop.model.expr import (
    Add,
    Apply,
    Div,
    Expr,
    Indicator,
    Mul,
    Neg,
    Number,
    Pow,
    Ref,
    Sum,
)
from symprop.model.network import Range

CHOICE, COMPARE, ADD, PRODUCT, SIGN, POWER, ATOM = range(7)
"""What a text binds like."""

Text = tuple[str, int]

OPPOSITE: Mapping[str, str] = {"=": "==", "≠": "!=", "<": "<", ">": ">", "≤": "<=", "≥": ">="}
"""Comparisons of the notation in the languages' spelling."""


@dataclass(frozen=True)
class Frame:
    """Letters in force: their identifiers, and the ranges that say where they begin.

    Args:
        names: identifier of every size (or its number, as text).
        letters: identifier and range by letter.
    """

    names: Mapping[str, str]
    letters: Mapping[str, tuple[str, Range]] = field(default_factory=dict)

    def with_letter(self, bound: Range, identifier: str) -> Frame:
        """The frame inside a loop over *bound*."""
        return Frame(self.names, {**self.letters, bound.index: (identifier, bound)})

    def form(self, index: Expr) -> Affine:
        """*index* over identifiers: letters that count from 0, and sizes.

        Raises:
            InputError: it is not linear.
        """
        form = affine(index)
        if form is None:
            raise InputError("an index that is not linear in the letters cannot be computed", index.span)
        made = Affine({}, form.constant)
        for name, weight in form.coefficients.items():
            if name in self.letters:
                identifier, bound = self.letters[name]
                begin = self.form(bound.lower)
                made = made.plus(Affine({identifier: Fraction(1)}, Fraction(0)).plus(begin), weight)
            elif name in self.names:
                text = self.names[name]
                number = text.isdigit()
                made = made.plus(Affine({}, Fraction(text)) if number else Affine({text: Fraction(1)}, Fraction(0)), weight)
            else:
                raise InternalError(f"the index {name} is not bound")
        return made

    def value(self, index: Expr) -> str:
        """*index* as text."""
        return affine_text(self.form(index))

    def place(self, index: Expr, axis: Range) -> str:
        """Where in an array whose first entry is at the axis' lower end *index* lies, counted from 0."""
        return affine_text(self.form(index).plus(self.form(axis.lower), Fraction(-1)))

    def count(self, bound: Range) -> str:
        """How many values *bound* has."""
        return affine_text(self.length(bound))

    def length(self, bound: Range) -> Affine:
        """The same, as a combination."""
        form = self.form(bound.upper).plus(self.form(bound.lower), Fraction(-1))
        return Affine(form.coefficients, form.constant + 1)


def affine_text(form: Affine) -> str:
    """A linear combination as text: ``2 * j + m - 1``."""
    if any(weight.denominator != 1 for weight in (*form.coefficients.values(), form.constant)):
        raise InputError("an index that is a fraction cannot be computed")
    text = ""
    ordered = sorted(form.coefficients.items(), key=lambda item: item[1] < 0)
    for name, weight in ordered:
        magnitude = abs(int(weight))
        term = name if magnitude == 1 else f"{magnitude} * {name}"
        text += f" {'-' if weight < 0 else '+'} {term}" if text else f"{'-' if weight < 0 else ''}{term}"
    constant = int(form.constant)
    if not text:
        return str(constant)
    return text + (f" {'-' if constant < 0 else '+'} {abs(constant)}" if constant else "")


class Speller:
    """Spells expressions; a language is a subclass.

    Args:
        name: identifier of each quantity.
        axes: the axes of each quantity, to know where its entries lie.
        frame: the letters in force.
    """

    functions: Mapping[str, str]
    """How each primitive but ``max`` and ``min`` is called."""

    def __init__(self, name: Callable[[str], str], axes: Callable[[str], tuple[Range, ...]], frame: Frame) -> None:
        self.name = name
        self.axes = axes
        self.frame = frame

    def text(self, expr: Expr) -> str:
        """*expr* as text."""
        return self.visit(expr)[0]

    def visit(self, expr: Expr) -> Text:
        """*expr* as text, and what it binds like."""
        rule = _RULES.get(type(expr))
        if rule is None:
            raise InternalError(f"no spelling of {type(expr).__name__}")
        return rule(self, expr)

    def operand(self, expr: Expr, level: int) -> str:
        """*expr* in a place where it must bind like *level* at least."""
        text, own = self.visit(expr)
        return text if own >= level else f"({text})"

    def number(self, value: Fraction) -> str:
        """A literal."""
        return repr(float(value))

    def index_value(self, index: Expr) -> Text:
        """A letter or a size as a number."""
        text = self.frame.value(index)
        return text, ATOM if text.isidentifier() else ADD

    def ref(self, expr: Ref) -> Text:
        """A quantity, a letter or a size."""
        if not expr.indices and (expr.name in self.frame.letters or expr.name in self.frame.names):
            return self.index_value(expr)
        axes = self.axes(expr.name) if expr.indices else ()
        places = (f"[{self.frame.place(i, axis)}]" for i, axis in zip(expr.indices, axes, strict=True))
        return self.name(expr.name) + "".join(places), ATOM

    def add(self, expr: Add) -> Text:
        """``a + b - c``."""
        text = self.operand(expr.terms[0], ADD)
        for term in expr.terms[1:]:
            negative = isinstance(term, Neg)
            inner = term.operand if isinstance(term, Neg) else term
            text += f" {'-' if negative else '+'} {self.operand(inner, PRODUCT)}"
        return text, ADD

    def neg(self, expr: Neg) -> Text:
        """``-a``."""
        return f"-{self.operand(expr.operand, PRODUCT)}", SIGN if self.visit(expr.operand)[1] > PRODUCT else PRODUCT

    def mul(self, expr: Mul) -> Text:
        """A product; with brackets among its factors a choice, so that what they guard is not computed."""
        brackets = [f for f in expr.factors if isinstance(f, Indicator)]
        if not brackets:
            parts = [self.operand(expr.factors[0], PRODUCT), *(self.operand(f, SIGN) for f in expr.factors[1:])]
            return " * ".join(parts), PRODUCT
        rest = [f for f in expr.factors if not isinstance(f, Indicator)]
        conditions = [self.condition(b) for b in brackets]
        if not rest:
            return self.choice(conditions, self.number(Fraction(1)))
        return self.choice(conditions, self.guarded(conditions, Mul(tuple(rest)) if len(rest) > 1 else rest[0])[0])

    def guarded(self, _conditions: list[str], expr: Expr) -> Text:
        """What is computed only where *_conditions* hold."""
        return self.visit(expr)

    def div(self, expr: Div) -> Text:
        """A quotient."""
        return f"{self.operand(expr.numerator, PRODUCT)} / {self.operand(expr.denominator, SIGN)}", PRODUCT

    def pow(self, expr: Pow) -> Text:
        """A power; of a name to a small whole exponent, a product."""
        exponent = whole_power(expr)
        if exponent and isinstance(expr.base, Ref):
            return " * ".join([self.operand(expr.base, SIGN)] * exponent), PRODUCT
        return self.power(expr)

    def power(self, expr: Pow) -> Text:
        """A power that is no product."""
        raise NotImplementedError

    def apply(self, expr: Apply) -> Text:
        """A function."""
        if expr.function in ("max", "min"):
            return self.extreme(expr)
        return f"{self.functions[expr.function]}({self.text(expr.arguments[0])})", ATOM

    def extreme(self, expr: Apply) -> Text:
        """``max`` and ``min``."""
        raise NotImplementedError

    def sum(self, expr: Sum) -> Text:
        """A sum over an index."""
        raise NotImplementedError

    def indicator(self, expr: Indicator) -> Text:
        """A bracket by itself."""
        return self.choice([self.condition(expr)], self.number(Fraction(1)))

    def condition(self, expr: Indicator) -> str:
        """A bracket as a condition: comparisons of indices are exact."""
        operands = [self.comparand(operand) for operand in expr.operands]
        links = zip(operands, expr.operators, operands[1:], strict=False)
        return self.conjunction([f"{a} {OPPOSITE[op]} {b}" for a, op, b in links])

    def comparand(self, operand: Expr) -> str:
        """One side of a comparison."""
        form = affine(operand)
        known = self.frame.letters.keys() | self.frame.names.keys()
        if form is not None and form.coefficients and form.coefficients.keys() <= known:
            return self.frame.value(operand)
        return self.operand(operand, ADD)

    def conjunction(self, conditions: list[str]) -> str:
        """All of *conditions*."""
        raise NotImplementedError

    def choice(self, conditions: list[str], value: str) -> Text:
        """*value* where all conditions hold, else 0."""
        raise NotImplementedError


_RULES: Mapping[type[Expr], Callable[..., Text]] = {
    Number: lambda s, e: (s.number(e.value), ATOM),
    Ref: lambda s, e: s.ref(e),
    Add: lambda s, e: s.add(e),
    Neg: lambda s, e: s.neg(e),
    Mul: lambda s, e: s.mul(e),
    Div: lambda s, e: s.div(e),
    Pow: lambda s, e: s.pow(e),
    Apply: lambda s, e: s.apply(e),
    Sum: lambda s, e: s.sum(e),
    Indicator: lambda s, e: s.indicator(e),
}
