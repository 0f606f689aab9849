"""Trees of documents as compact S-expressions, so that expected readings fit on a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from symprop.check.document import Statement
from symprop.model.expr import Add, Div, Expr, Hadamard, Indicator, Neg, Number, Pow, Ref
from symprop.model.written import (
    At,
    Big,
    Call,
    Cases,
    Change,
    Component,
    Derivative,
    Dots,
    Gradient,
    Group,
    Kronecker,
    Marked,
    Norm,
    Outer,
    Product,
    Table,
    Transpose,
)


def show(expr: Expr) -> str:
    """``(+ w_1 (* x y))``; a product lists its signs where one is written: ``(*[·] a b)``."""
    return _SHOW[type(expr)](expr)


def show_statement(statement: Statement) -> str:
    """Sides and signs; ``!message`` for a side that could not be read."""
    sides = [
        show(side.expr) if side.expr is not None else f"!{side.unread.message if side.unread else ''}" for side in statement.sides
    ]
    signs = [sign.value for sign in statement.signs]
    text = f"{signs.pop(0)} " if statement.continues and signs else ""
    text += sides[0] if sides else ""
    text += "".join(f" {sign} {side}" for sign, side in zip(signs, sides[1:], strict=True))
    return text + "".join(f" | {show_statement(note)}" for note in statement.notes)


def _list(*parts: str) -> str:
    return "(" + " ".join(part for part in parts if part) + ")"


def _ref(e: Ref) -> str:
    return e.name + (f"[{','.join(map(show, e.indices))}]" if e.indices else "")


def _product(e: Product) -> str:
    signs = f"[{','.join(e.signs)}]" if any(e.signs) else ""
    return _list("*" + signs, *map(show, e.factors))


def _big(e: Big) -> str:
    parts = [f"{k}={show(v)}" for k, v in (("lo", e.lower), ("up", e.upper), ("in", e.over), ("ne", e.excluded)) if v is not None]
    return _list(f"{e.operator}[{' '.join([','.join(e.indices), *parts]).strip()}]", show(e.body))


def _indicator(e: Indicator) -> str:
    pairs = zip(e.operators, e.operands[1:], strict=True)
    return "[" + show(e.operands[0]) + "".join(f" {op} {show(x)}" for op, x in pairs) + "]"


_SHOW: Mapping[type[Expr], Callable[..., str]] = {
    Number: lambda e: e.spelling or str(e.value),
    Ref: _ref,
    Add: lambda e: _list("+", *map(show, e.terms)),
    Neg: lambda e: _list("-", show(e.operand)),
    Product: _product,
    Hadamard: lambda e: _list("⊙", *map(show, e.factors)),
    Outer: lambda e: _list("⊗", show(e.left), show(e.right)),
    Div: lambda e: _list("/", show(e.numerator), show(e.denominator)),
    Pow: lambda e: _list("^", show(e.base), show(e.exponent)),
    Call: lambda e: _list(show(e.function) + "'" * e.primes + "()", *map(show, e.arguments)),
    Derivative: lambda e: _list("∂" + (str(e.order) if e.order > 1 else ""), show(e.of), show(e.wrt)),
    Gradient: lambda e: _list("∇", show(e.of), show(e.wrt) if e.wrt is not None else ""),
    Change: lambda e: _list("Δ", show(e.of)),
    Marked: lambda e: f"{show(e.of)}{{{e.mark}}}",
    Big: _big,
    Transpose: lambda e: _list("T", show(e.operand)),
    Norm: lambda e: _list("‖" + (show(e.order) if e.order is not None else ""), show(e.operand)),
    Component: lambda e: _list("@" + ",".join(map(show, e.indices)), show(e.operand)),
    Group: lambda e: _list("list" + e.opening, *map(show, e.items)),
    Cases: lambda e: _list("cases", *(f"{show(v)}:{show(c) if c is not None else 'else'}" for v, c in e.branches)),
    Table: lambda e: _list("table", *(",".join(map(show, row)) for row in e.rows)),
    Dots: lambda e: "…",
    At: lambda e: _list("at", show(e.of), *(f"{show(n)}={show(v)}" for n, v in e.settings)),
    Kronecker: lambda e: _list("kron", show(e.left), show(e.right)),
    Indicator: _indicator,
}
