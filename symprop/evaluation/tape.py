"""A reverse-mode tape: each value remembers from which it was computed, and how fast it changes with them.

The work of one backward sweep is linear in the number of values it passes, and it goes no further down than it is
asked to, so that ``∂net_o/∂h`` between neighbours costs the same in a network of any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import Final

from symprop.evaluation.context import Arithmetic, Real
from symprop.evaluation.trouble import OutOfDomain, Trouble

UNIT: Final = 1
"""The local derivative 1, recognised by identity: a sum's sweep needs no multiplication."""


class Node:
    """A value on the tape; ``order`` (of making) and ``level`` (longest way from a leaf) grow from parents to children.

    ``parents`` holds (node, local derivative).  An inactive node depends on nothing that one could differentiate
    by.  One with an ``obstacle`` may, but how is not known: the value is good, a derivative through it is refused.
    """

    __slots__ = ("active", "level", "obstacle", "order", "parents", "sweep", "value")

    def __init__(self, value: Real, parents: tuple[tuple[Node, Real], ...], order: int, active: bool) -> None:
        self.value = value
        self.parents = parents
        self.order = order
        self.active = active
        self.level: int = 1 + max(parent.level for parent, _ in parents) if parents else 0
        self.obstacle: Trouble | None = None
        self.sweep: Sweep | None = None


class Tape:
    """Makes nodes in one arithmetic and counts them."""

    def __init__(self, arith: Arithmetic) -> None:
        self.arith = arith
        self.length = 0

    def constant(self, value: Real) -> Node:
        """A value that depends on nothing."""
        return self._make(value, (), active=False)

    def variable(self, value: Real) -> Node:
        """A value that one can differentiate by."""
        return self._make(value, (), active=True)

    def alias(self, node: Node) -> Node:
        """The same value under a name of its own: cutting at the name does not cut at *node*."""
        return self._make(node.value, ((node, UNIT),) if node.active else (), active=True)

    def blocked(self, value: Real, obstacle: Trouble) -> Node:
        """A value whose derivatives are not known; who needs one gets *obstacle*."""
        node = self._make(value, (), active=True)
        node.obstacle = obstacle
        node.level = node.order  # it may depend on everything made before
        return node

    def node(self, value: Real, parents: Sequence[tuple[Node, Real]]) -> Node:
        """A computed value; parents that depend on nothing are dropped."""
        kept = tuple(pair for pair in parents if pair[0].active)
        return self._make(value, kept, active=bool(kept))

    def add(self, terms: Sequence[Node]) -> Node:
        """The sum; 0 for no terms."""
        value = self.arith.zero
        for term in terms:
            value += term.value
        return self.node(value, [(term, UNIT) for term in terms])

    def negative(self, operand: Node) -> Node:
        """``-a``."""
        return self.node(-operand.value, ((operand, -self.arith.one),))

    def multiply(self, factors: Sequence[Node]) -> Node:
        """The product of one factor or more."""
        if len(factors) == 1:
            return factors[0]
        if len(factors) == 2:
            a, b = factors
            return self.node(a.value * b.value, ((a, b.value), (b, a.value)))
        before = [self.arith.one]  # before[i] = product of the factors left of i
        for factor in factors:
            before.append(before[-1] * factor.value)
        after = self.arith.one
        parents: list[tuple[Node, Real]] = []
        for i in range(len(factors) - 1, -1, -1):
            parents.append((factors[i], before[i] * after))
            after = after * factors[i].value
        return self.node(before[-1], parents)

    def divide(self, above: Node, below: Node) -> Node:
        """The quotient.

        Raises:
            OutOfDomain: *below* is zero.
        """
        if below.value == 0:
            raise OutOfDomain("a division by zero")
        value = above.value / below.value
        return self.node(value, ((above, 1 / below.value), (below, -value / below.value)))

    def power(self, base: Node, exponent: Node) -> Node:
        """``base ^ exponent``; any base for a whole constant exponent, else a positive one.

        Raises:
            OutOfDomain: the power is not real, or too large.
        """
        b, e = base.value, exponent.value
        whole = None if exponent.active else self.arith.integer(e)
        if whole is not None:
            return self.node(*self._whole_power(base, whole))
        if b <= 0:
            raise OutOfDomain("a power of a number that is not positive")
        log = self.arith.mp.ln(b)
        self.arith.moderate(e * log)
        value = b**e
        return self.node(value, ((base, e * b ** (e - 1)), (exponent, value * log)))

    def _whole_power(self, base: Node, exponent: int) -> tuple[Real, tuple[tuple[Node, Real], ...]]:
        b = base.value
        if b == 0 and exponent < 0:
            raise OutOfDomain("a division by zero")
        self.arith.moderate(self.arith.number(exponent))
        slope = exponent * b ** (exponent - 1) if exponent and (b != 0 or exponent > 0) else self.arith.zero
        return b**exponent, ((base, slope),)

    def _make(self, value: Real, parents: tuple[tuple[Node, Real], ...], *, active: bool) -> Node:
        self.length += 1
        return Node(value, parents, self.length, active)


class Sweep:
    """The derivatives of one node by all others, computed as far down as they are asked for."""

    def __init__(self, of: Node, arith: Arithmetic) -> None:
        self._zero = arith.zero
        self._adjoints: dict[int, Real] = {of.order: arith.one}
        self._waiting: list[tuple[int, Node]] = []
        self._wait(of)

    def adjoint(self, wrt: Node) -> Real:
        """``∂of/∂wrt`` with everything else between them following.

        What was made before *wrt*, or is not further from the leaves, cannot depend on it: the sweep leaves it
        waiting until somebody asks further down.

        Raises:
            Trouble: the obstacle of a node between them.
        """
        waiting = self._waiting
        aside: list[Node] = []
        try:
            while waiting and -waiting[0][0] > wrt.order:
                node = heappop(waiting)[1]
                if node.level <= wrt.level:
                    aside.append(node)
                elif node.obstacle is not None and self._adjoints[node.order] != 0:
                    aside.append(node)
                    raise node.obstacle
                else:
                    self._pass_on(node)
        finally:
            for node in aside:
                self._wait(node)
        return self._adjoints.get(wrt.order, self._zero)

    def _pass_on(self, node: Node) -> None:
        here = self._adjoints[node.order]
        for parent, local in node.parents:
            part = here if local is UNIT else here * local
            order = parent.order
            if order in self._adjoints:
                self._adjoints[order] += part
            else:
                self._adjoints[order] = part
                self._wait(parent)

    def _wait(self, node: Node) -> None:
        if node.parents or node.obstacle is not None:
            heappush(self._waiting, (-node.order, node))  # orders are unique: nodes are never compared


def derivative(of: Node, wrt: Node, arith: Arithmetic) -> Real:
    """``∂of/∂wrt``; sweeps are kept with the node that they start from, so each is made once."""
    if of.sweep is None:
        of.sweep = Sweep(of, arith)
    return of.sweep.adjoint(wrt)
