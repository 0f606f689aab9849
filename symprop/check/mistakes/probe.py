"""One world in which edits are tried before they are judged: most are wrong there already."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from symprop.check.judge import Judge
from symprop.check.mistakes.sites import with_values
from symprop.check.values.array import Array, Tensor, Value, collapsed, flat
from symprop.evaluation.context import Real
from symprop.evaluation.tape import Node
from symprop.evaluation.trouble import Trouble
from symprop.model.expr import Expr, Ref
from symprop.model.written import Derivative, Gradient

_WORLDS = 6
_INSTANCES = 40
MOST_WORK = 60_000
"""Steps of evaluation that all edits of a claim may take."""

Numbers = tuple[tuple[int, ...], tuple[Real, ...]]
"""A shape (empty for a number) and the entries."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a place must offer: the right side has a value; the left side may be 0."""

    valued: bool
    vanishing: bool


_WANTED = (_Wanted(valued=True, vanishing=False), _Wanted(valued=True, vanishing=True), _Wanted(valued=False, vanishing=False))


class Probe:
    """A world and a place of the open indices at which the left side has a value and the right side has another or none."""

    def __init__(self, judge: Judge, left: Expr, right: Expr, most: int) -> None:
        self._judge, self._number, self._letters, self.left = judge, 0, dict[str, object](), most
        self.target: Numbers | None = None
        self._work = 0
        self._bound: dict[str, Value | Trouble] = {}
        self._names: dict[Expr, str] = {}
        self._cache: dict[Expr, Numbers | None] = {}
        self.open = frozenset(judge.open_letters((left, right)))
        if not any(self._found(number, left, right, wanted) for wanted in _WANTED for number in range(_WORLDS)):
            self.target = None
        self.fits = self._same_shape(right)

    def _same_shape(self, right: Expr) -> bool:
        """Whether both sides have values of one shape, so that the claim is wrong by its values."""
        found = self.value(right)
        return found is not None and self.target is not None and found[0] == self.target[0]

    def _found(self, number: int, left: Expr, right: Expr, wanted: _Wanted) -> bool:
        try:
            every = self._judge.instances(self._judge.world(number), (left, right))
            places = list(islice(every, _INSTANCES))
        except Trouble:
            return False
        for letters in places:
            self._number, self._letters = number, letters
            self._cache.clear()
            self._bound.clear()
            self.target = self.value(left)
            if self.target is None or not (wanted.vanishing or any(self.target[1])) or self.matches(right):
                continue
            if not wanted.valued or self.value(right) is not None:
                return True
        return False

    @property
    def letters(self) -> frozenset[str]:
        """The letters that have a place here."""
        return frozenset(self._letters)

    def value(self, expr: Expr) -> Numbers | None:
        """The value of *expr* here; None if it has none."""
        if expr not in self._cache:
            self._cache[expr] = self._value(expr)
        return self._cache[expr]

    def _value(self, expr: Expr) -> Numbers | None:
        world = self._judge.world(self._number)
        budget = world.steps.left
        try:
            lean = with_values(expr, self._named)
            found = collapsed(world.value(lean, {**self._letters, **self._bound}))
        except Trouble:
            return None
        finally:
            self._work += budget - world.steps.left
        return _numbers(found)

    def _named(self, expr: Expr) -> Expr | None:
        """A name for the value of a derivative, so that it is worked out once for all edits.

        Raises:
            Trouble: it has none here.
        """
        if not isinstance(expr, Derivative | Gradient):
            return None
        name = self._names.setdefault(expr, f"{len(self._names)}")
        if name not in self._bound:
            try:
                self._bound[name] = self._judge.world(self._number).value(expr, self._letters)
            except Trouble as trouble:
                self._bound[name] = trouble
        found = self._bound[name]
        if isinstance(found, Trouble):
            raise found
        return Ref(name)

    def is_array(self, expr: Expr) -> bool:
        """Whether *expr* has a value that is an array."""
        found = self.value(expr)
        return found is not None and bool(found[0])

    def matches(self, expr: Expr) -> bool:
        """Whether *expr* has the value of the left side."""
        return self.same(self.value(expr), self.target)

    def same(self, a: Numbers | None, b: Numbers | None) -> bool:
        """Whether two values are equal."""
        if a is None or b is None or a[0] != b[0]:
            return False
        tolerance = self._judge.world(self._number).arith.tolerance
        return all(abs(x - y) <= tolerance * max(abs(x), abs(y)) for x, y in zip(a[1], b[1], strict=True))

    def tried(self, expr: Expr) -> bool:
        """Whether *expr* has the value of the left side, within the budget of evaluations."""
        if self.left <= 0 or self._work > MOST_WORK:
            self.left = 0
            return False
        self.left -= 1
        return self.matches(expr)

    def ratio(self, expr: Expr) -> Real | None:
        """The number by which *expr* must be multiplied to give the left side; None if no number does it."""
        found = self.value(expr)
        if found is None or self.target is None or found[0] != self.target[0]:
            return None
        pairs = [(x, y) for x, y in zip(self.target[1], found[1], strict=True) if x or y]
        if not pairs or not all(y for _, y in pairs):
            return None
        first = pairs[0][0] / pairs[0][1]
        return first if all(self.near(x, first * y) for x, y in pairs) else None

    def near(self, x: Real, y: Real | float) -> bool:
        """Whether two numbers are equal."""
        return bool(abs(x - y) <= 2 * self._judge.world(self._number).arith.tolerance * max(abs(x), abs(y)))


def _numbers(value: Value) -> Numbers:
    shape: tuple[int, ...] = ()
    if isinstance(value, Array):
        shape = value.shape
    elif isinstance(value, Tensor):
        shape = (len(value.slices), *value.slices[0].shape)
    else:
        assert isinstance(value, Node)
    return shape, tuple(node.value for node in flat(value))
