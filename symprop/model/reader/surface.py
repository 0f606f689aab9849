"""What the parser makes before ranges are known: two nodes that stand only between parsing and resolution."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symprop.model.expr import Apply, Diag, Expr, Identity, MatMul, Mul, Norm, Ones, Ref, Transpose
from symprop.model.meanings import WHOLE
from symprop.model.walk import children

_MATRIX_NODES = (MatMul, Transpose, Norm, Ones, Identity, Diag)

ANY_INDEX = "?"
"""Bound index of ``softmax(z)[j]``, where the author wrote none; resolution gives it a letter."""


@dataclass(frozen=True, eq=False)
class OpenSum(Expr):
    """``Σ_index body``; the bounds are None where the author left them to be inferred."""

    body: Expr
    index: str
    lower: Expr | None
    upper: Expr | None


@dataclass(frozen=True, eq=False)
class OpenSoftmax(Expr):
    """``softmax(argument, index)[at]``, or over a list where ``index`` is empty.

    ``chosen`` says that the author did not write the bound index, so that another letter may take its place.
    """

    arguments: tuple[Expr, ...]
    index: str
    lower: Expr | None
    upper: Expr | None
    at: Expr
    chosen: bool = False


Open = OpenSum | OpenSoftmax


def bodies(node: Open) -> tuple[Expr, ...]:
    """The parts in which the bound index is in force."""
    return (node.body,) if isinstance(node, OpenSum) else node.arguments


def outer_parts(node: Open) -> tuple[Expr, ...]:
    """The parts outside the reach of the bound index: bounds, and the component of a softmax."""
    bounds = () if node.lower is None or node.upper is None else (node.lower, node.upper)
    return bounds if isinstance(node, OpenSum) else (*bounds, node.at)


def parts(expr: Expr) -> tuple[Expr, ...]:
    """The direct subexpressions of any node, open or not."""
    if isinstance(expr, Open):
        return (*bodies(expr), *outer_parts(expr))
    return children(expr)


def nodes(expr: Expr) -> Iterator[Expr]:
    """Every node, parents before children."""
    stack = [expr]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(parts(node)))


def is_array(node: Expr, counts: Mapping[str, int]) -> bool:
    """Does *node* belong to the matrix register?  *counts* says how many indices each name has."""
    if isinstance(node, Ref):
        return len(node.indices) < counts.get(node.name, 0)
    return (
        isinstance(node, _MATRIX_NODES)
        or (isinstance(node, Mul) and "@" in node.signs)
        or (isinstance(node, Apply) and node.function in WHOLE)
    )
