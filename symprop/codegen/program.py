"""The program: what a backend spells.

A :class:`Program` is an ordered list of single-assignment lines ``name[indices] = expression`` under the names of the
derivation: definitions, then adjoints, gradients and updates.  Expressions are those of the notation, without derivatives;
a line with indices is an array operation.  Gradients and costs of a batch are means over its examples: backends add that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from symprop.errors import InternalError
from symprop.model.expr import Expr, Ref
from symprop.model.network import Network, Range, Role
from symprop.model.walk import walk

UPDATED = "⁺"
"""What follows the name of a weight that has been updated; the notation cannot write it, so it is never taken."""


class Kind(Enum):
    """What a line computes."""

    FORWARD = "forward"
    SHARED = "shared"  # a part that several lines use
    ADJOINT = "adjoint"
    GRADIENT = "gradient"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Line:
    """``name[indices] = expr`` for all indices in ``ranges``.

    Args:
        name: as the derivation has it (``δ_o1``, ``∂E/∂w_5``).
        expr: over leaves, earlier lines, and itself at shifted indices in a recurrence.
        kind: what it computes.
        indices: as in :class:`symprop.model.network.Definition`.
        ranges: of the letters.
        equation: the equation of the derivation that this line computes, as text; "" for shared parts.
        note: why the line differs from its equation, "" where it does not.
    """

    name: str
    expr: Expr
    kind: Kind
    indices: tuple[Expr, ...] = ()
    ranges: tuple[Range, ...] = ()
    equation: str = ""
    note: str = ""

    @property
    def ref(self) -> Ref:
        """The left side."""
        return Ref(self.name, self.indices)


@dataclass(frozen=True)
class Program:
    """Straight-line code for one network.

    Args:
        network: with named pre-activations; gives roles, axes and values of leaves.
        lines: each uses leaves and lines before it (a recurrence also itself).
        gradients: the name of the gradient's line by the name of the weight.
        sequential: whether a weight is updated as soon as its gradient is known, and deltas further down use it.

    Raises:
        InternalError: two lines assign the same entries.
    """

    network: Network
    lines: tuple[Line, ...]
    gradients: Mapping[str, str]
    sequential: bool = False

    def __post_init__(self) -> None:
        seen: set[Ref] = set()
        for line in self.lines:
            if line.ref in seen:
                raise InternalError(f"{line.name} is assigned twice")
            seen.add(line.ref)

    @property
    def cost(self) -> str:
        """The name of what is minimised or maximised."""
        if self.network.cost is None:
            raise InternalError("a program has a cost")
        return self.network.cost

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The weights."""
        return self._leaves(Role.WEIGHT)

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The inputs."""
        return self._leaves(Role.INPUT)

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """The targets."""
        return self._leaves(Role.TARGET)

    @cached_property
    def constants(self) -> tuple[str, ...]:
        """What is known and not trained."""
        return self._leaves(Role.CONSTANT)

    @cached_property
    def forward(self) -> tuple[str, ...]:
        """The definitions that the inputs determine, without targets."""
        needy = set(self.targets)
        for line in self.lines:
            if not needy.isdisjoint(names_in(line.expr)):
                needy.add(line.name)
        return tuple(dict.fromkeys(n.name for n in self.lines if n.kind is Kind.FORWARD and n.name not in needy))

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Line, ...]]:
        """Lines by name, in order."""
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.name, []).append(line)
        return {name: tuple(group) for name, group in found.items()}

    @cached_property
    def of_examples(self) -> frozenset[str]:
        """Names whose value differs from example to example: inputs, targets and what depends on them."""
        found = {*self.inputs, *self.targets}
        changed = True
        while changed:  # more than once only for recurrences
            before = len(found)
            for line in self.lines:
                if line.kind is not Kind.UPDATE and line.name not in found and not found.isdisjoint(names_in(line.expr)):
                    found.add(line.name)
            changed = len(found) > before and self.has_recurrence
        return frozenset(found)

    @cached_property
    def has_recurrence(self) -> bool:
        """Does a line use itself, or one that comes later?"""
        coming = {line.name for line in self.lines}
        place = {line.name: number for number, line in enumerate(self.lines)}
        return any(n in coming and place[n] >= i for i, line in enumerate(self.lines) for n in names_in(line.expr))

    def axes(self, name: str) -> tuple[Range, ...]:
        """The ranges of the indices of *name* as a whole; those of ``w`` for its gradient and its update."""
        if name in self.network.leaves or name in self.network.by_name:
            return self.network.axes(name)
        if name.endswith(UPDATED):
            return self.network.axes(name.removesuffix(UPDATED))
        return self.by_name[name][0].ranges

    def needed(self, names: Iterable[str]) -> Program:
        """The lines that *names* depend on: everything else is dead code."""
        wanted = set(names)
        stack = list(wanted)
        while stack:
            for line in self.by_name.get(stack.pop(), ()):
                new = names_in(line.expr) - wanted
                wanted |= new
                stack += new
        return replace(self, lines=tuple(line for line in self.lines if line.name in wanted))

    def updated(self, name: str) -> str:
        """The name of the weight *name* after its update."""
        return name + UPDATED

    def _leaves(self, role: Role) -> tuple[str, ...]:
        return tuple(leaf.name for leaf in self.network.leaves.values() if leaf.role is role)


def names_in(expr: Expr) -> frozenset[str]:
    """Every name that stands in *expr*, letters among them."""
    return frozenset(node.name for node in walk(expr) if isinstance(node, Ref))
