"""One world in which a theory is true: a depth, sizes, and values for everything that nothing defines.

Every entry of every quantity is computed once, as a node of one tape, when it is first needed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from symprop.check.theory import Atom, FunctionRule, Rule, Theory
from symprop.check.values import evaluate, functions, updates
from symprop.check.values.array import Array, ShapeMismatch, Value, each
from symprop.check.values.atoms import Bindings, atom, whole
from symprop.check.values.coverage import Coverage
from symprop.check.values.dims import Dims
from symprop.check.values.plain import plain
from symprop.check.values.shapes import Shapes
from symprop.check.written_names import ONES, base, entry_text, shown
from symprop.evaluation.context import Arithmetic, Real, arithmetic
from symprop.evaluation.formula import Scope, jet
from symprop.evaluation.jets import Jet
from symprop.evaluation.point import Spread
from symprop.evaluation.smooth import SmoothFunction
from symprop.evaluation.tape import Node, Tape
from symprop.evaluation.trouble import OutOfRange, Trouble, Unsupported
from symprop.model.expr import Add, Expr, Ref

Key = tuple[str, tuple[Atom, ...]]
"""An entry of a quantity: its name and its indices."""

MOST_ENTRIES = 50_000
"""Entries that a world may hold: enough for any page, and a bound for what one relation can cost."""


_MOST_ENLARGED = 8


@dataclass(frozen=True, slots=True)
class Conventions:
    """Readings of what documents leave open; a relation is tried with each.

    ``inner`` says that ``a · b`` of two columns is their inner product, else it is taken entry by entry; ``square`` that
    ``v²`` is one.  ``layout`` is how derivatives by and of columns lie: ``gradient`` (of a number: like what one differentiates
    by; of a column: one row for each entry of it), ``denominator`` (the second kind transposed) or ``numerator`` (the first
    kind transposed).
    """

    inner: bool = True
    layout: str = "gradient"
    square: bool = False


@dataclass(slots=True)
class Steps:
    """How much work a relation may cost."""

    left: int

    def spend(self, amount: int = 1) -> None:
        """Use some of it.

        Raises:
            Exhausted: nothing is left.
        """
        self.left -= amount
        if self.left < 0:
            raise Exhausted("it takes too long to evaluate")


class Exhausted(Trouble):
    """The budget of work is used up."""


@dataclass
class World:
    """Values of a theory's quantities in one sample.

    Args:
        theory: what the document says.
        seed: what all choices depend on.
        depth: the number that last positions (``L``, ``T``) stand for.
        spread: where values of leaves lie.
        arith: the arithmetic.
        conventions: readings of what the document leaves open.
        steps: the budget.
        redrawn: entries that nothing defines and that have another value than usual.
        united: sides of a claim that take part in deciding which axes have one size.
    """

    theory: Theory
    seed: str
    depth: int
    spread: Spread = Spread.WIDE
    arith: Arithmetic = field(default_factory=arithmetic)
    conventions: Conventions = Conventions()
    steps: Steps = field(default_factory=lambda: Steps(200_000))
    united: tuple[Expr, Expr] | None = None
    redrawn: frozenset[Key] = frozenset()

    def __post_init__(self) -> None:
        self.tape = Tape(self.arith)
        self.dims = Dims(self.seed)
        self.functions: dict[str, SmoothFunction] = {}
        self.drawn: dict[Key, Fraction] = {}
        self.coverage = Coverage(self.theory, self.depth, self.named)
        self.ties = 0
        self.slopes: dict[Expr, bool] = {}  # derivatives that were asked for, and whether one was not 0
        self.loosened: set[Key] = set()  # entries that nothing defines
        self.choices: set[str] = set()  # conventions that made a difference
        self.masked = self.tape.constant(self.arith.zero)
        self._values: dict[Key, Value] = {}
        self._failures: dict[Key, Trouble] = {}
        self._open: set[Key] = set()
        self._constants: dict[Fraction | int, Node] = {}
        Shapes(self.theory, self.dims, self.depth).unify(self.united)
        self.dims.settle(self._bound)
        self._make_room()

    # ------------------------------------------------------------------ what evaluation asks for

    def value(self, expr: Expr, bound: Bindings | None = None) -> Value:
        """The value of *expr* with index letters bound.

        Raises:
            Trouble: it has none here.
        """
        try:
            return evaluate.value(self, expr, bound or {})
        except RecursionError:
            raise Unsupported("an expression that is nested too deeply") from None

    def constant(self, value: Fraction | int) -> Node:
        """The node of an exact number."""
        if value not in self._constants:
            self._constants[value] = self.tape.constant(self.arith.number(value))
        return self._constants[value]

    def named(self, name: str) -> int | None:
        """The number that a name stands for in an index."""
        if name in self.theory.lasts:
            return self.depth
        if name in self.theory.sizes:
            return self.dims.size(("size", name))
        return None

    def _bound(self, expr: object) -> int:
        """The size that an axis has by the bound of a sum over it."""
        assert isinstance(expr, Expr)
        return whole(expr, {}, self.named)

    @property
    def random(self) -> bool:
        """Whether equal values mean equal functions."""
        return True

    def must_tell(self, of: Node, wrt: Node) -> None:
        """Is asked before *of* is differentiated by *wrt*: a world that cannot tell what depends on what refuses."""

    def observe(self, _on: bool, tie: bool) -> None:
        """Is told about kinks."""
        self.ties += tie

    def entry(self, name: str, atoms: tuple[Atom, ...]) -> Value:
        """The value of one entry of a quantity, or of the array of its entries.

        Raises:
            Trouble: it has none here.
        """
        key = (name, atoms)
        found = self._values.get(key)
        if found is not None:
            return found
        if key in self._failures:
            failure = self._failures[key]
            raise type(failure)(*failure.args)
        if key in self._open:
            raise Unsupported(f"{entry_text(*key)} is defined by itself")
        self.steps.spend(4)
        self._open.add(key)
        try:
            value = self._find(name, atoms)
        except Trouble as trouble:
            self._failures[key] = trouble
            raise
        finally:
            self._open.discard(key)
        self._values[key] = value
        return value

    def indices(self, ref: Ref, letters: Bindings) -> tuple[Atom, ...]:
        """The entry that a name with its indices is."""
        return tuple(atom(index, letters, self.named) for index in ref.indices)

    def places(self, name: str, prefix: tuple[Atom, ...], slot: int) -> tuple[Atom, ...]:
        """The values of an index of a quantity."""
        labels = self.theory.labels.get((name, slot)) or self.theory.labels.get((base(name), slot))
        if labels is not None:
            return labels
        axis = self.theory.axis(name, prefix)
        extent = self.theory.extents.get((axis[1], axis[2]))
        if extent is not None:
            lower, upper = (whole(end, {}, self.named) for end in extent)
            return tuple(range(lower, upper + 1))
        return tuple(range(1, self.dims.size(axis) + 1))

    def body(self, rule: FunctionRule, arguments: Sequence[Value]) -> Value:
        """A function of the document at values: its body with the values in the parameters' places."""
        if rule.body is None or len(arguments) != len(rule.parameters):
            raise Unsupported(f"{rule.name} of {len(arguments)} arguments")
        return self.value(rule.body, dict(zip(rule.parameters, arguments, strict=True)))

    def body_jet(self, rule: FunctionRule, inner: Jet) -> Jet:
        """A function of the document at a jet.

        Raises:
            Unsupported: its body is more than a formula in one number.
        """
        if rule.body is None or len(rule.parameters) != 1:
            raise Unsupported(f"a derivative of {rule.name}")
        scope = Scope(
            self.arith,
            {rule.parameters[0]: inner},
            self.observe,
            self._outer,
            lambda name, inside: functions.jet_of(self, name, inside),
        )
        return jet(plain(rule.body), scope)

    def _make_room(self) -> None:
        """Enlarge sizes until differences of them (``n - r + 1``) are positive."""
        for lower, upper in self.theory.extents.values():
            longer = [term for term in upper.terms if isinstance(term, Ref)] if isinstance(upper, Add) else []
            for _ in range(_MOST_ENLARGED if longer else 0):
                if whole(upper, {}, self.named) > whole(lower, {}, self.named):
                    break
                for term in longer:
                    self.dims.enlarge(("size", term.name))

    # ------------------------------------------------------------------ how an entry comes about

    def _find(self, name: str, atoms: tuple[Atom, ...]) -> Value:
        for place, value in enumerate(atoms):
            if (name, place) in self.theory.families and isinstance(value, int) and not 0 <= value <= self.depth + 1:
                raise OutOfRange(f"{entry_text(name, atoms)} does not exist")
        rule, letters = self.coverage.rule(name, atoms)
        if rule is None and name == ONES:
            return self._ones(atoms)
        if rule is not None:
            return self._alias(self._defined(rule, letters))
        if name in self.theory.smooth:
            entries = [node for ref in self.theory.smooth[name] for node in evaluate.all_entries(self, ref)]
            return functions.mixed(self, shown(name), entries)
        update = updates.value(self, name, atoms)
        if update is not None:
            return update
        return self._gathered(name, atoms) or self._component(name, atoms) or self._leaf(name, atoms)

    def _ones(self, atoms: tuple[Atom, ...]) -> Array:
        """A vector of ones: as long as its index says, or as what it stands beside."""
        length = atoms[0] if len(atoms) == 1 else None
        size = length if isinstance(length, int) else self.dims.size((ONES, *atoms))
        return Array(*((1, size) if self.theory.rows_of_ones else (size, 1)), (self.constant(1),) * size)

    def _defined(self, rule: Rule, letters: dict[str, Atom]) -> Value:
        try:
            return self.value(rule.expr, letters)
        except ShapeMismatch as trouble:  # the shapes were inferred: a definition that does not fit refutes nothing
            raise Unsupported(f"the definition of {shown(rule.ref.name)} asks for {trouble}") from None

    def _gathered(self, name: str, atoms: tuple[Atom, ...]) -> Value | None:
        """A name with fewer indices than its entries: the array of them."""
        missing = self.coverage.open_axes(name, atoms)
        if missing not in (1, 2):
            return None
        rows = self.places(name, atoms, len(atoms))
        if missing == 1:
            return self._line(self._numbers(name, [(*atoms, row) for row in rows]))
        columns = self.places(name, (*atoms, rows[0]), len(atoms) + 1)
        return Array(len(rows), len(columns), self._numbers(name, [(*atoms, *at) for at in itertools.product(rows, columns)]))

    def _line(self, entries: Sequence[Node]) -> Array:
        """Numbers side by side, as the document has them: one under the other, if it does not say otherwise."""
        if self.theory.rows:
            return Array(1, len(entries), tuple(entries))
        return Array(len(entries), 1, tuple(entries))

    def _numbers(self, name: str, keys: Sequence[tuple[Atom, ...]]) -> tuple[Node, ...]:
        entries = [self.entry(name, atoms) for atoms in keys]
        if not all(isinstance(entry, Node) for entry in entries):
            raise Unsupported(f"{shown(name)} is an array of arrays")
        return tuple(entry for entry in entries if isinstance(entry, Node))

    def _component(self, name: str, atoms: tuple[Atom, ...]) -> Value | None:
        """An entry of a quantity that is known as a whole: ``a^l_j`` where ``a^l = σ(z^l)``."""
        if len(atoms) != self.theory.arity.get(name, 0):
            return None
        for extra in (1, 2):
            whole, at = atoms[:-extra], atoms[-extra:]
            if len(atoms) < extra or not self._is_array(name, whole):
                continue
            value = self.entry(name, whole)
            return evaluate.component(value, at) if isinstance(value, Array) else None
        return None

    def _is_array(self, name: str, atoms: tuple[Atom, ...]) -> bool:
        """Whether an entry is given or defined as an array."""
        if not self.theory.rank(name, len(atoms)):
            return False
        if self.coverage.rule(name, atoms)[0] is not None:
            return True
        if name in self.theory.leaves:
            given = self.coverage.in_use(name, atoms)
        else:  # `x_0` before `x_1 = f(W_1 x_0)`
            given = self.theory.defined(name) and self.coverage.unknown(name, atoms) is None
        return given and not self.theory.open_axes(name, len(atoms))

    def _leaf(self, name: str, atoms: tuple[Atom, ...]) -> Value:
        if not self.theory.known(name) and (name in self.theory.sizes or (name in self.theory.lasts and not atoms)):
            return self.constant(self.named(name) or 0)
        trouble = self.coverage.unknown(name, atoms)
        if trouble is not None:
            if not self.theory.loose or isinstance(trouble, OutOfRange):
                raise trouble
            self.loosened.add((name, atoms))
        rank = self.theory.rank(name, len(atoms))
        if rank == 0:
            return self._variable(name, atoms)
        rows = self.dims.size(self.theory.axis(name, atoms))
        if rank == 1:
            return self._line([self._variable(name, (*atoms, place, 1)) for place in range(1, rows + 1)])
        columns = self.dims.size(self.theory.axis(name, (*atoms, "*")))
        places = itertools.product(range(1, rows + 1), range(1, columns + 1))
        return Array(rows, columns, tuple(self._variable(name, (*atoms, *place)) for place in places))

    def _variable(self, name: str, atoms: tuple[Atom, ...]) -> Node:
        key = (name, atoms)
        if len(self.drawn) > MOST_ENTRIES:
            raise Exhausted("it has too many entries")
        given = self.theory.values.get(key)
        self.drawn[key] = self._draw(name, atoms) if given is None else given
        return self.tape.variable(self.arith.number(self.drawn[key]))

    def _draw(self, name: str, atoms: tuple[Atom, ...]) -> Fraction:
        if name not in self.theory.simplex or not atoms:
            again = "again" if any((name, atoms[:n]) in self.redrawn for n in range(len(atoms) + 1)) else ""
            return self.spread.draw(f"{self.seed}|{(name, atoms)}{again}")
        entries = self.theory.arity.get(name, 0)
        slot = entries - 1 if entries else len(atoms) - 2
        if name in self.theory.across:
            slot = entries - 2 if entries else len(atoms) - 1
        slot = min(max(slot, 0), len(atoms) - 1)
        others = [(*atoms[:slot], place, *atoms[slot + 1 :]) for place in self.places(name, atoms[:slot], slot)]
        drawn = {at: abs(self.spread.draw(f"{self.seed}|{(name, at)}")) for at in (*others, atoms)}
        return drawn[atoms] / sum(drawn.values())

    def _alias(self, value: Value) -> Value:
        """A node of its own, so that a derivative by the name is one by the name."""
        return each(value, self.tape.alias)

    def _outer(self, ref: Ref) -> Real:
        value = self.entry(ref.name, self.indices(ref, {}))
        if not isinstance(value, Node):
            raise Unsupported(f"the array {ref.name} in the definition of a function")
        return value.value
