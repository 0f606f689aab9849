"""Functions of whole vectors: softmax, its logarithm, and the logarithm of a sum of exponentials.

Each gets a line of its own, because a target computes it in several steps (the largest entry first).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symprop.codegen.hoist import Hoist, Scope, scope_of, scoped_children, with_children
from symprop.codegen.program import Kind, Line, Program
from symprop.model.expr import Apply, Expr, Ref, Softmax, Sum
from symprop.model.network import Range
from symprop.model.walk import free_names, fresh_index

_SHAREABLE = (Kind.FORWARD, Kind.ADJOINT, Kind.SHARED)
"""Lines that others may refer to: gradients become means over a batch."""


@dataclass(frozen=True, slots=True)
class RowFunction:
    """``name`` is ``softmax``, ``log_softmax`` or ``log_sum_exp`` of ``body`` over ``bound``; ``at`` is the component."""

    name: str
    body: Expr
    bound: Range
    at: Expr | None


def row_function(node: Expr) -> RowFunction | None:
    """*node* as a function of a vector, None if it is none."""
    inner = node.arguments[0] if isinstance(node, Apply) and node.function == "log" else node
    if isinstance(inner, Softmax) and inner.lower is not None and inner.upper is not None:
        bound = Range(inner.index, inner.lower, inner.upper)
        return RowFunction("softmax" if inner is node else "log_softmax", inner.arguments[0], bound, inner.at)
    if inner is not node and isinstance(inner, Sum) and isinstance(inner.body, Apply) and inner.body.function == "exp":
        return RowFunction("log_sum_exp", inner.body.arguments[0], Range(inner.index, inner.lower, inner.upper), None)
    return None


def is_row_function(node: Expr) -> bool:
    """Is *node* a function of a vector?"""
    return row_function(node) is not None


def row_functions(program: Program) -> Program:
    """*program* with a line for each function of a vector, and one of all its components."""
    hoist = Hoist(program)
    made: list[Line] = []

    def visit(node: Expr, scope: Scope) -> Expr:
        row = row_function(node)
        if row is None:
            return with_children(node, [visit(child, inner) for child, inner in scoped_children(node, scope)])
        letter = _component(row, scope)
        inner_scope = scope if row.at is None else {**scope, letter: replace(row.bound, index=letter)}
        whole = node if row.at is None else _at(node, Ref(letter))
        ref, line = hoist.refer(whole, inner_scope, stem=row.name)
        if line is not None:
            made.append(replace(line, expr=inside(line.expr, inner_scope)))
        return Ref(ref.name, tuple(row.at if i == Ref(letter) and row.at is not None else i for i in ref.indices))

    def inside(node: Expr, scope: Scope) -> Expr:
        """A row function whose own argument has been visited."""
        if isinstance(node, Apply):
            return replace(node, arguments=(inside(node.arguments[0], scope),))
        return with_children(node, [visit(child, inner) for child, inner in scoped_children(node, scope)])

    for line in program.lines:
        scope = scope_of(line)
        row = row_function(line.expr)
        own = row is not None and (row.at is None or row.at in line.indices) and line.kind in _SHAREABLE
        if own and set(line.indices) == {Ref(r.index) for r in line.ranges}:
            hoist.remember(line.expr, scope, line)
            made.append(replace(line, expr=inside(line.expr, scope)))
        else:
            expr = visit(line.expr, scope)
            made.append(line if expr == line.expr else replace(line, expr=expr))
    return replace(program, lines=tuple(made))


def _component(row: RowFunction, scope: Scope) -> str:
    """The letter of the component: the author's where it runs over the whole vector, else a new one."""
    if isinstance(row.at, Ref) and not row.at.indices and row.at.name in scope:
        bound = scope[row.at.name]
        if (bound.lower, bound.upper) == (row.bound.lower, row.bound.upper) and row.at.name not in free_names(row.body):
            return row.at.name
    return fresh_index({*scope, *free_names(row.body), row.bound.index})


def _at(node: Expr, at: Expr) -> Expr:
    if isinstance(node, Apply):
        return replace(node, arguments=(_at(node.arguments[0], at),))
    assert isinstance(node, Softmax)
    return replace(node, at=at)
