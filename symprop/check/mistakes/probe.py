"""One world in which edits are tried before they are judged: most are wrong there already."""

from __future__ import annotations

from symprop.check.judge import Judge
from symprop.check.values.array import Array, Tensor, Value, collapsed, flat
from symprop.evaluation.context import Real
from symprop.evaluation.tape import Node
from symprop.evaluation.trouble import Trouble
from symprop.model.expr import Expr

_WORLDS = 6
_INSTANCES = 12
MOST_WORK = 60_000
"""Steps of evaluation that all edits of a claim may take."""

Numbers = tuple[tuple[int, ...], tuple[Real, ...]]
"""A shape (empty for a number) and the entries."""


class Probe:
    """A world and a place of the open indices at which the left side has a value and the right side has another or none."""

    def __init__(self, judge: Judge, left: Expr, right: Expr, most: int) -> None:
        self._judge, self._number, self._letters, self.left = judge, 0, dict[str, object](), most
        self.target: Numbers | None = None
        self._work = 0
        self._cache: dict[Expr, Numbers | None] = {}
        self.open = frozenset(judge.open_letters((left, right)))
        for vanishing in (False, True):
            for number in range(_WORLDS):
                if self._found(number, left, right, vanishing=vanishing):
                    return
        self.target = None

    def _found(self, number: int, left: Expr, right: Expr, *, vanishing: bool) -> bool:
        try:
            places = [
                letters
                for letters, _ in zip(
                    self._judge.instances(self._judge.world(number), (left, right)), range(_INSTANCES), strict=False
                )
            ]
        except Trouble:
            return False
        for letters in places:
            self._number, self._letters = number, letters
            self._cache.clear()
            self.target = self.value(left)
            if self.target is not None and (vanishing or any(self.target[1])) and not self.matches(right):
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
            found = collapsed(world.value(expr, self._letters))
        except Trouble:
            return None
        finally:
            self._work += budget - world.steps.left
        return _numbers(found)

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
