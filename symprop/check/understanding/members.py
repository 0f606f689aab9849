"""Arrays and their members: ``x_n`` beside ``x_n^T``, one column for each example; ``W_{jk}`` beside ``W``, an entry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from symprop.check.reading.tables import INDEX_LETTERS
from symprop.check.trees import nodes
from symprop.model.expr import Expr, Hadamard, Neg, Ref
from symprop.model.written import BRACKETED, SUPERSCRIPTED, Big, Transpose, ungrouped


def array_members(exprs: Iterable[Expr], arity: Mapping[str, int]) -> frozenset[str]:
    """Names that have an index letter and no entries behind it.

    One such name shows by a transpose, or as a factor of ⊙; those that are indexed by the same bound letter, and never whole,
    go with it: some of them are numbers, which their formulas say.
    """
    every = [node for expr in exprs for node in nodes(expr)]
    counts: dict[str, set[int]] = defaultdict(set)
    for node in every:
        if isinstance(node, Ref):
            counts[node.name].add(len(node.indices))
    members = {name for name, count in arity.items() if counts[name] == {count} and _is_plain(name)}
    bound = {letter for node in every if isinstance(node, Big) for letter in node.indices}
    shown = {ref for node in every for ref in _shown(node) if ref.name in members}
    if not shown:
        return frozenset()
    letters = {_last(ref) for ref in shown} & bound
    by_letter = {node.name for node in every if isinstance(node, Ref) and node.indices and _last(node) in letters}
    doubtful = {node.name for node in every if isinstance(node, Ref) and node.indices and _last(node) not in letters | {""}}
    return frozenset(members & by_letter - doubtful)


def entry_letters(relations: Iterable[Sequence[Expr]]) -> frozenset[str]:
    """Letters that say which entry of an array is meant, though no sum runs over them.

    They are behind a name that also stands without them: two of them behind a matrix, or one behind all the names of a relation
    (each the sides of one relation) that have an index there.
    """
    every = [sides for sides in relations if sides]
    if not any(isinstance(node, Transpose | Hadamard) for sides in every for side in sides for node in nodes(side)):
        return frozenset()  # no arrays, so no entries: `o_r` is a quantity of its own
    counts: dict[str, set[int]] = defaultdict(set)
    for ref in _refs(side for sides in every for side in sides):
        counts[ref.name].add(len(ref.indices))
    found: set[str] = set()
    for sides in every:
        inside: dict[str, set[str]] = defaultdict(set)
        for ref in _refs(sides):
            *_, before, last = ("", "", *map(_letter, ref.indices))
            if before and last and before != last and len(ref.indices) - 2 in counts[ref.name] and ref.name[:1].isupper():
                found |= {before, last}
            elif last:
                inside[last].add(ref.name if len(ref.indices) - 1 in counts[ref.name] else "")
        found |= {letter for letter, names in inside.items() if len(names) > 1 and "" not in names}
    return frozenset(found)


def _refs(exprs: Iterable[Expr]) -> Iterator[Ref]:
    return (node for expr in exprs for node in nodes(expr) if isinstance(node, Ref))


def _letter(index: Expr) -> str:
    """A small letter of those that indices have."""
    plain = isinstance(index, Ref) and not index.indices and index.name in INDEX_LETTERS
    return index.name if plain and isinstance(index, Ref) else ""


def _shown(node: Expr) -> list[Ref]:
    """The names that *node* shows to be arrays."""
    if isinstance(node, Transpose):
        parts = [ungrouped(node.operand)]
    elif isinstance(node, Hadamard):
        parts = [ungrouped(factor.operand if isinstance(factor, Neg) else factor) for factor in node.factors]
    else:
        parts = []
    return [part for part in parts if isinstance(part, Ref) and part.indices]


def _last(ref: Ref) -> str:
    index = ref.indices[-1]
    return index.name if isinstance(index, Ref) and not index.indices else ""


def _is_plain(name: str) -> bool:
    return not name.endswith((SUPERSCRIPTED, BRACKETED))
