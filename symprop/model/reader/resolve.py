"""From what the parser makes to the tree: every sum and softmax gets its range, every index its letter."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from symprop.errors import InputError
from symprop.model.expr import Expr, Number, Softmax, Sum
from symprop.model.reader.surface import Open, OpenSoftmax, OpenSum
from symprop.model.walk import children, free_names, fresh_index, rebuild, rename_bound

Bounds = tuple[Expr, Expr]
RangeOf = Callable[[Open, tuple[Expr, ...]], Bounds]
"""The range of the index of a node, given its resolved bodies."""


def no_range(node: Open, _bodies: tuple[Expr, ...]) -> Bounds:
    """For formulas without a network: nothing implies a range."""
    raise unknown_range(node)


def unknown_range(node: Open) -> InputError:
    """The message for an index over which nothing says how far it runs."""
    if isinstance(node, OpenSum):
        hint = f"write Σ_{{{node.index}=1..n}}, or declare the size of what it indexes"
        return InputError(f"nothing says how far the index `{node.index}` runs", node.span, hint)
    return InputError("nothing says how far this softmax runs", node.span, "declare the size of its argument")


class Resolver:
    """Resolves expressions.

    Args:
        range_of: finds ranges that the author did not write.
        taken: names that a fresh index must not have.
    """

    def __init__(self, range_of: RangeOf, taken: Iterable[str] = ()) -> None:
        self.range_of = range_of
        self.taken = frozenset(taken)

    def resolve(self, expr: Expr, bound: frozenset[str]) -> Expr:
        """*expr* without open nodes; *bound* holds the index letters in force."""
        if isinstance(expr, Number):
            return expr
        if isinstance(expr, OpenSum):
            return self._sum(expr, bound)
        if isinstance(expr, OpenSoftmax):
            return self._softmax(expr, bound)
        return rebuild(expr, tuple([self.resolve(child, bound) for child in children(expr)]))

    def _sum(self, node: OpenSum, bound: frozenset[str]) -> Sum:
        body = self.resolve(node.body, bound | {node.index})
        lower, upper = self._bounds(node, (body,))
        return Sum(body, node.index, lower, upper, span=node.span)

    def _softmax(self, node: OpenSoftmax, bound: frozenset[str]) -> Softmax:
        if not node.index:
            arguments = tuple([self.resolve(argument, bound) for argument in node.arguments])
            return Softmax(arguments, "", None, None, node.at, span=node.span)
        arguments = tuple([self.resolve(argument, bound | {node.index}) for argument in node.arguments])
        lower, upper = self._bounds(node, arguments)
        found = Softmax(arguments, node.index, lower, upper, node.at, span=node.span)
        if not node.chosen:
            return found
        taken = self.taken | bound | free_names(arguments[0]) | free_names(node.at)
        renamed = rename_bound(found, fresh_index(taken, ("k", "q", "p", "l")))
        assert isinstance(renamed, Softmax)
        return renamed

    def _bounds(self, node: Open, resolved: tuple[Expr, ...]) -> Bounds:
        if node.lower is not None and node.upper is not None:
            return node.lower, node.upper
        return self.range_of(node, resolved)
