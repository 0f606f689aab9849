"""What was proved already, and what follows from it without a proof of its own."""

from __future__ import annotations

from symprop.calculus.congruence import narrowed
from symprop.model.build import retidy
from symprop.model.expr import Expr, Partial, Ref
from symprop.model.network import Network
from symprop.model.walk import free_names, substitute, transform, walk


class Proved:
    """Classes of scalar expressions that were proved to be equal, for all values of the leaves of *network*."""

    def __init__(self, network: Network) -> None:
        self._leaves = network.leaves
        self._bodies = {
            name: group[0].expr for name, group in network.by_name.items() if len(group) == 1 and not group[0].indices
        }
        self._classes: dict[Expr, dict[Expr, None]] = {}

    def add(self, left: Expr, right: Expr) -> None:
        """``left = right`` was proved."""
        ours, theirs = self._class(left), self._class(right)
        if ours is theirs:
            return
        ours.update(theirs)
        for expr in theirs:
            self._classes[expr] = ours

    def follows(self, left: Expr, right: Expr) -> bool:
        """Is ``left = right`` a consequence?

        It is if both were proved to equal the same, if the right side is the left one with definitions put in, if a
        derivative in it is replaced by what that was proved to equal, or if equals are differentiated by a leaf.
        """
        if self._are_equal(left, right):
            return True
        one, other = narrowed(left, right)
        if self._are_equal(one, other) or self._is_put_in(one, other):
            return True
        if isinstance(one, Partial) and isinstance(other, Partial) and one.wrt == other.wrt and one.wrt.name in self._leaves:
            return self._are_equal(one.of, other.of)
        return self._is_partial_replaced(left, right)

    def _class(self, expr: Expr) -> dict[Expr, None]:
        return self._classes.setdefault(expr, {expr: None})

    def _are_equal(self, left: Expr, right: Expr) -> bool:
        return left in self._classes and right in self._classes[left]

    def _is_put_in(self, left: Expr, right: Expr) -> bool:
        if any(isinstance(node, Partial) for node in walk(left)):
            return False  # the definition of a name that is cut there says nothing
        gone = [name for name in free_names(left) - free_names(right) if name in self._bodies]
        return bool(gone) and substitute(left, {Ref(name): self._bodies[name] for name in gone}) == right

    def _is_partial_replaced(self, left: Expr, right: Expr) -> bool:
        partials = [node for node in walk(left) if isinstance(node, Partial)]
        if len(partials) != 1 or left in partials or partials[0] not in self._classes:
            return False
        return any(_put(left, partials[0], form) == right for form in self._classes[partials[0]])


def _put(expr: Expr, partial: Expr, form: Expr) -> Expr:
    return transform(expr, lambda node: form if node == partial else retidy(node))
