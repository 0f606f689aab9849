"""Whether two sides are equal in every world of a theory: by their values in random ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice, product

from symprop.check.theory import Theory
from symprop.check.trees import nodes, parts
from symprop.check.values import evaluate
from symprop.check.values.array import Array, ShapeMismatch, Value, collapsed, flat
from symprop.check.values.evaluate import letters_in
from symprop.check.values.ranges import places
from symprop.check.values.world import Conventions, Key, Steps, World
from symprop.check.written_names import entry_text
from symprop.evaluation.context import AUDIT_DIGITS, Real, arithmetic
from symprop.evaluation.point import Spread
from symprop.evaluation.tape import Node
from symprop.evaluation.trouble import AtKink, OutOfDomain, OutOfRange, Trouble, UnknownName, Unsupported
from symprop.model.expr import Expr, Indicator, Ref
from symprop.model.written import Big, Call, Cases, Derivative, Gradient, Norm, ungrouped

_WORLDS = 6
_ENOUGH = 3
_ENOUGH_WITH_KINKS = 8
_WORLDS_WITH_KINKS = 14
_MOST_INSTANCES = 40
_WORK = 60_000
_REAL_SHRINKAGE = 10**30
_TINY = 1e-40

_USUAL = Conventions()
_SPREADS = (Spread.WIDE, Spread.WIDE, Spread.UNIT, Spread.WIDE, Spread.SMALL, Spread.POSITIVE)
_LAYOUTS = ("gradient", "denominator", "numerator")
_KINKED = frozenset({"relu", "max", "min", "abs", "sign", "step", "leaky_relu", "elu", "ReLU"})


class _Doubt(AtKink):
    """The sides differ where something is at a kink: there the derivative is a convention."""


@dataclass(frozen=True, slots=True)
class Where:
    """In which world, with which readings and places of indices a refutation was found.

    ``united`` are the sides whose axes were given equal sizes in it, None if none were.
    """

    number: int
    conventions: Conventions
    letters: Mapping[str, object]
    united: tuple[Expr, Expr] | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What values say about an equality.

    ``holds`` is None where nothing can be said, and ``reason`` says why; ``missing`` says that it is for want of a
    definition.  ``by_shape`` says that the sides cannot be equal because their shapes differ.  A refutation has the ``point``
    (name -> value) and both values.
    """

    holds: bool | None
    reason: str = ""
    missing: bool = False
    point: Mapping[str, str] = field(default_factory=dict)
    left: str = ""
    right: str = ""
    worlds: int = 0
    by_shape: bool = False
    where: Where | None = None


