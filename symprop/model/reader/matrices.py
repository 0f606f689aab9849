"""Constructions of the matrix register: ``Aᵀ``, ``‖v‖``, ``ones(n)``, ``eye(n)``, ``diag(v)``, and sums without an index."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from symprop.model.expr import Apply, Diag, Expr, Identity, Norm, Ones, Transpose
from symprop.model.reader.checks import check_index
from symprop.model.reader.lexer import NORM_END, Token

if TYPE_CHECKING:
    from symprop.model.reader.parser import Parser


def read_transpose(parser: Parser, left: Expr, start: Token) -> Expr:
    """``leftᵀ`` or ``left.T``."""
    parser.check_whole(left, "sign")
    parser.take()
    return Transpose(left, span=parser.since(start))


def read_norm(parser: Parser, _minimum: int) -> Expr:
    """``‖ expression ‖``."""
    start = parser.take()
    inner = parser.expression()
    if parser.token.kind != NORM_END:
        raise parser.unexpected(f"expected an operator or `{start.text}`")
    parser.take()
    return Norm(inner, span=parser.since(start))


def read_total(parser: Parser, minimum: int) -> Expr:
    """``Σ array``: the sum of all entries of the product that follows."""
    start = parser.take()
    return Apply("sum", (parser.expression(minimum),), spelling="Σ", span=parser.since(start))


def read_mean(parser: Parser, start: Token) -> Expr:
    """``mean(array)``: the mean of all entries."""
    inner = _only(parser, start)
    return Apply("mean", (inner,), spelling=start.text, span=parser.since(start))


def read_array(parser: Parser, start: Token) -> Expr:
    """``ones(n)``, ``eye(n)`` and ``diag(v)``."""
    inner = _only(parser, start)
    return _ARRAYS[start.text](inner, parser.since(start))


def _only(parser: Parser, start: Token) -> Expr:
    """The one argument in brackets behind *start*."""
    parser.expect("(", f"after {start.text}")
    inner = parser.expression()
    if parser.token.kind != ")":
        raise parser.unexpected(f"expected an operator or `)`, since `{start.text}` takes one argument")
    parser.take()
    return inner


_ARRAYS: Mapping[str, Callable[..., Expr]] = {
    "ones": lambda inner, span: Ones(check_index(inner), span=span),
    "eye": lambda inner, span: Identity(check_index(inner), span=span),
    "diag": lambda inner, span: Diag(inner, span=span),
}
