"""The network: leaves, definitions, functions and what is minimised; the one thing every other room is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from symprop.errors import InternalError, Span
from symprop.model.convention import COLUMNS, Convention
from symprop.model.expr import Expr, Ref


class Role(Enum):
    """What a name is in the network."""

    INPUT = "input"
    TARGET = "target"
    WEIGHT = "weight"
    CONSTANT = "constant"
    RATE = "rate"
    SIZE = "size"
    PREACTIVATION = "pre-activation"
    ACTIVATION = "activation"
    QUANTITY = "quantity"  # defined, but none of the others
    COST = "cost"  # or performance, see Objective


class Objective(Enum):
    """What training does with the cost."""

    MINIMIZE = "minimize"
    MAXIMIZE = "maximize"


@dataclass(frozen=True, slots=True)
class Range:
    """``index = lower..upper``, both ends included; the bounds are index expressions over sizes and numbers."""

    index: str
    lower: Expr
    upper: Expr


@dataclass(frozen=True, slots=True)
class Leaf:
    """A quantity that nothing defines: input, target, weight, constant, rate or size.

    ``axes`` holds one :class:`Range` per index (its ``index`` is a suggested letter); a scalar has none.
    ``reason`` says in words why the name has this role ("declared", "starts like a weight", …).
    """

    name: str
    role: Role
    axes: tuple[Range, ...] = ()
    reason: str = "declared"
    span: Span | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Definition:
    """``name[indices] = expr`` for all indices in ``ranges``.

    ``indices`` holds one index expression per axis: an index variable (``Ref``) that has an entry in ``ranges``,
    or a fixed position (``0`` in ``h[0]``, ``T`` in ``h[T]``) that has none.  ``written`` is the right side as the author
    wrote it where that was in matrices; ``expr`` is then what it means in indices.  The last ``whole`` axes have no index on
    the author's left side (``z = W x`` defines ``z[j]``, ``h[t] = U h[t-1]`` defines ``h[t,j]``).
    """

    name: str
    expr: Expr
    role: Role
    indices: tuple[Expr, ...] = ()
    ranges: tuple[Range, ...] = ()
    span: Span | None = field(default=None, compare=False, repr=False)
    written: Expr | None = field(default=None, compare=False)
    whole: int = field(default=0, compare=False)

    @property
    def ref(self) -> Ref:
        """The left side."""
        return Ref(self.name, self.indices)


@dataclass(frozen=True, slots=True)
class Function:
    """A function that the network declares: ``phi(x) = 2 x``, or unknown (``body`` is None)."""

    name: str
    parameter: str = "x"
    body: Expr | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """``left = right``, a fact that a derivation may use (and names where it does); holds for all ``ranges``."""

    left: Expr
    right: Expr
    text: str
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True)
class Network:
    """Definitions in evaluation order over leaves, ending (usually) in a cost.

    Args:
        leaves: by name, in order of declaration or first use.
        definitions: each uses only leaves and definitions that can be computed before it; several definitions
            may share a name (``h[0]``, ``h[t]``), and ``h[t]`` may use ``h[t-1]``.
        functions: declared functions by name.
        cost: name of the quantity that is minimised or maximised; None if there is none.
        objective: minimize or maximize.
        rate: name of the rate in updates.
        assumptions: facts that derivations may use.
        values: numbers for leaves, exact as written: a number or nested tuples of numbers as ``Expr`` literals.
        notes: how the text was read, one sentence each, in order ("targets: t (only the cost uses it)").
        name: a title for headings, "" if none.
        convention: how vectors and derivatives lie in the matrix register.
        rate_per_weight: every weight ``w`` has a rate of its own, ``η_w``, instead of all sharing ``rate``.

    Raises:
        InternalError: a name is defined and a leaf at once, or the cost is not defined.
    """

    leaves: Mapping[str, Leaf]
    definitions: tuple[Definition, ...]
    functions: Mapping[str, Function] = field(default_factory=dict)
    cost: str | None = None
    objective: Objective = Objective.MINIMIZE
    rate: str = "η"
    assumptions: tuple[Assumption, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    name: str = ""
    convention: Convention = COLUMNS
    rate_per_weight: bool = False

    def __post_init__(self) -> None:
        defined = {d.name for d in self.definitions}
        if self.cost is not None and self.cost not in defined:
            raise InternalError(f"the cost {self.cost} is not defined")

    @cached_property
    def by_name(self) -> Mapping[str, tuple[Definition, ...]]:
        """Definitions by name, in order."""
        found: dict[str, list[Definition]] = {}
        for definition in self.definitions:
            found.setdefault(definition.name, []).append(definition)
        return {name: tuple(group) for name, group in found.items()}

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """Names of the symbolic sizes (``n_0``), in order of first use."""
        return tuple(leaf.name for leaf in self.leaves.values() if leaf.role is Role.SIZE)

    def rate_of(self, weight: str) -> str:
        """The name of the rate in the update of *weight*."""
        return f"{self.rate}_{weight}" if self.rate_per_weight else self.rate

    def with_role(self, role: Role) -> tuple[str, ...]:
        """Names of leaves and definitions that have *role*, in order."""
        names = [leaf.name for leaf in self.leaves.values() if leaf.role is role]
        names += [name for name, group in self.by_name.items() if group[0].role is role]
        return tuple(names)

    def axes(self, name: str) -> tuple[Range, ...]:
        """The ranges of the indices of *name* as a whole (``h`` defined as ``h[0]`` and ``h[t]``, t = 1..T: 0..T)."""
        from symprop.model.ranges import axes_of

        return axes_of(self, name)


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A name that a derivation introduces: ``δ_h[j]`` stands for ``∂E/∂net_h[j]``.

    ``indices`` are the index letters of the left side, ``ranges`` their ranges, ``meaning`` uses them.
    """

    name: str
    meaning: Expr
    indices: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()

    @property
    def ref(self) -> Ref:
        """The left side."""
        return Ref(self.name, tuple(Ref(index) for index in self.indices))