class Judge:
    """Judges equalities over one theory; worlds and what was computed in them are shared."""

    def __init__(self, theory: Theory, seed: str = "0", united: tuple[Expr, Expr] | None = None) -> None:
        self.theory = replace(theory, values={})  # at the given values other names could be equal by chance
        self._united = united
        self._conditions: tuple[Indicator, ...] = ()
        self._seed = seed
        self._worlds: dict[tuple[int, Conventions, bool], World] = {}

    def equal(self, left: Expr, right: Expr, conditions: Sequence[Indicator] = ()) -> Judgement:
        """Whether both sides are equal for all values of what is given, all places of open indices, all depths and sizes.

        *conditions* on indices (``i = j``) say for which places the equality is meant.

        Axes that no definition ties together have sizes of their own.  Where only those stand against an equality, it is judged
        once more with the sizes that it would make equal.
        """
        self._conditions = tuple(conditions)
        result = self._read(left, right)
        if result.by_shape and self._united is None:
            again = Judge(self.theory, self._seed, united=(left, right)).equal(left, right, conditions)
            return again if again.holds is not None else result
        return result

    def _read(self, left: Expr, right: Expr) -> Judgement:
        for world in self._worlds.values():
            world.choices.clear()  # those of claims before say nothing of this one
        results = [self._equal(left, right, _USUAL)]
        if results[0].holds is not False:
            return results[0]
        choices = {
            choice for (_, conventions, _), world in self._worlds.items() if conventions == _USUAL for choice in world.choices
        }
        for conventions in _other_readings(choices):
            result = self._equal(left, right, conventions)
            if result.holds:
                return result
            results.append(result)
        chosen = _most_certain(results)
        ends = [name for name, refs in self.theory.smooth.items() if len({ref.name for ref in refs}) > 1]
        if chosen.where is not None and ends:
            return Judgement(None, f"the formulas do not say of what {ends[0]} is a function")
        if chosen.where is not None and self._is_disconnected(left, right, chosen.where):
            return Judgement(
                None, "as far as the formulas say, what is differentiated does not depend on what it is differentiated by"
            )
        return chosen

    def world(self, number: int, conventions: Conventions = _USUAL, *, audit: bool = False) -> World:
        """The world of that number."""
        key = (number, conventions, audit)
        if key not in self._worlds:
            self._worlds[key] = self._new(Where(number, conventions, {}, self._united), audit=audit)
        world = self._worlds[key]
        world.choices.clear()
        world.steps = Steps(_WORK)
        return world

    def _equal(self, left: Expr, right: Expr, conventions: Conventions) -> Judgement:
        kinked = self._kinked(left, right)
        needed, limit = (_ENOUGH_WITH_KINKS, _WORLDS_WITH_KINKS) if kinked else (_ENOUGH, _WORLDS)
        agreed, reason, nonzero, doubt = 0, "", False, False
        for number in range(limit):
            if agreed >= needed:
                break
            try:
                outcome, informative = self._compare(number, conventions, left, right)
            except UnknownName as trouble:
                return Judgement(None, str(trouble), missing=True)
            except ShapeMismatch as trouble:
                return Judgement(False, str(trouble), by_shape=True, left="", right="")
            except (OutOfDomain, AtKink) as trouble:
                reason, doubt = str(trouble), doubt or isinstance(trouble, _Doubt)
                continue
            except Trouble as trouble:
                return Judgement(None, str(trouble))
            if outcome is not None:
                return outcome
            agreed += 1
            nonzero = nonzero or informative
        if doubt or agreed < min(needed, _ENOUGH):  # where it agreed may be just where the difference does not show
            return Judgement(None, reason or "no point was found at which both sides have a value")
        if not nonzero and not _may_vanish(left, right):
            return Judgement(None, "both sides are 0: nothing that is differentiated depends on it")
        return Judgement(True, worlds=agreed, reason="" if nonzero else "both sides are 0")

    def _compare(self, number: int, conventions: Conventions, left: Expr, right: Expr) -> tuple[Judgement | None, bool]:
        """Compare at all places of the open indices; a judgement only if the sides differ."""
        world = self.world(number, conventions)
        compared, nonzero, missing = 0, False, None
        for letters in self.instances(world, (left, right)):
            ties = world.ties
            try:
                a, b = collapsed(world.value(left, letters)), collapsed(world.value(right, letters))
            except OutOfRange as trouble:
                missing = trouble
                continue
            difference = _difference(a, b, lying=conventions.layout == "numerator")
            where = Where(number, conventions, letters, self._united)
            if isinstance(difference, Judgement):
                return replace(difference, point=self.describe(where, (left, right))), True
            compared += 1
            for x, y in difference:
                if abs(x - y) <= world.arith.tolerance * max(abs(x), abs(y)):
                    nonzero = nonzero or x != 0
                elif world.ties > ties:
                    raise _Doubt("a derivative at a kink is a convention")
                elif self._really(where, left, right):
                    return self._refutation(world, where, (left, right), (x, y)), True
        if not compared:
            raise missing or Unsupported("no index is in its range")
        return None, nonzero

    def _refutation(self, world: World, where: Where, sides: tuple[Expr, Expr], values: tuple[Real, Real]) -> Judgement:
        text = [world.arith.text(side) for side in values]
        if text[0] == text[1]:
            text = [world.arith.text(side, 40) for side in values]
        return Judgement(False, point=self.describe(where, sides), left=text[0], right=text[1], where=where)

    def instances(self, world: World, sides: Sequence[Expr]) -> Iterator[dict[str, object]]:
        """The places of the open index letters of *sides*."""
        every = _assignments(world, self.open_letters(sides), list(sides), {})
        meant = (letters for letters in every if all(evaluate.truth(world, one, letters) for one in self._conditions))
        yield from islice(meant, _MOST_INSTANCES)

    def open_letters(self, sides: Sequence[Expr]) -> tuple[str, ...]:
        """Index letters of *sides* that nothing binds; those that count layers first, as sizes depend on them."""
        found: dict[str, bool] = {}
        for side in sides:
            for ref, bound in _refs(side, frozenset()):
                for slot, index in enumerate(ref.indices):
                    for letter in (letters_in(index) & self.theory.letters) - bound:
                        found[letter] = found.get(letter, False) or (ref.name, slot) in self.theory.families
        return tuple(sorted(found, key=lambda letter: (not found[letter], letter)))

    def _really(self, where: Where, left: Expr, right: Expr) -> bool:
        """Whether a difference stays with more digits."""
        audit = self.world(where.number, where.conventions, audit=True)
        a, b = (collapsed(audit.value(side, where.letters)) for side in (left, right))
        pairs = _difference(a, b, lying=where.conventions.layout == "numerator")
        if isinstance(pairs, Judgement):
            return True
        return any(abs(x - y) > audit.arith.number(Fraction(1, _REAL_SHRINKAGE)) * max(abs(x), abs(y)) for x, y in pairs)

    def describe(self, where: Where, sides: Sequence[Expr]) -> dict[str, str]:
        """A point so that a reader can recompute it: indices, depth, sizes, given values, sampled functions.

        The sides are evaluated once more in a world of their own, so that it holds what they need and nothing else.
        """
        letters = where.letters
        world = self._new(where)
        for side in sides:
            with suppress(Trouble):
                world.value(side, letters)
        found = {letter: str(place) for letter, place in letters.items()}
        found |= {name: str(world.depth) for name in sorted(world.theory.lasts)}
        found |= {name: str(world.dims.size(("size", name))) for name in sorted(world.theory.sizes)}
        found |= {entry_text(name, atoms): str(float(value)) for (name, atoms), value in list(world.drawn.items())[:60]}
        found |= {f"{name}(x)": function.text() for name, function in list(world.functions.items())[:6]}
        return found

    def _is_disconnected(self, left: Expr, right: Expr, where: Where) -> bool:
        """Whether a derivative of what is defined has no way to what it is by, at any place: then the document leaves it out."""
        world = self._new(where)
        for letters in self.instances(world, (left, right)):
            for side in (left, right):
                with suppress(Trouble):
                    world.value(side, letters)
        zero = [node.of for node, seen in world.slopes.items() if not seen and isinstance(node, Derivative | Gradient)]
        return any(isinstance(of, Ref) and self.theory.defined(of.name) for of in map(ungrouped, zero))

    def unknowns(self, left: Expr, right: Expr, where: Where) -> frozenset[Key]:
        """The entries that nothing defines and on which the values of both sides depend in a refutation."""
        world = self._new(where)
        before = [_numbers(world.value(side, where.letters)) for side in (left, right)]
        found = set()
        for key in world.loosened:
            other = self._new(where, redrawn=frozenset({key}))
            after = [_numbers(other.value(side, where.letters)) for side in (left, right)]
            if after != before:
                found.add(key)
        return frozenset(found)

    def again(self, where: Where) -> World:
        """The world in which a refutation was found, anew."""
        return self._new(where)

    def _new(self, where: Where, *, audit: bool = False, redrawn: frozenset[Key] = frozenset()) -> World:
        return World(
            self.theory,
            seed=f"{self._seed}|{where.number}",
            depth=3 + where.number % 2,
            spread=_SPREADS[where.number % len(_SPREADS)],
            arith=arithmetic(AUDIT_DIGITS) if audit else arithmetic(),
            conventions=where.conventions,
            united=where.united,
            redrawn=redrawn,
        )

    def has_value(self, expr: Expr) -> bool:
        """Whether *expr* can be worked out, at some place of its open indices."""
        world = self.world(0)
        try:
            world.value(expr, next(self.instances(world, (expr,)), {}))
        except Trouble:
            return False
        return True

    def _kinked(self, *sides: Expr) -> bool:
        rules = [rule.expr for group in self.theory.rules.values() for rule in group]
        bodies = [rule.body for rule in self.theory.functions.values() if rule.body is not None]
        return any(
            isinstance(node, Indicator | Cases | Norm)
            or (isinstance(node, Call) and node.function.name in _KINKED)
            or (isinstance(node, Big) and node.operator in ("max", "min"))
            for side in (*sides, *rules, *bodies)
            for node in nodes(side)
        )


