"""Shared terms: what several lines compute gets a line of its own; a line that one place uses goes back there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from symprop.codegen.hoist import Hoist, Scope, scope_of, scoped_children, with_children
from symprop.codegen.program import Kind, Line, Program
from symprop.codegen.rows import is_row_function
from symprop.model.build import numeric_value
from symprop.model.expr import Apply, Expr, Hadamard, Indicator, Mul, Neg, Number, Pow, Ref, Softmax, Sum
from symprop.model.walk import substitute, walk

_LARGEST_POWER = 4
"""Whole exponents up to which a power is a product."""


def shared_terms(program: Program) -> Program:
    """*program* with a line for each part that occurs twice or more, be it under other index letters.

    Where indices are involved only functions and sums are shared: an array of sums of two costs more than adding twice.
    Nothing is taken out of a product with a bracket, which may guard it (``[x > 0] log(x)``).
    """
    return _Sharing(program).result()


@dataclass
class _Sharing:
    program: Program
    counts: Counter[object] = field(default_factory=Counter)
    made: list[Line] = field(default_factory=list)

    def result(self) -> Program:
        self.hoist = Hoist(self.program)
        for line in self.program.lines:
            if line.kind is not Kind.UPDATE:
                self._count(line.expr, scope_of(line))
        for line in self.program.lines:
            self._line(line)
        return replace(self.program, lines=tuple(self.made))

    def _count(self, node: Expr, scope: Scope) -> None:
        if _is_worth_a_line(node, scope):
            key = self.hoist.key(node, scope)
            self.counts[key] += 1
            if self.counts[key] > 1 and scope:
                return  # its parts are computed once, with it
        if _is_guarded(node):
            return
        for child, inner in scoped_children(node, scope):
            self._count(child, inner)
            if not inner and child is getattr(node, "base", None) and whole_power(node):
                self._count(child, inner)  # a power is a product: its base is written twice

    def _line(self, line: Line) -> None:
        if line.kind is Kind.UPDATE:
            self.made.append(line)
            return
        scope = scope_of(line)
        if line.kind is Kind.GRADIENT:  # of a batch it becomes a mean, so no other line may refer to it
            expr = self._visit(line.expr, scope)
            self.made.append(line if expr == line.expr else replace(line, expr=expr))
            return
        if not _is_worth_a_line(line.expr, scope) or self.counts[self.hoist.key(line.expr, scope)] < 2:
            expr = self._inside(line.expr, scope)
        else:
            known = self.hoist.known(line.expr, scope)
            expr = known if known is not None else self._inside(line.expr, scope)
            if known is None:
                self.hoist.remember(line.expr, scope, line)
        self.made.append(line if expr == line.expr else replace(line, expr=expr))

    def _inside(self, node: Expr, scope: Scope) -> Expr:
        if _is_guarded(node):
            return node
        return with_children(node, [self._visit(child, inner) for child, inner in scoped_children(node, scope)])

    def _visit(self, node: Expr, scope: Scope) -> Expr:
        if not _is_worth_a_line(node, scope) or self.counts[self.hoist.key(node, scope)] < 2:
            return self._inside(node, scope)
        ref, line = self.hoist.refer(node, scope)
        if line is not None:
            self.made.append(replace(line, expr=self._inside(node, scope)))
        return ref


def _is_worth_a_line(node: Expr, scope: Scope) -> bool:
    if isinstance(node, Ref | Number | Indicator) or (isinstance(node, Neg) and isinstance(node.operand, Ref | Number)):
        return False
    if not scope:
        return numeric_value(node) is None
    if is_row_function(node):
        return False
    return any(isinstance(n, Sum | Softmax) or (isinstance(n, Apply) and n.function != "max") for n in walk(node)) and all(
        _is_bare(n, scope) for n in walk(node)
    )


def _is_bare(node: Expr, scope: Scope) -> bool:
    """No shifted index, which might be out of range where the bracket beside it is not taken along; no dependent range."""
    if isinstance(node, Ref):
        if not node.indices and node.name in scope:
            bounds = scope[node.name]
            return not any(isinstance(n, Ref) and n.name in scope for b in (bounds.lower, bounds.upper) for n in walk(b))
        return all((isinstance(i, Ref) and not i.indices) or isinstance(i, Number) for i in node.indices)
    return True


def _is_guarded(node: Expr) -> bool:
    return isinstance(node, Indicator) or (
        isinstance(node, Mul | Hadamard) and any(isinstance(factor, Indicator) for factor in node.factors)
    )


def whole_power(node: Expr) -> int:
    """The exponent of a power that is spelled as a product; 0 for everything else."""
    if not isinstance(node, Pow):
        return 0
    value = numeric_value(node.exponent)
    return int(value) if value is not None and value.denominator == 1 and 2 <= value <= _LARGEST_POWER else 0


def single_uses(program: Program) -> Program:
    """*program* without the shared scalars that one place alone uses."""
    uses: Counter[str] = Counter()
    for line in program.lines:
        for node in walk(line.expr):
            if isinstance(node, Ref):
                uses[node.name] += 1
            elif whole_power(node) and isinstance(node, Pow) and isinstance(node.base, Ref):
                uses[node.base.name] += 1
    put: dict[str, Expr] = {}
    kept: list[Line] = []
    for line in program.lines:
        here = {Ref(n): put[n] for n in _names(line.expr) if n in put} if put else {}
        expr = substitute(line.expr, here) if here else line.expr
        if line.kind is Kind.SHARED and not line.indices and uses[line.name] < 2 and not _is_guarded(expr):
            put[line.name] = expr
        else:
            kept.append(line if expr is line.expr else replace(line, expr=expr))
    return replace(program, lines=tuple(kept))


def _names(expr: Expr) -> list[str]:
    return [node.name for node in walk(expr) if isinstance(node, Ref)]
