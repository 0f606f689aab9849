"""Derivatives, which stand in results: ``∂E/∂w`` and ``Δw``, in ASCII ``diff(E, w)`` and ``change(w)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symprop.model.expr import Expr, Increment, Partial
from symprop.model.reader.lexer import Token

if TYPE_CHECKING:
    from symprop.model.reader.parser import Parser


def read_derivative(parser: Parser, _minimum: int) -> Expr:
    """``∂E/∂w``, ``∂/∂w(…)`` or ``∂(…)/∂w``."""
    start = parser.take()
    of: Expr | None = None
    if parser.token.kind == "(":
        of = parser.group()
    elif parser.token.kind != "/":
        of = parser.reference()
    parser.expect("/", "in the derivative")
    parser.expect("∂", "in the derivative")
    wrt = parser.reference()
    if of is None:
        of = parser.group()
    return Partial(of, wrt, span=parser.since(start))


def read_increment(parser: Parser, _minimum: int) -> Expr:
    """``Δw``."""
    start = parser.take()
    return Increment(parser.reference(), span=parser.since(start))


def read_diff(parser: Parser, start: Token) -> Expr:
    """``diff(of, wrt)``: *of* is a quantity or any expression."""
    parser.expect("(", "after diff")
    of = parser.expression()
    parser.expect(",", "after what is differentiated")
    wrt = parser.reference()
    parser.expect(")", "after the quantity")
    return Partial(of, wrt, span=parser.since(start))


def read_change(parser: Parser, start: Token) -> Expr:
    """``change(weight)``."""
    parser.expect("(", "after change")
    weight = parser.reference()
    parser.expect(")", "after the weight")
    return Increment(weight, span=parser.since(start))
