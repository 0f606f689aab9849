"""Values of expressions at a document's own numbers, and which names lack one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import product

from symprop.check.numbers.facts import Memory, entry, repeats
from symprop.check.numbers.literals import Literal, decimals
from symprop.check.numbers.worlds import Quantity, ValueWorld
from symprop.check.theory import Theory
from symprop.check.trees import nodes, transformed
from symprop.check.values.array import collapsed
from symprop.check.values.world import Key, Steps
from symprop.check.written_names import entry_text
from symprop.evaluation.context import Real, arithmetic
from symprop.evaluation.tape import Node, derivative
from symprop.evaluation.trouble import Trouble, UnknownName
from symprop.model.expr import Expr, Ref
from symprop.model.written import Call, Derivative, Gradient

_SEEDS = ("numbers", "other numbers")
_MOST_COMBINED = 4
_MOST_SEARCHED = 12
_DEPTH = 3
_SAME = Fraction(1, 10**25)

Candidates = Iterable[tuple[Quantity, Literal | None]]


class Unknown:
    """Why an expression has no value: names without one (looked for when first asked), or another reason."""

    def __init__(
        self, missing: tuple[str, ...] | Callable[[], tuple[str, ...]] = (), reason: str = "", *, undefined: bool = False
    ) -> None:
        self._missing = missing
        self.reason = reason
        self.undefined = undefined

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Names without a value, as a reader writes them."""
        return self._missing() if callable(self._missing) else self._missing


