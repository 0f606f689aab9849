"""Which letters of a document are indices, which indices count layers, and how many indices a name has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace

from symprop.check.theory import Atom
from symprop.check.trees import nodes
from symprop.check.written_names import base
from symprop.model.expr import Add, Expr, Neg, Number, Ref
from symprop.model.written import Big, Dots

Slot = tuple[str, int]
"""One index place of a name."""


@dataclass(frozen=True, slots=True)
class Indexing:
    """What is known of a document's indices; the fields are those of the theory."""

    letters: frozenset[str]
    lasts: frozenset[str]
    families: frozenset[Slot]
    apart: frozenset[Slot]
    sizes: frozenset[str]
    arity: Mapping[str, int]
    labels: Mapping[Slot, tuple[Atom, ...]]
    names: frozenset[str]

    def by(self, definitions: Indexing) -> Indexing:
        """The same, where names that definitions speak of are indexed as they are there: a claim may be wrong."""
        names = definitions.names
        return replace(
            self,
            families=definitions.families | {slot for slot in self.families if slot[0] not in names},
            apart=definitions.apart | {slot for slot in self.apart if slot[0] not in names},
            names=self.names | names,
        )

    def without(self, whole: frozenset[str]) -> Indexing:
        """The same, where names that are *whole* have no entries."""
        return replace(self, arity={name: count for name, count in self.arity.items() if name not in whole})


def indexing(exprs: Iterable[Expr], labelled: frozenset[str] = frozenset(), known: frozenset[str] = frozenset()) -> Indexing:
    """Read the indices of a whole document (normal forms).

    A letter is an index where a sum binds it, where it is shifted by a whole number (``l - 1``), and where it stands in a
    place in which such a letter stands elsewhere.  All other letters are labels: ``w_o`` is no family; so are those
    *labelled* that nothing binds or shifts.  Letters that are *known* to be indices count as such.
    """
    found = list(exprs)
    refs = [node for expr in found for node in nodes(expr) if isinstance(node, Ref)]
    places = [((ref.name, slot), index) for ref in refs for slot, index in enumerate(ref.indices)]
    bound = {letter for expr in found for node in nodes(expr) if isinstance(node, Big) for letter in node.indices}
    shifted, lasts = _shifted(places)
    families = {slot for slot, index in places if _letters(index) & shifted or _lasts_in(index) & lasts}
    lasts |= {name for slot, index in places if slot in families for name in _lasts_in(index) if name not in bound}
    lasts |= {name for name in _bounds(found, shifted) if len(name) == 1}  # `Σ_{t=1}^T` over steps: T is the last of them
    letters = _spread(refs, bound | shifted | known, labelled - bound - shifted)
    return Indexing(
        letters=frozenset(letters - lasts),
        lasts=frozenset(lasts),
        families=frozenset(families),
        apart=frozenset(slot for slot, _ in places) - {slot for slot, index in places if _letters(index) & (letters - lasts)},
        sizes=frozenset(_sizes(found) - lasts),
        arity=_arity(found, letters - lasts, families),
        labels=_labels(found, places, letters - lasts, frozenset(families)),
        names=frozenset(name for (name, _), _ in places),
    )


def _letters(index: Expr) -> set[str]:
    """Small letters that stand alone or are shifted."""
    return {node.name for node in nodes(index) if isinstance(node, Ref) and len(node.name) == 1 and node.name.islower()}


def _lasts_in(index: Expr) -> set[str]:
    """Capitals that stand alone or are shifted."""
    return {node.name for node in nodes(index) if isinstance(node, Ref) and len(node.name) == 1 and node.name.isupper()}


def _shifted(places: list[tuple[Slot, Expr]]) -> tuple[set[str], set[str]]:
    small: set[str] = set()
    capital: set[str] = set()
    for _, index in places:
        kinds = sorted(type(_positive(term)).__name__ for term in index.terms) if isinstance(index, Add) else []
        if kinds == ["Number", "Ref"]:
            small |= _letters(index)
            capital |= _lasts_in(index)
    return small, capital


def _positive(term: Expr) -> Expr:
    return term.operand if isinstance(term, Neg) else term


def _spread(refs: list[Ref], letters: set[str], labelled: Set[str]) -> set[str]:
    """Letters that stand where an index letter stands are index letters too: in the same place among as many indices."""
    by_slot: dict[tuple[str, int, int], set[str]] = defaultdict(set)
    for ref in refs:
        for slot, index in enumerate(ref.indices):
            if isinstance(index, Ref) and not index.indices and len(index.name) == 1 and index.name.islower():
                by_slot[base(ref.name), len(ref.indices), slot].add(index.name)
    found = set(letters)
    growing = True
    while growing:
        more = {letter for inside in by_slot.values() if inside & found for letter in inside} - found - labelled
        found |= more
        growing = bool(more)
    return found


def _sizes(exprs: list[Expr]) -> set[str]:
    return set(_bounds(exprs, None))


def _bounds(exprs: list[Expr], letters: set[str] | None) -> Iterator[str]:
    """Names in the upper bounds of sums, of those over one of *letters* if given."""
    for node in (node for expr in exprs for node in nodes(expr) if isinstance(node, Big) and node.upper is not None):
        if letters is None or letters & set(node.indices):
            assert node.upper is not None
            yield from (inner.name for inner in nodes(node.upper) if isinstance(inner, Ref) and not inner.indices)


def _arity(exprs: list[Expr], letters: set[str], families: set[Slot]) -> dict[str, int]:
    """The most indices of each name, counted where its last index is a letter that counts no layers."""
    found: dict[str, int] = {}
    for expr in exprs:
        for node in nodes(expr):
            last = (node.name, len(node.indices) - 1) if isinstance(node, Ref) else ("", 0)
            if isinstance(node, Ref) and node.indices and _letters(node.indices[-1]) & letters and last not in families:
                found[node.name] = max(found.get(node.name, 0), len(node.indices))
    return found


def _labels(
    exprs: list[Expr], places: list[tuple[Slot, Expr]], letters: set[str], families: frozenset[Slot]
) -> dict[Slot, tuple[Atom, ...]]:
    """Places that an index visits by number (``H_{21}``, ``H_{22}`` for ``H_{2i}``) and labels (``o1``, ``o2`` for ``o``)."""
    bound = {letter for expr in exprs for node in nodes(expr) if isinstance(node, Big) for letter in node.indices}
    dotted = any(isinstance(node, Dots) for expr in exprs for node in nodes(expr))
    by_slot: dict[Slot, set[str]] = defaultdict(set)
    numbers: dict[Slot, set[int]] = defaultdict(set)
    words: set[str] = set()
    for slot, index in places:
        if isinstance(index, Number) and index.value.denominator == 1:
            numbers[slot].add(int(index.value))
        elif isinstance(index, Ref):
            words.add(index.name)
            if index.name in letters:
                by_slot[slot].add(index.name)
    found: dict[Slot, tuple[Atom, ...]] = {}
    for slot, inside in by_slot.items():
        if slot in families:
            continue
        labelled = sorted(word for word in words for letter in inside if word[:1] == letter and word[1:].isdigit())
        counted = sorted(numbers[slot])
        if labelled and not counted:
            found[slot] = tuple(labelled)
        elif len(counted) > 1 and counted == list(range(1, len(counted) + 1)) and not dotted and not inside & bound:
            found[slot] = tuple(counted)
    return found