def _assignments(
    world: World, letters: Sequence[str], exprs: list[Expr], bound: dict[str, object]
) -> Iterator[dict[str, object]]:
    if not letters:
        yield bound
        return
    first, *rest = letters
    for place in places(world, first, exprs, bound):
        yield from _assignments(world, rest, exprs, {**bound, first: place})


def _refs(expr: Expr, bound: frozenset[str]) -> Iterator[tuple[Ref, frozenset[str]]]:
    """Every name with the letters that are bound around it."""
    inner = bound | frozenset(expr.indices) if isinstance(expr, Big) else bound
    if isinstance(expr, Ref):
        yield expr, bound
    for part in parts(expr):
        yield from _refs(part, inner)


def _most_certain(results: Sequence[Judgement]) -> Judgement:
    """Of the verdicts by several readings, none of which holds: values count more than shapes, a doubt more than shapes."""
    refuted = [result for result in results if result.holds is False]
    real = [result for result in refuted if not result.by_shape]
    doubtful = [result for result in results if result.holds is None]
    return (doubtful[:1] if doubtful and not real else real or refuted or doubtful)[0]


def _other_readings(choices: set[str]) -> Iterator[Conventions]:
    """The other readings of what made a difference."""
    layouts = _LAYOUTS if "layout" in choices else _LAYOUTS[:1]
    inners = (True, False) if "inner" in choices else (True,)
    squares = (False, True) if "square" in choices else (False,)
    readings = (Conventions(*reading) for reading in product(inners, layouts, squares))
    return (reading for reading in readings if reading != _USUAL)


