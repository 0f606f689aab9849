"""Derivatives in ASCII: ``diff(E, w)`` is ``∂E/∂w`` and ``change(w)`` is ``Δw``, what ``--ascii`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from symprop.model.expr import Expr, Increment, Partial
from symprop.model.reader.lexer import Token

if TYPE_CHECKING:
    from symprop.model.reader.parser import Parser


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
