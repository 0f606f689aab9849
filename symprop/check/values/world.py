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
from symprop.check.values.array import Array, ShapeMismatch, Value
from symprop.check.values.atoms import Bindings, atom, match
from symprop.check.values.dims import Dims
from symprop.check.values.plain import plain
from symprop.check.values.shapes import Shapes
from symprop.check.written_names import entry_text, shown
from symprop.evaluation.context import Arithmetic, Real, arithmetic
from symprop.evaluation.formula import Scope, jet
from symprop.evaluation.jets import Jet
from symprop.evaluation.point import Spread
from symprop.evaluation.smooth import SmoothFunction
from symprop.evaluation.tape import Node, Tape
from symprop.evaluation.trouble import OutOfRange, Trouble, UnknownName, Unsupported
from symprop.model.expr import Expr, Ref

Key = tuple[str, tuple[Atom, ...]]
"""An entry of a quantity: its name and its indices."""

MOST_ENTRIES = 50_000
"""Entries that a world may hold: enough for any page, and a bound for what one relation can cost."""


@dataclass(frozen=True, slots=True)
class Conventions:
    """Readings of what documents leave open; a relation is tried with each.

    ``inner`` says that ``a · b`` of two columns is their inner product, else it is taken entry by entry.  ``layout`` is how
    derivatives by and of columns lie: ``gradient`` (of a number: like what one differentiates by; of a column: one row for each
    entry of it), ``denominator`` (the second kind transposed) or ``numerator`` (the first kind transposed).
    """

    inner: bool = True
    layout: str = "gradient"


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
    """

    theory: Theory
    seed: str
    depth: int
    spread: Spread = Spread.WIDE
    arith: Arithmetic = field(default_factory=arithmetic)
    conventions: Conventions = Conventions()
    steps: Steps = field(default_factory=lambda: Steps(200_000))

    def __post_init__(self) -> None:
        self.tape = Tape(self.arith)
        self.dims = Dims(self.seed)
        self.functions: dict[str, SmoothFunction] = {}
        self.drawn: dict[Key, Fraction] = {}
        self.ties = 0
        self.choices: set[str] = set()  # conventions that made a difference
        self.masked = self.tape.constant(self.arith.zero)
        self._values: dict[Key, Value] = {}
        self._failures: dict[Key, Trouble] = {}
        self._open: set[Key] = set()
        self._constants: dict[Fraction | int, Node] = {}
        Shapes(self.theory, self.dims, self.depth).unify()
        self.dims.settle()

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

    def places(self, name: str, prefix: tuple[Atom, ...], slot: int) -> tuple[Atom, ...]:
        """The values of an index of a quantity."""
        labels = self.theory.labels.get((name, slot))
        if labels is not None:
            return labels
        return tuple(range(1, self.dims.size(self.axis(name, prefix)) + 1))

    def axis(self, name: str, prefix: tuple[Atom, ...]) -> tuple[object, ...]:
        """The key of the axis that follows *prefix*."""
        kept = tuple(value if (name, place) in self.theory.families else "*" for place, value in enumerate(prefix))
        return ("axis", name, kept, len(prefix))

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

    # ------------------------------------------------------------------ how an entry comes about

    def _find(self, name: str, atoms: tuple[Atom, ...]) -> Value:
        for place, value in enumerate(atoms):
            if (name, place) in self.theory.families and isinstance(value, int) and not 0 <= value <= self.depth + 1:
                raise OutOfRange(f"{entry_text(name, atoms)} does not exist")
        rule, letters = self._rule(name, atoms)
        if rule is not None:
            return self._alias(self._defined(rule, letters))
        if name in self.theory.smooth:
            entries = [node for ref in self.theory.smooth[name] for node in evaluate.all_entries(self, ref)]
            return functions.mixed(self, shown(name), entries)
        update = updates.value(self, name, atoms)
        if update is not None:
            return update
        return self._gathered(name, atoms) or self._component(name, atoms) or self._leaf(name, atoms)

    def _defined(self, rule: Rule, letters: dict[str, Atom]) -> Value:
        try:
            return self.value(rule.expr, letters)
        except ShapeMismatch as trouble:  # the shapes were inferred: a definition that does not fit refutes nothing
            raise Unsupported(f"the definition of {shown(rule.ref.name)} asks for {trouble}") from None

    def _rule(self, name: str, atoms: tuple[Atom, ...]) -> tuple[Rule | None, dict[str, Atom]]:
        """The most special definition that covers an entry, and what its letters are there."""
        best: tuple[Rule | None, dict[str, Atom]] = (None, {})
        for rule in self.theory.rules.get(name, ()):
            if len(rule.ref.indices) != len(atoms) or (best[0] is not None and len(best[0].letters) <= len(rule.letters)):
                continue
            letters = match(rule.ref.indices, atoms, rule.letters, self.named)
            if letters is not None and self._covers(rule, letters):
                best = (rule, letters)
        return best

    def _covers(self, rule: Rule, letters: dict[str, Atom]) -> bool:
        """Layers and steps of a family are counted from 1; what stands before is given."""
        for letter, value in letters.items():
            if letter in self.family_letters(rule.ref) and not (isinstance(value, int) and 1 <= value <= self.depth):
                return False
        return True

    def family_letters(self, ref: Ref) -> frozenset[str]:
        """The letters of *ref* that count layers or steps."""
        found: set[str] = set()
        for place, index in enumerate(ref.indices):
            if (ref.name, place) in self.theory.families:
                found |= evaluate.letters_in(index)
        return frozenset(found)

    def _gathered(self, name: str, atoms: tuple[Atom, ...]) -> Value | None:
        """A name with fewer indices than its entries: the array of them."""
        missing = self.theory.open_axes(name, len(atoms))
        if missing not in (1, 2) or not self._begins(name, atoms, missing):
            return None
        rows = self.places(name, atoms, len(atoms))
        if missing == 1:
            return Array(len(rows), 1, self._numbers(name, [(*atoms, row) for row in rows]))
        columns = self.places(name, (*atoms, rows[0]), len(atoms) + 1)
        return Array(len(rows), len(columns), self._numbers(name, [(*atoms, *at) for at in itertools.product(rows, columns)]))

    def _begins(self, name: str, atoms: tuple[Atom, ...], missing: int) -> bool:
        """Whether *atoms* are the first indices of entries that definitions speak of."""
        refs = (*(rule.ref for rule in self.theory.rules.get(name, ())), *self.theory.patterns.get(name, ()))
        for ref in refs:
            if len(ref.indices) == len(atoms) + missing:
                letters = tuple(sorted(evaluate.letters_in_ref(self, ref)))
                if match(ref.indices[: len(atoms)], atoms, letters, self.named) is not None:
                    return True
        return False

    def _numbers(self, name: str, keys: Sequence[tuple[Atom, ...]]) -> tuple[Node, ...]:
        entries = [self.entry(name, atoms) for atoms in keys]
        if not all(isinstance(entry, Node) for entry in entries):
            raise Unsupported(f"{shown(name)} is an array of arrays")
        return tuple(entry for entry in entries if isinstance(entry, Node))

    def _component(self, name: str, atoms: tuple[Atom, ...]) -> Value | None:
        """An entry of a quantity that is defined as a whole: ``a^l_j`` where ``a^l = σ(z^l)``."""
        for extra in (1, 2):
            if len(atoms) < extra:
                return None
            whole, at = atoms[:-extra], atoms[-extra:]
            rule, _ = self._rule(name, whole)
            if rule is not None or ((name, whole) in self._values and isinstance(self._values[name, whole], Array)):
                value = self.entry(name, whole)
                return evaluate.component(value, at) if isinstance(value, Array) else None
        return None

    def _leaf(self, name: str, atoms: tuple[Atom, ...]) -> Value:
        if not self.theory.known(name):
            if name in self.theory.sizes or (name in self.theory.lasts and not atoms):
                number = self.named(name)
                return self.constant(number or 0)
            raise UnknownName(f"nothing defines {entry_text(name, atoms)}")
        if self.theory.defined(name) and not self._below(name, atoms) and not self.theory.loose:
            raise self._absent(name, atoms)
        if not self.theory.loose and not self.theory.defined(name) and not self._in_use(name, atoms):
            raise UnknownName(f"nothing defines {entry_text(name, atoms)}")
        rank = self.theory.ranks.get(name, 0)
        if rank == 0 or (self.theory.arity.get(name, 0) > 0 and len(atoms) >= self.theory.arity.get(name, 0)):
            return self._variable(name, atoms)
        rows = self.dims.size(self.axis(name, atoms))
        columns = self.dims.size(self.axis(name, (*atoms, 0))) if rank == 2 else 1
        return Array(
            rows, columns, tuple(self._variable(name, (*atoms, i, j)) for i in range(1, rows + 1) for j in range(1, columns + 1))
        )

    def _absent(self, name: str, atoms: tuple[Atom, ...]) -> Trouble:
        """An entry that no definition covers: beyond the last layer, or one that the document does not speak of."""
        text = f"nothing defines {entry_text(name, atoms)}"
        counted = any((name, place) in self.theory.families for place in range(len(atoms)))
        return OutOfRange(text) if counted else UnknownName(text)

    def _in_use(self, name: str, atoms: tuple[Atom, ...]) -> bool:
        """Whether definitions use a leaf with such indices."""
        patterns = self.theory.patterns.get(name)
        if patterns is None:
            return True
        for ref in patterns:
            letters = tuple(sorted(evaluate.letters_in_ref(self, ref)))
            if len(ref.indices) == len(atoms) and match(ref.indices, atoms, letters, self.named) is not None:
                return True
        return False

    def _below(self, name: str, atoms: tuple[Atom, ...]) -> bool:
        """Whether an entry stands before the first that the family defines: the input layer, the state at the start."""
        if name in self.theory.leaves:
            return True
        rules = [rule for rule in self.theory.rules.get(name, ()) if len(rule.ref.indices) == len(atoms)]
        for rule in rules:
            letters = match(rule.ref.indices, atoms, rule.letters, self.named)
            counts = [letters[x] for x in self.family_letters(rule.ref) if letters and x in letters]
            if any(isinstance(count, int) and count < 1 for count in counts):
                return True
        return False

    def _variable(self, name: str, atoms: tuple[Atom, ...]) -> Node:
        key = (name, atoms)
        if len(self.drawn) > MOST_ENTRIES:
            raise Exhausted("it has too many entries")
        given = self.theory.values.get(key)
        self.drawn[key] = self._draw(name, atoms) if given is None else given
        return self.tape.variable(self.arith.number(self.drawn[key]))

    def _draw(self, name: str, atoms: tuple[Atom, ...]) -> Fraction:
        if name not in self.theory.simplex or not atoms:
            return self.spread.draw(f"{self.seed}|{(name, atoms)}")
        slot = self.theory.arity.get(name, 1) - 1 if self.theory.arity.get(name) else len(atoms) - 2
        slot = min(max(slot, 0), len(atoms) - 1)
        others = [(*atoms[:slot], place, *atoms[slot + 1 :]) for place in self.places(name, atoms[:slot], slot)]
        drawn = {at: abs(self.spread.draw(f"{self.seed}|{(name, at)}")) for at in (*others, atoms)}
        return drawn[atoms] / sum(drawn.values())

    def _alias(self, value: Value) -> Value:
        """A node of its own, so that a derivative by the name is one by the name."""
        if isinstance(value, Node):
            return self.tape.alias(value)
        return Array(value.rows, value.columns, tuple(self.tape.alias(node) for node in value.entries))

    def _outer(self, ref: Ref) -> Real:
        value = self.entry(ref.name, tuple(atom(index, {}, self.named) for index in ref.indices))
        if isinstance(value, Array):
            raise Unsupported(f"the array {ref.name} in the definition of a function")
        return value.value
