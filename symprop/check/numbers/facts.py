"""What a document has printed so far: the values of its names and derivatives, each with the line that says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from symprop.check.numbers.literals import ENOUGH, Literal
from symprop.check.numbers.worlds import Quantity
from symprop.check.theory import Theory
from symprop.check.trees import nodes
from symprop.check.values.atoms import atom
from symprop.check.values.world import Key
from symprop.evaluation.context import Real, arithmetic
from symprop.evaluation.trouble import Trouble
from symprop.model.expr import Expr, Number, Ref

MOST = 400
"""Facts that are kept: more than any page prints."""
_MOST_FORMULAS = 6


@dataclass(frozen=True, slots=True)
class Fact:
    """A printed value.

    Args:
        quantity: the full value, as far as it is known.
        printed: the number as it stands there; None where only an expression stands.
        line: where.
        given: nothing computes it: it is a datum of the document.
        right: it is the value of what it is said to be, as far as that is known.
    """

    quantity: Quantity
    printed: Literal | None
    line: int
    given: bool = False
    right: bool = True


@dataclass(slots=True)
class Memory:
    """Facts by the name or derivative that they are about (the latest counts), and the formulas said to equal each of them."""

    facts: dict[Expr, Fact] = field(default_factory=dict)
    formulas: dict[Expr, list[Expr]] = field(default_factory=lambda: defaultdict(list))

    def add(self, about: Expr, fact: Fact) -> None:
        """Remember *fact*."""
        if len(self.facts) < MOST or about in self.facts:
            self.facts.pop(about, None)
            self.facts[about] = fact

    def equate(self, about: Expr, formula: Expr) -> None:
        """Remember that *about* is said to be *formula*."""
        known = self.formulas[about]
        if formula != about and formula not in known and len(known) < _MOST_FORMULAS:
            known.append(formula)

    def pins(self, theory: Theory, *, given: bool = False) -> dict[Key, Quantity]:
        """The facts about names (only data, where *given*), by their entries."""
        found: dict[Key, Quantity] = {}
        for about, fact in self.facts.items():
            key = entry(about, theory) if isinstance(about, Ref) else None
            if key is not None and (fact.given or not given) and not (fact.given and key in theory.values):
                found[key] = fact.quantity
        return found

    def quantities(self) -> Iterator[tuple[Quantity, Literal | None]]:
        """All that a literal may repeat, the latest first."""
        for fact in reversed(self.facts.values()):
            yield fact.quantity, fact.printed


def entry(ref: Ref, theory: Theory) -> Key | None:
    """The entry that a name stands for; None if an index letter is open."""
    names = {node.name for index in ref.indices for node in nodes(index) if isinstance(node, Ref)}
    if names & theory.letters:
        return None
    try:
        return ref.name, tuple(atom(index, {}, lambda _name: None) for index in ref.indices)
    except Trouble:
        return None


def repeats(number: Number, printed: Literal, candidates: Iterable[tuple[Quantity, Literal | None]]) -> Quantity | None:
    """The quantity whose printed rounding *number* repeats, perhaps with fewer digits; None if it is a number of its own."""
    arith = arithmetic()
    value, half = arith.number(number.value), arith.number(printed.half)
    for quantity, other in candidates:
        size = abs(quantity.value)
        same = other is not None and abs(other.value) == number.value
        near = printed.digits >= ENOUGH and abs(size - value) <= half * _ALMOST
        if (same or near) and (quantity.slack or size != value):
            return Quantity(size, quantity.slack)
    return None


_ALMOST = 1.000001


def reader_number(value: Real) -> str:
    """A value for a reader: ten significant digits."""
    return arithmetic().text(value, 10)
