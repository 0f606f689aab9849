"""A world in which names have the values that a document gives or prints, instead of random ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symprop.check.theory import Atom
from symprop.check.values.array import Value
from symprop.check.values.world import Key, World
from symprop.check.written_names import entry_text
from symprop.evaluation.context import Real
from symprop.evaluation.tape import Node
from symprop.evaluation.trouble import Trouble, Unsupported


class Quantity:
    """A value and how far the true one may be from it, which is worked out when it is first asked for."""

    def __init__(self, value: Real, slack: Real | Callable[[], Real] = 0) -> None:
        self.value = value
        self._slack = slack

    @cached_property
    def slack(self) -> Real:
        """How far the true value may be away."""
        return self._slack() if callable(self._slack) else self._slack


@dataclass
class ValueWorld(World):
    """A world with values from outside: those of the theory, and *pins*.

    A pinned entry has the pinned value, but its derivatives are those of its definition: ``∂out/∂net`` of pinned quantities is
    the slope at the pinned ``net``.
    """

    pins: Mapping[Key, Quantity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pinned: dict[Key, Node] = {}
        self.unexplained: dict[int, str] = {}
        self.unvalued: dict[Key, Node] = {}
        super().__post_init__()

    @property
    def random(self) -> bool:
        """Values of a document may be equal by chance."""
        return False

    def must_tell(self, of: Node, wrt: Node) -> None:
        """Refuse where a value without a definition lies between.

        Raises:
            Unsupported: on what it depends is not said.
        """
        waiting, seen = [of] if self.unexplained else [], {wrt.order}
        while waiting:
            node = waiting.pop()
            if node.order in seen:
                continue
            if node.order in self.unexplained:
                raise Unsupported(f"on what {self.unexplained[node.order]} depends is not said")
            seen.add(node.order)
            waiting += [parent for parent, _ in node.parents]

    def _find(self, name: str, atoms: tuple[Atom, ...]) -> Value:
        pin = self.pins.get((name, atoms))
        if pin is None:
            return super()._find(name, atoms)
        try:
            computed = super()._find(name, atoms)
        except Trouble:
            computed = None
        value = self.arith.number(pin.value)
        if isinstance(computed, Node):
            node = self.tape.alias(computed)
            node.value = value
        else:
            node = self.tape.variable(value)
            self.unexplained[node.order] = entry_text(name, atoms)
        self.pinned[name, atoms] = node
        self.unvalued.pop((name, atoms), None)
        return node

    def _variable(self, name: str, atoms: tuple[Atom, ...]) -> Node:
        node = super()._variable(name, atoms)
        if (name, atoms) not in self.theory.values:
            self.unvalued[name, atoms] = node
        return node