def _may_vanish(left: Expr, right: Expr) -> bool:
    """Whether an equality of zeros says anything: one side is written as a number."""
    return any(not any(isinstance(node, Ref) for node in nodes(side)) for side in (left, right))


def _numbers(value: Value) -> list[Real]:
    return [node.value for node in flat(value)]


def _shape(value: Value) -> str:
    return "a number" if isinstance(value, Node) else f"a {value.text} array"


def _difference(a: Value, b: Value, *, lying: bool = False) -> Judgement | list[tuple[Real, Real]]:
    """Pairs of numbers to compare, or the judgement that the shapes differ; 0 may stand for an array of zeros.

    *lying*: derivatives by columns are rows here, and a row may stand for its column.
    """
    shapes = _shape(a), _shape(b)
    if lying and isinstance(a, Array) and isinstance(b, Array) and a.is_line and b.is_line and a.shape == b.shape[::-1]:
        return list(zip(_numbers(a), _numbers(b), strict=True))
    if shapes[0] == shapes[1]:
        return list(zip(_numbers(a), _numbers(b), strict=True))
    for zero, other in ((a, b), (b, a)):
        if isinstance(zero, Node) and zero.value == 0:
            return [(x, zero.value) for x in _numbers(other)]
    reason = f"the left side is {shapes[0]} and the right side is {shapes[1]}"
    return Judgement(False, reason, by_shape=True, left=shapes[0], right=shapes[1])