@dataclass
class Reckoner:
    """Evaluates in two worlds that agree on all given values: what comes out alike depends on nothing else.

    Args:
        theory: what the document says, with the given values.
        pins: further values of names.
    """

    theory: Theory
    pins: Mapping[Key, Quantity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._worlds = [self._world(seed) for seed in _SEEDS]
        self._values: dict[Expr, Quantity | Unknown] = {}

    def value(self, expr: Expr, known: Mapping[str, Quantity] | None = None) -> Quantity | Unknown:
        """The value of *expr*; *known* gives values to names put in place of parts of it."""
        if known:
            return self._value(expr, known)
        if expr not in self._values:
            self._values[expr] = self._value(expr, {})
        return self._values[expr]

    def _value(self, expr: Expr, known: Mapping[str, Quantity]) -> Quantity | Unknown:
        values: list[Real] = []
        for world in self._worlds:
            world.steps.left = _WORK
            try:
                values.append(evaluate(world, expr, known)[0].value)
            except UnknownName as trouble:
                return Unknown((str(trouble).removeprefix("nothing defines "),), str(trouble), undefined=True)
            except Trouble as trouble:
                return Unknown((), str(trouble))
        value, other = values
        if abs(value - other) > arithmetic().number(_SAME) * max(1, abs(value)):
            return Unknown(lambda: self._missing(expr, known))
        return Quantity(value, lambda: self._slack(value, expr, known))

    def used(self, expr: Expr) -> set[Key]:
        """The pinned entries that the value of *expr* needs."""
        world = self._world(_SEEDS[0])
        try:
            evaluate(world, expr, {})
        except Trouble:
            return set()
        return set(world.pinned)

    def _missing(self, expr: Expr, known: Mapping[str, Quantity]) -> tuple[str, ...]:
        """The leaves and open functions whose values would decide."""
        world = self._world(_SEEDS[0])
        try:
            value = evaluate(world, expr, known)[0].value
        except Trouble:
            return ()
        keys = list(world.unvalued)[:_MOST_SEARCHED]
        found = [entry_text(*key) for key in keys if self._matters(expr, known, key, world, value)]
        return tuple(found or [f"{name}(x)" for name in world.functions] or [entry_text(*key) for key in keys])

    def _matters(self, expr: Expr, known: Mapping[str, Quantity], key: Key, world: ValueWorld, value: Real) -> bool:
        """Whether *expr* changes with the value of one leaf."""
        drawn = world.drawn[key]
        other = self._world(_SEEDS[0], {key: drawn + Fraction(1, 7)})
        try:
            changed = evaluate(other, expr, known)[0].value
        except Trouble:
            return True
        return bool(abs(changed - value) > arithmetic().number(_SAME) * max(1, abs(value)))

    def _slack(self, value: Real, expr: Expr, known: Mapping[str, Quantity]) -> Real:
        """How far *value* may be off, to first order, because values that it rests on are."""
        world = self._world(_SEEDS[0])
        found, put_in = evaluate(world, expr, known)
        loose = [(node, known[name].slack) for name, node in put_in.items() if known[name].slack]
        pinned = {key: node for key, node in world.pinned.items() if self.pins[key].slack}
        try:
            loose += [(node, self.pins[key].slack) for key, node in pinned.items()]
            return sum((abs(derivative(found, node, world.arith)) * slack for node, slack in loose), world.arith.zero)
        except Trouble:  # a derivative would be differentiated
            return self._differences(value, expr, known, list(pinned)[:_MOST_SEARCHED])

    def _differences(self, value: Real, expr: Expr, known: Mapping[str, Quantity], keys: Sequence[Key]) -> Real:
        total: Real = 0
        for key in keys:
            moved = {**self.pins, key: Quantity(self.pins[key].value + self.pins[key].slack)}
            total += abs(evaluate(ValueWorld(self.theory, _SEEDS[0], _DEPTH, pins=moved), expr, known)[0].value - value)
        for name, quantity in known.items():
            moved_in = {**known, name: Quantity(quantity.value + quantity.slack)}
            total += abs(evaluate(self._world(_SEEDS[0]), expr, moved_in)[0].value - value) if quantity.slack else 0
        return total

    def _world(self, seed: str, more: Mapping[Key, Fraction] | None = None) -> ValueWorld:
        theory = self.theory if not more else replace(self.theory, values={**self.theory.values, **more})
        return ValueWorld(theory, seed, _DEPTH, pins=self.pins, steps=Steps(_WORK))


_WORK = 20_000


def evaluate(world: ValueWorld, expr: Expr, known: Mapping[str, Quantity]) -> tuple[Node, dict[str, Node]]:
    """The value of *expr*, and the nodes of *known*.

    Raises:
        Trouble: it has none.
    """
    put_in = {name: world.tape.variable(world.arith.number(quantity.value)) for name, quantity in known.items()}
    found = collapsed(world.value(expr, put_in))
    if not isinstance(found, Node):
        raise _NoNumber("an array has no printed value")
    return found, put_in


class _NoNumber(Trouble):
    """It is no number."""


def readings(reckoner: Reckoner, expr: Expr, candidates: Sequence[tuple[Quantity, Literal | None]]) -> list[Quantity]:
    """What an expression of numbers may stand for.

    First as it is written; then with the full value for numbers that repeat the rounding of a quantity, for all of them first.
    """
    repeated = {number: full for number, printed in decimals(expr).items() if (full := repeats(number, printed, candidates))}
    names = {number: f"#{place}" for place, number in enumerate(repeated)}
    if len(repeated) <= _MOST_COMBINED:
        choices = sorted(product((True, False), repeat=len(repeated)), key=lambda choice: -sum(choice))
    else:
        choices = [(True,) * len(repeated), (False,) * len(repeated)]
    found = []
    for choice in [choices[-1], *choices[:-1]]:
        chosen = {number: names[number] for number, use in zip(repeated, choice, strict=True) if use}
        made = transformed(expr, lambda node, chosen=chosen: Ref(chosen[node]) if node in chosen else node)  # type: ignore[misc]
        result = reckoner.value(made, {names[number]: repeated[number] for number in chosen})
        if isinstance(result, Quantity):
            found.append(result)
    return found


def with_facts(expr: Expr, memory: Memory) -> tuple[Expr, dict[str, Quantity], list[Expr]]:
    """*expr* with the derivatives whose values are printed replaced by names, the values of those, and which they are."""
    known: dict[str, Quantity] = {}
    used: list[Expr] = []

    def replaced(node: Expr) -> Expr:
        fact = memory.facts.get(node) if isinstance(node, Derivative | Gradient) else None
        if fact is None:
            return node
        name = f"#{len(used)}"
        known[name] = fact.quantity
        used.append(node)
        return Ref(name)

    return transformed(expr, replaced), known, used


def subterms(reckoner: Reckoner, expr: Expr, theory: Theory) -> list[tuple[Quantity, Literal | None]]:
    """The values of the names and derivatives in *expr*, and in the definition that it names."""
    exprs = [expr]
    if isinstance(expr, Ref):
        exprs += [rule.expr for rule in theory.rules.get(expr.name, ()) if rule.ref == expr]
    found: list[tuple[Quantity, Literal | None]] = []
    for node in dict.fromkeys(node for one in exprs for node in nodes(one)):
        if isinstance(node, Ref | Derivative | Call) and not (isinstance(node, Ref) and entry(node, theory) is None):
            value = reckoner.value(node)
            if isinstance(value, Quantity):
                found.append((value, None))
    return found


def listed(names: Sequence[str]) -> str:
    """``No value is given for w_1, w_2 and b``."""
    kept = list(names)[:_MOST_COMBINED]
    if not kept:
        return "It depends on what has no value."
    more = f"{len(names) - len(kept)} more" if len(names) > len(kept) else ""
    *first, last = [*kept, more] if more else kept
    return f"No value is given for {', '.join(first)} and {last}." if first else f"No value is given for {last}."
