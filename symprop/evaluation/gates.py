"""Gates: the places where a formula switches (``[z > 0]``, relu, max), so that both sides of each are seen.

A wrong step can be right wherever a gate is open.  Gates are numbered, sets of them are ints (bit n is gate n), and
each definition knows the gates of all that it depends on.
"""

from __future__ import annotations

from functools import cache, cached_property

from symprop.evaluation.formula import EXTREMES, definition
from symprop.evaluation.primitives import PRIMITIVES
from symprop.evaluation.trouble import UnknownName
from symprop.model.expr import Add, Apply, Expr, Hadamard, Increment, Indicator, Mul, Neg, Number, Ref
from symprop.model.network import Network, Role
from symprop.model.walk import walk

_INDEX_NODES = (Number, Ref, Add, Neg, Mul, Hadamard)


@cache
def switches(function: str) -> int:
    """How many gates a built-in function has."""
    if function in EXTREMES:
        return 1
    if function in PRIMITIVES:
        return 0
    try:
        body = definition(function)
    except UnknownName:
        return 0  # the evaluation says so, with the name
    return 0 if body is None else switches_within(body)


def switches_within(body: Expr) -> int:
    """How many gates the body of a function has."""
    nodes = list(walk(body))
    applied = sum(switches(node.function) for node in nodes if isinstance(node, Apply))
    return applied + sum(isinstance(node, Indicator) for node in nodes)


class Gates:
    """The gates of a network and of what is said about it."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._bits: dict[tuple[Expr, int], int] = {}
        self._counts: dict[Indicator, bool] = {}

    def bit(self, site: Expr, ordinal: int = 0) -> int:
        """The set of one gate: the one that an expression meets as its first, second, … when it is evaluated."""
        key = (site, ordinal)
        if key not in self._bits:
            self._bits[key] = 1 << len(self._bits)
        return self._bits[key]

    def compares_indices(self, expr: Indicator) -> bool:
        """Whether a bracket is about index letters and sizes only; then it is exact, and no gate."""
        if expr not in self._counts:
            self._counts[expr] = all(self._is_index(operand) for operand in expr.operands)
        return self._counts[expr]

    def within(self, *exprs: Expr) -> int:
        """The gates of the expressions and of all that they depend on."""
        found = 0
        for expr in exprs:
            found |= self._own(expr)
            for name in self._names(expr):
                found |= self._behind.get(name, 0)
        return found

    @cached_property
    def _behind(self) -> dict[str, int]:
        """For each defined name the gates of its definitions and of all that they depend on."""
        found: dict[str, int] = {}
        direct = [(d.name, self._own(d.expr), self._names(d.expr)) for d in self._network.definitions]
        changed = any(own for _, own, _ in direct)
        while changed:  # one pass for a chain, whose definitions are in order; a few for recurrences
            changed = False
            for name, own, names in direct:
                gates = found.get(name, 0) | own
                for other in names:
                    gates |= found.get(other, 0)
                changed |= gates != found.get(name, 0)
                found[name] = gates
        return found

    def _own(self, expr: Expr) -> int:
        found = 0
        for node in walk(expr):
            if isinstance(node, Indicator):
                found |= 0 if self.compares_indices(node) else self.bit(node)
            elif isinstance(node, Apply):
                for ordinal in range(self._switches(node.function)):
                    found |= self.bit(node, ordinal)
        return found

    def _switches(self, function: str) -> int:
        declared = self._network.functions.get(function)
        if declared is None:
            return switches(function)
        return 0 if declared.body is None else switches_within(declared.body)

    def _names(self, expr: Expr) -> set[str]:
        names = {node.name for node in walk(expr) if isinstance(node, Ref)}
        if self._network.cost and any(isinstance(node, Increment) for node in walk(expr)):
            names.add(self._network.cost)
        return names

    def _is_index(self, expr: Expr) -> bool:
        return all(
            isinstance(node, _INDEX_NODES) and not (isinstance(node, Ref) and self._is_quantity(node)) for node in walk(expr)
        )

    def _is_quantity(self, ref: Ref) -> bool:
        leaf = self._network.leaves.get(ref.name)
        return bool(ref.indices) or ref.name in self._network.by_name or (leaf is not None and leaf.role is not Role.SIZE)
