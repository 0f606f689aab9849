r"""Trees of documents as LaTeX that is read back as the same tree.

Brackets stand where the tree needs them; how names are spelled, and which of several signs for one thing the author uses, is said
by a :class:`Style`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from symprop.model.expr import Add, Div, Expr, Hadamard, Indicator, Mul, Neg, Number, Pow, Ref
from symprop.model.written import (
    At,
    Big,
    Call,
    Cases,
    Component,
    Derivative,
    Dots,
    Gradient,
    Group,
    Kronecker,
    Norm,
    Outer,
    Product,
    Table,
    Transpose,
)

_SUM, _ENTRYWISE, _PRODUCT, _FACTOR = range(4)
"""How tightly a node binds."""

_BIGS = {"sum": r"\sum", "product": r"\prod", "max": r"\max", "min": r"\min"}
_BRACKETS = {"(": ("(", ")"), "[": ("[", "]"), "{": (r"\{", r"\}"), "": ("", "")}
_COMPARISONS = {"=": "=", "<": "<", ">": ">", "≤": r"\le", "≥": r"\ge", "≠": r"\ne"}


class Unprintable(Exception):
    """There is no LaTeX for it that is sure to be read back."""


def _plain_reference(ref: Ref) -> str:
    raise Unprintable(ref.name)


@dataclass(frozen=True, slots=True)
class Style:
    """How an author writes.

    Args:
        reference: the LaTeX of a name with its indices.
        index: that of an index.
        function: that of the name of a function, without primes.
        derivative: the sign of derivatives.
        transposed: the sign of a transpose.
        hadamard: the sign of a product entry by entry.
        kronecker: ``δ`` with two indices is Kronecker's.
        indicator: what stands before the brackets of an indicator.
        dot: the sign of products that is a dot.
        dotted: a dot stands between factors where nothing stood.
    """

    reference: Callable[[Ref], str] = _plain_reference
    index: Callable[[Expr], str] = str
    function: Callable[[Ref], str] = _plain_reference
    derivative: str = r"\partial "
    transposed: str = "T"
    hadamard: str = r"\odot"
    indicator: str = ""
    dot: str = r"\cdot"
    kronecker: bool = False
    dotted: bool = False


def latex(expr: Expr, style: Style) -> str:
    """The LaTeX of *expr*.

    Raises:
        Unprintable: it holds something that has none.
    """
    return _Printer(style).at(expr, _SUM)


class _Printer:
    def __init__(self, style: Style) -> None:
        self.style = style

    def at(self, expr: Expr, level: int) -> str:
        """*expr* in brackets if it binds less tightly than *level*."""
        rule = _RULES.get(type(expr))
        if rule is None:
            raise Unprintable(type(expr).__name__)
        binds, write = rule
        text = write(self, expr)
        return self.bracketed(text) if binds < level else text

    def bracketed(self, text: str) -> str:
        """In round brackets, high enough for what stands in them."""
        tall = any(command in text for command in (r"\frac", r"\sum", r"\prod", r"\begin"))
        return rf"\left({text}\right)" if tall else f"({text})"

    def add(self, expr: Add) -> str:
        first, *rest = expr.terms
        text = self.neg(first) if isinstance(first, Neg) else self.at(first, _ENTRYWISE)
        for term in rest:
            inner = term.operand if isinstance(term, Neg) else term
            text += (" - " if isinstance(term, Neg) else " + ") + self.at(inner, _ENTRYWISE)
        return text

    def neg(self, expr: Neg) -> str:
        return "-" + self.at(expr.operand, _ENTRYWISE)

    def product(self, expr: Product | Mul) -> str:
        signs = expr.signs if isinstance(expr, Product) else ("",) * (len(expr.factors) - 1)
        last = len(expr.factors) - 1
        text = ""
        before: Expr | None = None
        for place, factor in enumerate(expr.factors):
            piece = self.big(factor) if isinstance(factor, Big) and place == last else self.at(factor, _FACTOR)
            if place:
                text += self.sign(signs[place - 1], before, factor)
            text += piece
            before = factor
        return text

    def sign(self, sign: str, before: Expr | None, after: Expr) -> str:
        digits = isinstance(after, Number) and isinstance(before, Number)
        if sign == "" and (self.style.dotted or digits):
            sign = "·"
        return {"": " ", "·": f" {self.style.dot} ", "×": r" \times ", "*": " * "}[sign]

    def entrywise(self, expr: Hadamard) -> str:
        return f" {self.style.hadamard} ".join(
            [*(self.closed(factor) for factor in expr.factors[:-1]), self.at(expr.factors[-1], _PRODUCT)]
        )

    def closed(self, expr: Expr) -> str:
        """A factor that takes in nothing of what follows it, as a sum would."""
        last = expr.factors[-1] if isinstance(expr, Product | Mul) else expr
        text = self.at(expr, _PRODUCT)
        return self.bracketed(text) if isinstance(last, Big) else text

    def outer(self, expr: Outer) -> str:
        left = self.closed(expr.left) if not isinstance(expr.left, Outer | Hadamard) else self.at(expr.left, _ENTRYWISE)
        return rf"{left} \otimes {self.at(expr.right, _PRODUCT)}"

    def div(self, expr: Div) -> str:
        return rf"\frac{{{self.at(expr.numerator, _SUM)}}}{{{self.at(expr.denominator, _SUM)}}}"

    def pow(self, expr: Pow) -> str:
        plain = isinstance(expr.base, Number) or (isinstance(expr.base, Ref) and "^" not in self.style.reference(expr.base))
        return f"{self.base(expr.base, plain=plain)}^{_braced(self.at(expr.exponent, _SUM))}"

    def base(self, expr: Expr, *, plain: bool) -> str:
        """What carries a script: a name or a number as it is, the rest in brackets."""
        text = self.at(expr, _SUM)
        if plain or (isinstance(expr, Norm | Table) or (isinstance(expr, Call) and text.endswith(")") and expr.arguments)):
            return text
        return self.bracketed(text)

    def number(self, expr: Number) -> str:
        if expr.spelling and "." in expr.spelling:
            return expr.spelling
        value = expr.value
        if value.denominator == 1:
            return str(value.numerator)
        return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"

    def call(self, expr: Call) -> str:
        name, inside = expr.function.name, [self.at(argument, _SUM) for argument in expr.arguments]
        if name == "sqrt" and len(inside) == 1 and not expr.primes:
            return rf"\sqrt{{{inside[0]}}}"
        if name == "abs" and len(inside) == 1 and not expr.primes:
            return rf"\left|{inside[0]}\right|"
        head = self.style.function(expr.function)
        if head == "e" and len(inside) == 1 and not expr.primes:
            return f"e^{{{inside[0]}}}"
        text = head + "'" * expr.primes
        return text + self.bracketed(", ".join(inside)) if inside else text

    def derivative(self, expr: Derivative) -> str:
        d = self.style.derivative
        order = f"^{expr.order}" if expr.order > 1 else ""
        of = self.at(expr.of, _FACTOR)
        wrt = self.at(expr.wrt, _FACTOR)
        if order and "^" in wrt:
            wrt = self.bracketed(wrt)
        above, below = d.rstrip() + order + (" " if order and d != "d" else "") if order else d, d
        return rf"\frac{{{above}{of}}}{{{below}{wrt}{order}}}"

    def gradient(self, expr: Gradient) -> str:
        below = "" if expr.wrt is None else f"_{{{self.at(expr.wrt, _SUM)}}}"
        of = self.at(expr.of, _SUM)
        return rf"\nabla{below} {of if isinstance(expr.of, Ref) else self.bracketed(of)}"

    def big(self, expr: Big) -> str:
        sign = _BIGS.get(expr.operator)
        if sign is None or (expr.excluded is not None and (expr.lower is not None or expr.over is not None)):
            raise Unprintable(expr.operator)
        letters = ", ".join(self.style.index(Ref(letter)) for letter in expr.indices)
        if expr.over is not None:
            below = (rf"{letters} \in " if letters else "") + self.at(expr.over, _SUM)
        elif expr.excluded is not None:
            below = rf"{letters} \neq {self.style.index(expr.excluded)}"
        else:
            below = letters + (f"={self.style.index(expr.lower)}" if expr.lower is not None else "")
        scripts = f"_{_braced(below)}" if below else ""
        scripts += f"^{{{self.at(expr.upper, _SUM)}}}" if expr.upper is not None else ""
        return f"{sign}{scripts} {self.at(expr.body, _ENTRYWISE)}"

    def transpose(self, expr: Transpose) -> str:
        plain = isinstance(expr.operand, Ref) and "^" not in self.style.reference(expr.operand)
        return f"{self.base(expr.operand, plain=plain)}^{self.style.transposed}"

    def norm(self, expr: Norm) -> str:
        order = "" if expr.order is None else f"_{_braced(self.at(expr.order, _SUM))}"
        return rf"\left\| {self.at(expr.operand, _SUM)} \right\|{order}"

    def component(self, expr: Component) -> str:
        return f"{self.base(expr.operand, plain=False)}_{{{', '.join(map(self.style.index, expr.indices))}}}"

    def group(self, expr: Group) -> str:
        opening, closing = _BRACKETS[expr.opening]
        return opening + ", ".join(self.at(item, _SUM) for item in expr.items) + closing

    def cases(self, expr: Cases) -> str:
        rows = [
            f"{self.at(value, _SUM)} & " + (r"\text{otherwise}" if test is None else rf"\text{{if }} {self.condition(test)}")
            for value, test in expr.branches
        ]
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"

    def condition(self, expr: Expr) -> str:
        if not isinstance(expr, Indicator):
            raise Unprintable("condition")
        text = self.at(expr.operands[0], _SUM)
        for operator, operand in zip(expr.operators, expr.operands[1:], strict=True):
            text += f" {_COMPARISONS[operator]} {self.at(operand, _SUM)}"
        return text

    def indicator(self, expr: Indicator) -> str:
        return f"{self.style.indicator}[{self.condition(expr)}]"

    def kronecker(self, expr: Kronecker) -> str:
        if self.style.kronecker:
            return rf"\delta_{{{self.style.index(expr.left)}{self.style.index(expr.right)}}}"
        return rf"\delta_{{{self.style.index(expr.left)} = {self.style.index(expr.right)}}}"

    def table(self, expr: Table) -> str:
        rows = (" & ".join(self.at(entry, _SUM) for entry in row) for row in expr.rows)
        return r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}"

    def at_point(self, expr: At) -> str:
        settings = ", ".join(f"{self.style.reference(name)} = {self.at(value, _SUM)}" for name, value in expr.settings)
        return rf"\left. {self.at(expr.of, _FACTOR)} \right|_{{{settings}}}"


def _braced(text: str) -> str:
    return text if len(text) == 1 else f"{{{text}}}"


_RULES: Mapping[type[Expr], tuple[int, Callable[..., str]]] = {
    Add: (_SUM, _Printer.add),
    Neg: (_SUM, _Printer.neg),
    Product: (_PRODUCT, _Printer.product),
    Mul: (_PRODUCT, _Printer.product),
    Hadamard: (_ENTRYWISE, _Printer.entrywise),
    Outer: (_ENTRYWISE, _Printer.outer),
    Big: (_PRODUCT, _Printer.big),
    Div: (_FACTOR, _Printer.div),
    Pow: (_FACTOR, _Printer.pow),
    Number: (_FACTOR, _Printer.number),
    Ref: (_FACTOR, lambda printer, ref: printer.style.reference(ref)),
    Call: (_FACTOR, _Printer.call),
    Derivative: (_FACTOR, _Printer.derivative),
    Gradient: (_FACTOR, _Printer.gradient),
    Transpose: (_FACTOR, _Printer.transpose),
    Norm: (_FACTOR, _Printer.norm),
    Component: (_FACTOR, _Printer.component),
    Group: (_FACTOR, _Printer.group),
    Cases: (_FACTOR, _Printer.cases),
    Indicator: (_FACTOR, _Printer.indicator),
    Kronecker: (_FACTOR, _Printer.kronecker),
    Table: (_FACTOR, _Printer.table),
    At: (_FACTOR, _Printer.at_point),
    Dots: (_FACTOR, lambda _printer, _dots: r"\ldots"),
}
"""For each kind of node how tightly it binds and how it is written."""
